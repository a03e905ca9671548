"""Whatever is posted: our page with its code, one row with its reference, and nobody signed in."""

import zlib
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import FakePayload

from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from tests.idp.keys import key_pair
from tests.signon import scene

pytestmark = pytest.mark.django_db


BODIES: dict[str, tuple[str | bytes, Reason]] = {
    "empty": ("", Reason.NO_RESPONSE_FIELD),
    "another field": ("Response=PHg+", Reason.NO_RESPONSE_FIELD),
    "a request": ("SAMLRequest=PHg%2B", Reason.NO_RESPONSE_FIELD),
    "an empty field": ("SAMLResponse=", Reason.UNDECODABLE),
    "two fields": ("SAMLResponse=PHg%2B&SAMLResponse=PHg%2B", Reason.NO_RESPONSE_FIELD),
    "not base64": ("SAMLResponse=%%%", Reason.UNDECODABLE),
    "plus signs lost": ("SAMLResponse=PHg+PHg+", Reason.UNDECODABLE),
    "xml as it is": ("SAMLResponse=%3Csamlp%3AResponse%2F%3E", Reason.UNDECODABLE),
    "bytes that are no text": (b"SAMLResponse=\xff\xfe\x00", Reason.UNDECODABLE),
    "NUL": ("SAMLResponse=%00", Reason.UNDECODABLE),
    "an artifact": ("SAMLart=AAQAAMh48", Reason.BINDING_UNSUPPORTED),
    "a thousand fields": ("&".join(f"f{n}=1" for n in range(2000)), Reason.NO_RESPONSE_FIELD),
    "10 MB": (b"SAMLResponse=" + b"A" * 10_000_000, Reason.TOO_LARGE),
    "just too large when decoded": (b"SAMLResponse=" + b"A" * 400_000, Reason.TOO_LARGE),
}

DOCUMENTS: dict[str, tuple[bytes, Reason]] = {
    "text": (b"hello", Reason.UNDECODABLE),
    "html": (b"<html><body>502 Bad Gateway<br></body></html>", Reason.XML_MALFORMED),
    "deflated": (zlib.compress(b"<samlp:Response/>"), Reason.UNDECODABLE),
    "a foreign root": (b"<Response/>", Reason.NOT_A_RESPONSE),
    "deep nesting": (b"<a>" * 20_000 + b"</a>" * 20_000, Reason.XML_FORBIDDEN),
    "billion laughs": (
        b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        Reason.XML_FORBIDDEN,
    ),
    "external entity": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        Reason.XML_FORBIDDEN,
    ),
    "processing instruction": (b"<?php x ?><a/>", Reason.XML_FORBIDDEN),
    "UTF-16": ("<a/>".encode("utf-16"), Reason.UNDECODABLE),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_message_is_refused(browser: Client, acme: Partner, name: str) -> None:
    body, reason = BODIES[name]
    scene.assert_refused(browser, scene.send(browser, body), reason)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_no_response_is_refused(
    browser: Client, acme: Partner, name: str
) -> None:
    document, reason = DOCUMENTS[name]
    response = scene.post(browser, document)
    event = scene.the_attempt()
    family = {Reason.XML_FORBIDDEN.key, Reason.XML_MALFORMED.key, Reason.TOO_LARGE.key}
    if reason.key in family:
        # Which of these three it is, is the parser's to say.
        assert event.key in family
        reason = Reason.by_key(event.key)
    scene.assert_refused(browser, response, reason)


def test_a_truncated_response_is_refused(browser: Client, acme: Partner, ada: User) -> None:
    cut = scene.message()[:-200]
    scene.assert_refused(browser, scene.post(browser, cut), Reason.XML_MALFORMED)


def test_truncated_base64_is_refused(browser: Client, acme: Partner, ada: User) -> None:
    whole = b64encode(scene.message()).decode()
    cut = whole[: len(whole) // 8 * 4 + 2]
    response = scene.send(browser, "SAMLResponse=" + cut.replace("+", "%2B"))
    scene.assert_refused(browser, response, Reason.UNDECODABLE)


MESSAGES: dict[str, tuple[dict[str, Any], Reason]] = {
    "unsigned": ({"sign": "nothing"}, Reason.SIGNATURE_MISSING),
    "another key": ({"key": key_pair("rsa-2048", "stranger")}, Reason.KEY_UNKNOWN),
    "another audience": ({"audience": "urn:other"}, Reason.AUDIENCE_MISMATCH),
    "no audience": ({"audience": None}, Reason.AUDIENCE_MISSING),
    "another recipient": ({"recipient": "https://x.example/"}, Reason.RECIPIENT_MISMATCH),
    "another destination": (
        {"destination": "https://x.example/", "sign": "both"},
        Reason.DESTINATION_MISMATCH,
    ),
    "expired": ({"not_on_or_after": scene.later(minutes=-4)}, Reason.EXPIRED),
    "too early": ({"not_before": scene.later(minutes=4)}, Reason.TOO_EARLY),
    "an unknown issuer": ({"issuer": "https://idp.nobody.example"}, Reason.ISSUER_UNKNOWN),
    "a foreign e-mail domain": (
        {"name_id": "eve@evil.example", "attributes": {}},
        Reason.EMAIL_DOMAIN,
    ),
    "no e-mail": ({"name_id": None, "attributes": {}}, Reason.ATTRIBUTE_MISSING),
    "a session that is over": (
        {"session_not_on_or_after": scene.later(seconds=-60)},
        Reason.SESSION_TOO_OLD,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_response_with_one_thing_wrong_is_refused(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    changes, reason = MESSAGES[name]
    response = scene.post(browser, scene.message(**changes))
    event = scene.the_attempt()
    if name == "no e-mail":
        reason = Reason.by_key(event.key)
        assert reason in {Reason.ATTRIBUTE_MISSING, Reason.NAMEID_MISSING}
    scene.assert_refused(browser, response, reason)
    assert "fail" in {rung["result"] for rung in scene.rungs(event)}


def test_what_an_unverified_message_claims_is_recorded_as_a_claim(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message(key=key_pair("rsa-2048", "stranger")))
    event = scene.the_attempt()
    assert event.idp_entity_id == ""
    assert event.claimed_issuer == "https://idp.acme.example/metadata"
    assert event.account_id == ""


def test_opening_the_acs_explains_itself(browser: Client, acme: Partner) -> None:
    scene.assert_refused(browser, browser.get(scene.ACS), Reason.ACS_GET)


def test_a_response_in_the_query_is_not_read(browser: Client, acme: Partner, ada: User) -> None:
    form = scene.form(scene.message())
    scene.assert_refused(browser, browser.get(scene.ACS, form), Reason.ACS_GET)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "head"])
def test_other_methods_are_refused(browser: Client, acme: Partner, method: str) -> None:
    response = getattr(browser, method)(scene.ACS)
    assert (response.status_code, scene.the_attempt().key) == (400, "acs_get")


def test_an_artifact_in_the_query_is_named(browser: Client, acme: Partner) -> None:
    response = browser.get(scene.ACS, {"SAMLart": "AAQAAMh48"})
    scene.assert_refused(browser, response, Reason.BINDING_UNSUPPORTED)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/xml", "text/plain", "multipart/form-data; boundary=x", "", "x"],
)
def test_another_content_type_is_refused(
    browser: Client, acme: Partner, ada: User, content_type: str
) -> None:
    body = "SAMLResponse=" + b64encode(scene.message()).decode().replace("+", "%2B")
    response = browser.post(scene.ACS, body, content_type=content_type)
    scene.assert_refused(browser, response, Reason.NO_RESPONSE_FIELD)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "nonsense"])
def test_a_charset_of_a_form_changes_nothing_or_is_refused(
    browser: Client, acme: Partner, ada: User, charset: str
) -> None:
    body = "SAMLResponse=" + b64encode(scene.message()).decode().replace("+", "%2B")
    form = f"application/x-www-form-urlencoded; charset={charset}"
    response = browser.generic("POST", scene.ACS, body, form)
    if charset == "nonsense":
        assert response.status_code == 303
    else:
        scene.assert_refused(browser, response, Reason.UNDECODABLE)


def _input(stream: Any) -> dict[str, Any]:
    return {"wsgi.input": stream}


class Broken(BytesIO):
    """A browser that goes away."""

    def read(self, *args: Any) -> bytes:
        raise OSError("connection reset by peer")


def test_a_body_that_breaks_off_is_refused(browser: Client, acme: Partner) -> None:
    response = scene.send(browser, "SAMLResponse=x", **_input(Broken()))
    scene.assert_refused(browser, response, Reason.UNDECODABLE)


def test_a_body_above_djangos_limit_is_refused_by_our_page(
    browser: Client, acme: Partner, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = scene.send(browser, b"SAMLResponse=" + b"A" * 5000)
    scene.assert_refused(browser, response, Reason.TOO_LARGE)


def test_a_large_body_is_taken_before_it_is_refused(browser: Client, acme: Partner) -> None:
    payload = FakePayload(b"A" * 2_000_000)
    response = scene.send(browser, b"", CONTENT_LENGTH="2000000", **_input(payload))
    assert response.status_code == 413
    assert payload.read() == b""


@pytest.mark.parametrize("length", ["", "-1", "x", "٣"])
def test_an_absurd_length_is_no_body(browser: Client, acme: Partner, length: str) -> None:
    response = scene.send(browser, b"SAMLResponse=AAAA", CONTENT_LENGTH=length)
    assert response.status_code == 400


def test_an_unknown_partner_is_a_page_that_was_not_found(browser: Client, db: None) -> None:
    response = scene.post(browser, scene.message(), "/saml/nobody/acs/")
    scene.assert_refused(browser, response, Reason.PARTNER_UNKNOWN)
    assert scene.the_attempt().partner_slug == "nobody"


def test_an_absurdly_long_partner_is_not_found_either(browser: Client, db: None) -> None:
    response = browser.get(f"/saml/{'x' * 5000}/acs/")
    scene.assert_refused(browser, response, Reason.PARTNER_UNKNOWN)


def test_hostile_text_around_the_message_is_stored_harmlessly(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(
        browser,
        scene.message(),
        RelayState="/x\0\r\nSet-Cookie: a=b\u202e" + "y" * 5000,
    )
    event = scene.the_attempt()
    assert event.outcome == "success"
    assert event.relay_received.isprintable()


def test_a_hostile_user_agent_is_stored_harmlessly(
    browser: Client, acme: Partner, ada: User
) -> None:
    body = "SAMLResponse=" + b64encode(scene.message()).decode().replace("+", "%2B")
    response = scene.send(browser, body, HTTP_USER_AGENT="\x1b[31m\r\nevil\xff" * 400)
    assert response.status_code == 303
    assert scene.the_attempt().user_agent.isprintable()
