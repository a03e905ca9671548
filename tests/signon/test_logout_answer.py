"""Our LogoutResponse: where it goes, and what it carries."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import keys
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Refusal
from sso_gateway.saml.names import Binding
from tests.idp import logout as made
from tests.signon import leaving, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db: None) -> Partner:
    return leaving.add_partner()


@pytest.fixture
def signed_in(browser: Client, acme: Partner, ada: User) -> Client:
    scene.post(browser, scene.message())
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


def test_it_goes_to_the_response_location_where_there_is_one(browser: Client, ada: User) -> None:
    leaving.add_partner(
        service=leaving.SERVICE.replace("/>", f' ResponseLocation="{leaving.THEIRS}?a=b"/>')
    )
    location = leaving.arrive(browser, "redirect")["Location"]
    _, answer = leaving.sent(location)
    assert location.startswith(f"{leaving.THEIRS}?a=b&SAMLResponse=")
    assert answer.get("Destination") == f"{leaving.THEIRS}?a=b"


@pytest.mark.parametrize("relay_state", ["", "a b&c=ü", "x" * 80])
@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_a_relay_state_comes_back_unchanged(
    signed_in: Client, relay_state: str, binding: str
) -> None:
    text = leaving.request_xml()
    if binding == "redirect":
        response = leaving.redirect(signed_in, text, relay_state=relay_state)
    else:
        response = leaving.post(signed_in, made.posted(text), RelayState=relay_state)
    message, _ = leaving.sent(response["Location"])
    assert message.relay_state == relay_state


@pytest.mark.parametrize("relay_state", [None, "x" * 81, "ü" * 41])
def test_a_relay_state_that_is_absent_or_too_long_does_not(
    signed_in: Client, relay_state: str | None
) -> None:
    response = leaving.redirect(signed_in, leaving.request_xml(), relay_state=relay_state)
    message, _ = leaving.sent(response["Location"])
    assert message.relay_state is None
    assert scene.signed_in_as(signed_in) is None


@pytest.mark.parametrize("service", ["", leaving.SERVICE.replace(Binding.REDIRECT, Binding.SOAP)])
def test_without_an_address_for_it_our_page_says_that_it_is_done(
    browser: Client, ada: User, service: str
) -> None:
    leaving.add_partner(service=service)
    scene.post(browser, scene.message())
    response = leaving.arrive(browser, "redirect")
    assert response.status_code == 303
    page = browser.get(response["Location"]).content.decode()
    assert "You are signed out of Backoffice" in page
    assert "You may still be signed in at Acme" in page
    assert scene.signed_in_as(browser) is None


def test_without_a_key_to_sign_with_the_session_ends_all_the_same(
    signed_in: Client, settings: Any, tmp_path: Any
) -> None:
    settings.SSO_CERTS_DIR = tmp_path
    with pytest.raises(Refusal):
        keys.signing()
    response = leaving.arrive(signed_in, "redirect")
    assert "You are signed out" in signed_in.get(response["Location"]).content.decode()
    assert scene.signed_in_as(signed_in) is None


def test_it_cannot_be_framed_or_cached(signed_in: Client) -> None:
    response = leaving.arrive(signed_in, "redirect")
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]
