"""Cookies that somebody planted before a person signs in, and answers that were somebody else's."""

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.test import Client

from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.signon import requests
from sso_gateway.signon.models import LoginSession
from tests.signon import scene

pytestmark = pytest.mark.django_db

EVE = "eve@acme.example"


@pytest.fixture
def eve(acme: Partner) -> User:
    """She has an account at the partner too."""
    return User.objects.create(username=EVE, email=EVE)


def planted() -> SessionBase:
    """A session that exists, is nobody's, and has something in it."""
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    session["planted"] = "by Eve"
    session.save()
    return session


def test_a_planted_session_ends_and_nothing_of_it_is_taken_over(
    browser: Client, acme: Partner, ada: User
) -> None:
    session = planted()
    browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    scene.post(browser, scene.message())
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    assert "planted" not in browser.session
    assert not Session.objects.filter(session_key=session.session_key).exists()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    assert scene.signed_in_as(thief) is None
    assert scene.signed_in_as(browser) == scene.EMAIL


def test_a_session_that_does_not_come_along_is_not_opened_either(
    browser: Client, acme: Partner, ada: User
) -> None:
    """The cookie is Lax: a browser leaves it out of the cross-site POST, and gets another."""
    session = planted()
    scene.post(browser, scene.message())
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    assert scene.signed_in_as(thief) is None


def test_the_session_of_somebody_else_ends_where_it_was_planted(
    browser: Client, acme: Partner, ada: User, eve: User
) -> None:
    attacker = Client()
    scene.post(attacker, scene.message(name_id=EVE, attributes={}, assertion_id="_eve"))
    theirs = attacker.cookies[settings.SESSION_COOKIE_NAME].value
    browser.cookies[settings.SESSION_COOKIE_NAME] = theirs
    scene.post(browser, scene.message())
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != theirs
    assert scene.signed_in_as(browser) == scene.EMAIL
    assert scene.signed_in_as(attacker) is None


@pytest.mark.parametrize("planted", [None, "x" * 43, "short", '"\\000"', "x" * 5000])
def test_the_answer_to_somebody_elses_question_signs_nobody_in(
    browser: Client, acme: Partner, ada: User, eve: User, planted: str | None
) -> None:
    """Login CSRF: Eve asks, keeps her answer, and lets Ada's browser bring it."""
    attacker = Client()
    asked = scene.ask(attacker)
    answer = scene.message(in_response_to=asked, name_id=EVE, attributes={})
    if planted is not None:
        browser.cookies[requests.COOKIE] = planted
    response = scene.post(browser, answer, RelayState=asked)
    event = scene.the_attempt()
    assert (response.status_code, event.code, event.key) == (403, 605, Reason.REQUEST_UNKNOWN.key)
    assert not LoginSession.objects.exists() and not response.cookies
    assert scene.signed_in_as(browser) is None


def test_ones_own_question_does_not_help_somebody_elses_answer(
    browser: Client, acme: Partner, ada: User, eve: User
) -> None:
    attacker = Client()
    answer = scene.message(in_response_to=scene.ask(attacker), name_id=EVE, attributes={})
    scene.ask(browser)
    assert scene.post(browser, answer).status_code == 403
    assert scene.signed_in_as(browser) is None


def test_a_nonce_under_a_name_that_a_sub_domain_could_set_is_not_read(
    browser: Client, acme: Partner, ada: User, eve: User
) -> None:
    attacker = Client()
    answer = scene.message(in_response_to=scene.ask(attacker), name_id=EVE, attributes={})
    nonce = attacker.cookies[requests.COOKIE].value
    for name in ("sso-login", "__Secure-sso-login", "__host-sso-login", "__Host-sso-Login"):
        browser.cookies[name] = nonce
    assert scene.post(browser, answer).status_code == 403
