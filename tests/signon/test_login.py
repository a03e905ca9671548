"""A partner's user clicks a link and is signed in."""

from dataclasses import replace
from http.cookies import Morsel

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.test import Client

from sso_gateway.partners.models import Certificate, Partner
from sso_gateway.saml import response as core
from sso_gateway.saml.names import DataEncryption
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.idp.recipe import IDP, NOW
from tests.signon import scene

pytestmark = pytest.mark.django_db


def cookie(client: Client) -> "Morsel[str]":
    return client.cookies[settings.SESSION_COOKIE_NAME]


def test_a_good_response_signs_the_user_in(browser: Client, acme: Partner, ada: User) -> None:
    response = scene.post(browser, scene.message())
    assert response.status_code == 303
    assert response["Location"] == "/"
    assert browser.get("/session/").json() == {
        "authenticated": True,
        "email": scene.EMAIL,
        "partner": "acme",
        "method": "saml",
        "expires_at": "2030-01-15T20:00:00+00:00",
    }


def test_the_landing_page_says_who_came_through_whom(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message())
    page = browser.get("/").content.decode()
    assert scene.EMAIL in page
    assert "Acme" in page
    assert "Sign out" in page


def test_the_session_cookie_is_what_djangos_middleware_would_send(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message())
    sent = cookie(browser)
    assert sent["httponly"] and sent["secure"]
    assert (sent["samesite"], sent["path"], sent["domain"]) == ("Lax", "/", "")
    assert sent["max-age"] == 8 * 3600
    assert sent["expires"] == "Tue, 15 Jan 2030 20:00:00 GMT"


def test_the_login_is_one_row_with_the_reference_of_the_answer(
    browser: Client, acme: Partner, ada: User
) -> None:
    response = scene.post(browser, scene.message(), RelayState="/orders?page=2")
    event = scene.the_attempt()
    assert response["X-SSO-Reference"] == event.display_reference
    assert (event.outcome, event.code, event.flow) == ("success", None, "idp")
    assert (event.partner_slug, event.partner_id) == ("acme", acme.pk)
    assert event.idp_entity_id == IDP
    assert event.account_id == str(ada.pk)
    assert (event.relay_received, event.relay_used) == ("/orders?page=2", "/orders?page=2")
    assert event.client_ip == "127.0.0.1"
    assert [check["name"] for check in scene.rungs(event)] == [name for name, _ in core.LADDER]
    assert {check["result"] for check in scene.rungs(event)} == {"pass"}


def test_the_session_row_keeps_what_a_logout_request_must_repeat(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message(name_qualifier=IDP))
    row = LoginSession.objects.get()
    assert (row.user_id, row.partner_id, row.email) == (ada.pk, acme.pk, scene.EMAIL)
    assert (row.name_id, row.name_qualifier, row.session_index) == (scene.EMAIL, IDP, "_session-1")
    assert row.reference == scene.the_attempt().reference
    assert row.ended is None


def test_the_assertion_is_remembered_beyond_the_time_of_its_use(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message())
    assert SeenAssertion.objects.get().expires == scene.later(minutes=5, seconds=180)


def test_a_login_gets_a_new_session_key_and_ends_the_old_session(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message())
    before = cookie(browser).value
    scene.post(browser, scene.message(assertion_id="_second"))
    assert cookie(browser).value != before
    assert [row.session_key for row in Session.objects.all()] == [cookie(browser).value]
    ended = LoginSession.objects.exclude(ended=None).get()
    assert ended.ended_because == "replaced"
    assert scene.signed_in_as(browser) == scene.EMAIL


def test_a_key_that_somebody_planted_is_never_used(
    browser: Client, acme: Partner, ada: User
) -> None:
    planted = "a" * 32
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    scene.post(browser, scene.message())
    assert cookie(browser).value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_person_unknown_here_is_created_where_the_policy_says_so(
    browser: Client, db: None
) -> None:
    scene.add_partner(policy={"provision": "create"})
    assert scene.post(browser, scene.message()).status_code == 303
    assert User.objects.get().email == scene.EMAIL
    assert scene.the_attempt().account_created


def test_a_person_unknown_here_is_refused_and_nothing_remains(
    browser: Client, acme: Partner
) -> None:
    response = scene.post(browser, scene.message())
    assert response.status_code == 403
    event = scene.the_attempt()
    assert (event.outcome, event.key) == ("refused", "not_invited")
    assert scene.rungs(event)[-1]["key"] == "not_invited"
    assert event.idp_entity_id == IDP
    assert not SeenAssertion.objects.exists()
    assert not LoginSession.objects.exists()
    assert not Session.objects.exists()
    assert scene.signed_in_as(browser) is None


def test_who_was_refused_for_want_of_an_account_may_use_the_same_message_once_there_is_one(
    browser: Client, acme: Partner
) -> None:
    message = scene.message()
    scene.post(browser, message)
    User.objects.create(username="ada", email=scene.EMAIL)
    assert scene.post(browser, message).status_code == 303


def test_an_encrypted_response_for_a_key_of_ours_signs_in(
    browser: Client, acme: Partner, ada: User
) -> None:
    assert scene.post(browser, scene.message(encrypt=scene.for_us())).status_code == 303


def test_aes_cbc_signs_in_with_a_warning_on_the_event(
    browser: Client, acme: Partner, ada: User
) -> None:
    old = replace(scene.for_us(), data=DataEncryption.AES256_CBC)
    response = scene.post(browser, scene.message(encrypt=old, sign="response"))
    event = scene.the_attempt()
    assert (response.status_code, event.outcome) == (303, "success")
    assert (event.code, event.key) == (454, "enc_algorithm")
    warned = [check["name"] for check in scene.rungs(event) if check["result"] == "warn"]
    assert warned == ["encryption"]


def test_a_person_without_a_name_identifier_is_known_by_the_attribute(
    browser: Client, acme: Partner, ada: User
) -> None:
    assert scene.post(browser, scene.message(name_id=None)).status_code == 303
    assert LoginSession.objects.get().name_id == ""


def test_the_token_against_forgery_is_renewed(browser: Client, acme: Partner, ada: User) -> None:
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    scene.post(browser, scene.message())
    assert browser.cookies[settings.CSRF_COOKIE_NAME].value != "a" * 32


def test_the_certificate_that_verified_is_remembered(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message())
    assert Certificate.objects.get().last_verified == NOW


def test_djangos_own_signal_is_sent_with_the_new_session(
    browser: Client, acme: Partner, ada: User
) -> None:
    seen = []

    def receiver(sender: object, request: object, user: User, **_: object) -> None:
        seen.append((sender, user.pk, request.session.session_key))  # type: ignore[attr-defined]

    user_logged_in.connect(receiver)
    try:
        scene.post(browser, scene.message())
    finally:
        user_logged_in.disconnect(receiver)
    assert seen == [(User, ada.pk, cookie(browser).value)]


def test_a_receiver_that_raises_undoes_the_login(browser: Client, acme: Partner, ada: User) -> None:
    def receiver(**_: object) -> None:
        raise RuntimeError("not today")

    user_logged_in.connect(receiver)
    try:
        response = scene.post(browser, scene.message())
    finally:
        user_logged_in.disconnect(receiver)
    assert response.status_code == 503
    assert scene.the_attempt().key == "internal"
    assert not LoginSession.objects.exists() and not Session.objects.exists()
    assert scene.signed_in_as(browser) is None


def test_last_login_is_kept_to_the_hour(
    browser: Client, acme: Partner, ada: User, clock: object
) -> None:
    scene.post(browser, scene.message())
    ada.refresh_from_db()
    assert ada.last_login == NOW
    clock.shift(60)  # type: ignore[attr-defined]
    scene.post(browser, scene.message(assertion_id="_second"))
    ada.refresh_from_db()
    assert ada.last_login == NOW


@pytest.mark.django_db(transaction=True)
def test_the_log_says_nothing_about_the_person(
    browser: Client, acme: Partner, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        scene.post(browser, scene.message(), RelayState="/somewhere-private")
        scene.post(browser, scene.message(audience="urn:wrong", assertion_id="_other"))
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert scene.the_reference_of("success") in said
    for secret in (
        scene.EMAIL,
        "_assertion-1",
        "<saml",
        "somewhere-private",
        cookie(browser).value,
    ):
        assert secret not in said
