"""A login that begins here: asked once, answered once, in the browser that asked."""

from base64 import b64decode
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from sso_gateway.partners import flows, keys
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.saml import bindings
from sso_gateway.saml.metadata import trusted_key
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import DS, SAMLP
from sso_gateway.signon import requests
from sso_gateway.signon.models import LoginSession, PendingRequest
from tests.idp.keys import key_pair
from tests.idp.recipe import IDP
from tests.signon import scene

pytestmark = pytest.mark.django_db


def answer(request_id: str, **changes: Any) -> bytes:
    return scene.message(in_response_to=request_id, **changes)


def policy(**changes: object) -> None:
    flows.set_policy("acme", changes, actor=scene.ACTOR)


class TestAsking:
    """GET /saml/<partner>/login/"""

    def test_the_browser_is_sent_to_the_idp_with_a_signed_question(
        self, browser: Client, acme: Partner
    ) -> None:
        response = browser.get(scene.LOGIN)
        location = response["Location"]
        assert response.status_code == 303
        assert location.startswith("https://idp.acme.example/sso/HTTP-Redirect?SAMLRequest=")
        asked = bindings.read_redirect(urlsplit(location).query, max_bytes=100_000)
        signed_by = bindings.verify_redirect(asked, (_our_signing_key(),))
        assert signed_by == _our_signing_key()
        request = etree.fromstring(asked.message)
        assert request.tag == f"{{{SAMLP}}}AuthnRequest"
        assert request.get("AssertionConsumerServiceURL") == f"{scene.BASE}{scene.ACS}"
        assert request.get("ID") == PendingRequest.objects.get().pk

    def test_the_relay_state_is_only_a_handle(self, browser: Client, acme: Partner) -> None:
        response = browser.get(f"{scene.LOGIN}?next=/secret-page")
        assert scene.relay_state(response["Location"]) == PendingRequest.objects.get().pk
        assert "secret-page" not in response["Location"]

    def test_the_cookie_survives_a_cross_site_post_and_nothing_else_can_set_it(
        self, browser: Client, acme: Partner
    ) -> None:
        browser.get(scene.LOGIN)
        sent = browser.cookies[requests.COOKIE]
        assert sent.key.startswith("__Host-")
        assert (sent["samesite"], sent["path"], sent["domain"]) == ("None", "/", "")
        assert sent["secure"] and sent["httponly"]

    def test_the_database_does_not_hold_the_nonce(self, browser: Client, acme: Partner) -> None:
        browser.get(scene.LOGIN)
        assert PendingRequest.objects.get().browser != browser.cookies[requests.COOKIE].value

    def test_a_planted_cookie_that_is_no_nonce_is_replaced(
        self, browser: Client, acme: Partner
    ) -> None:
        browser.cookies[requests.COOKIE] = "short"
        browser.get(scene.LOGIN)
        assert len(browser.cookies[requests.COOKIE].value) == 43

    def test_it_is_not_a_sign_in_and_leaves_no_row(self, browser: Client, acme: Partner) -> None:
        browser.get(scene.LOGIN)
        assert scene.attempts() == []

    def test_by_post_the_person_presses_a_button(self, browser: Client, acme: Partner) -> None:
        policy(request_binding="post")
        response = browser.get(scene.LOGIN)
        page = response.content.decode()
        assert response.status_code == 200
        assert 'action="https://idp.acme.example/sso/HTTP-POST"' in page
        assert 'name="SAMLRequest"' in page and 'name="RelayState"' in page
        assert "https://idp.acme.example" in response["Content-Security-Policy"]
        assert "<script" not in page

    def test_by_post_the_signature_is_in_the_message(self, browser: Client, acme: Partner) -> None:
        policy(request_binding="post")
        context = browser.get(scene.LOGIN).context
        signed = b64decode(context["fields"]["SAMLRequest"])
        assert etree.fromstring(signed).find(f"{{{DS}}}Signature") is not None
        policy(sign_requests=False)
        context = browser.get(scene.LOGIN).context
        assert b"Signature" not in b64decode(context["fields"]["SAMLRequest"])

    def test_where_there_is_only_one_binding_it_is_used(
        self, browser: Client, acme: Partner
    ) -> None:
        document = scene.metadata().replace(b"bindings:HTTP-POST", b"bindings:HTTP-Artifact")
        flows.import_metadata("acme", Received(document, "idp.xml"), actor=scene.ACTOR)
        policy(request_binding="post")
        assert "/sso/HTTP-Redirect?" in browser.get(scene.LOGIN)["Location"]

    def test_what_the_policy_asks_for_is_asked(self, browser: Client, acme: Partner) -> None:
        policy(force_authn=True, is_passive=True, requested_authn_contexts=["urn:example:mfa"])
        location = browser.get(scene.LOGIN)["Location"]
        message = bindings.read_redirect(urlsplit(location).query, max_bytes=100_000).message
        assert b'ForceAuthn="true"' in message and b'IsPassive="true"' in message
        assert b"urn:example:mfa" in message
        assert b"NameIDPolicy" not in message

    def test_a_new_identifier_is_allowed_where_the_policy_says_so(
        self, browser: Client, acme: Partner
    ) -> None:
        policy(name_id_policy="allow_create")
        location = browser.get(scene.LOGIN)["Location"]
        message = bindings.read_redirect(urlsplit(location).query, max_bytes=100_000).message
        asked = etree.fromstring(message).find(f"{{{SAMLP}}}NameIDPolicy")
        assert asked is not None and dict(asked.attrib) == {"AllowCreate": "true"}

    def test_unsigned_where_the_policy_says_so(self, browser: Client, acme: Partner) -> None:
        policy(sign_requests=False)
        assert "Signature=" not in browser.get(scene.LOGIN)["Location"]

    def test_an_idp_that_is_not_the_partners_is_refused(
        self, browser: Client, acme: Partner
    ) -> None:
        response = browser.get(scene.LOGIN, {"idp": "https://idp.evil.example"})
        assert (response.status_code, scene.the_attempt().key) == (403, "issuer_unknown")

    @pytest.mark.parametrize(
        ("state", "key"), [("draft", "partner_draft"), ("paused", "partner_paused")]
    )
    def test_a_partner_that_is_not_live_asks_nobody(
        self, browser: Client, acme: Partner, state: str, key: str
    ) -> None:
        Partner.objects.update(state=state)
        response = browser.get(scene.LOGIN)
        assert (response.status_code, scene.the_attempt().key) == (403, key)
        assert not PendingRequest.objects.exists()

    def test_an_unknown_partner_is_not_found(self, browser: Client, db: None) -> None:
        assert browser.get("/saml/nobody/login/").status_code == 404


class TestAnswering:
    """What comes back."""

    def test_the_answer_signs_in_and_lands_where_the_person_wanted(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        request_id = scene.ask(browser, "?next=/orders%3Fpage=2")
        response = scene.post(browser, answer(request_id), RelayState=request_id)
        assert (response.status_code, response["Location"]) == (303, "/orders?page=2")
        event = scene.the_attempt()
        assert (event.outcome, event.flow) == ("success", "sp")
        assert scene.signed_in_as(browser) == scene.EMAIL

    def test_the_relay_state_that_comes_back_decides_nothing(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        request_id = scene.ask(browser, "?next=/orders")
        response = scene.post(browser, answer(request_id), RelayState="/somewhere/else")
        assert response["Location"] == "/orders"

    def test_several_tabs_may_ask_at_the_same_time(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        first, second = scene.ask(browser, "?next=/one"), scene.ask(browser, "?next=/two")
        assert scene.post(browser, answer(first))["Location"] == "/one"
        response = scene.post(browser, answer(second, assertion_id="_second"))
        assert response["Location"] == "/two"

    def test_a_request_is_answered_once(self, browser: Client, acme: Partner, ada: User) -> None:
        request_id = scene.ask(browser)
        scene.post(browser, answer(request_id))
        response = scene.post(browser, answer(request_id, assertion_id="_other"))
        assert response.status_code == 403
        assert [event.key for event in scene.attempts()] == ["", "request_reused"]

    def test_a_request_stays_answered_when_the_login_fails(
        self, browser: Client, acme: Partner
    ) -> None:
        request_id = scene.ask(browser)
        scene.post(browser, answer(request_id))
        scene.post(browser, answer(request_id, assertion_id="_other"))
        assert [event.key for event in scene.attempts()] == ["not_invited", "request_reused"]

    def test_another_browser_cannot_bring_the_answer(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        message = answer(scene.ask(browser))
        stranger = Client()
        scene.ask(stranger)
        for client in (stranger, Client()):
            assert scene.post(client, message).status_code == 403
            assert scene.signed_in_as(client) is None
        assert {event.key for event in scene.attempts()} == {"request_unknown"}
        assert scene.post(browser, message).status_code == 303

    def test_a_request_that_we_never_sent_is_not_taken_for_unsolicited(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        response = scene.post(browser, answer("_never-sent"))
        assert (response.status_code, scene.the_attempt().key) == (403, "request_unknown")
        assert not LoginSession.objects.exists()

    def test_a_request_is_forgotten_after_its_time(
        self, browser: Client, acme: Partner, ada: User, clock: time_machine.Traveller
    ) -> None:
        policy(remembered_requests_ttl=60)
        request_id = scene.ask(browser)
        clock.shift(60)
        scene.post(browser, answer(request_id))
        assert scene.the_attempt().key == "request_unknown"

    def test_the_answer_must_come_from_the_idp_that_was_asked(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        second = key_pair("rsa-2048", "second")
        _add_idp(scene.metadata(second, entity_id="https://second.acme.example"))
        asked_second = scene.ask(browser, "?idp=https://second.acme.example")
        scene.post(browser, answer(asked_second))
        assert scene.the_attempt().key == "request_unknown"
        asked_first = scene.ask(browser, f"?idp={IDP}")
        assert scene.post(browser, answer(asked_first)).status_code == 303

    def test_the_answer_must_come_to_the_partner_that_was_asked(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        globex = key_pair("rsa-2048", "globex")
        scene.add_partner(
            "globex",
            domains=("globex.example",),
            document=scene.metadata(globex, entity_id="https://idp.globex.example"),
        )
        request_id = scene.ask(browser, slug="globex")
        scene.post(browser, answer(request_id))
        assert scene.the_attempt().key == "request_unknown"


def _our_signing_key() -> TrustedKey:
    return trusted_key(keys.signing().certificate_der)


def _add_idp(document: bytes) -> None:
    flows.import_metadata(
        "acme", Received(document, "second.xml"), actor=scene.ACTOR, choice=Choice(add=True)
    )
