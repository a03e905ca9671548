"""Signing out here signs out at the partner, too, where its IdP can, and says what has ended."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner, PartnerIdentityProvider
from sso_gateway.saml.names import ALG, SAML, SAMLP, NameIDFormat, SignatureMethod, StatusCode
from sso_gateway.signon import single_logout
from sso_gateway.signon.models import LoginSession, PendingLogout
from tests.idp import logout as made
from tests.idp.recipe import IDP
from tests.signon import leaving, scene

pytestmark = pytest.mark.django_db
BOTH = "You are signed out here and at Acme"
ONLY_HERE = "You may still be signed in at Acme"


@pytest.fixture
def acme(db: None) -> Partner:
    return leaving.add_partner()


@pytest.fixture
def signed_in(browser: Client, acme: Partner, ada: User) -> Client:
    scene.post(browser, scene.message())
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


def asked(location: str) -> etree._Element:
    message, request = leaving.sent(location)
    assert (message.parameter, message.relay_state) == ("SAMLRequest", None)
    return request


def answer(browser: Client, request: etree._Element, **changes: Any) -> Any:
    text = leaving.response_xml(in_response_to=request.get("ID"), **changes)
    return leaving.redirect(browser, text, parameter="SAMLResponse")


class TestTheRequest:
    """What POST /logout/ sends to the IdP."""

    def test_the_session_here_ends_before_it_is_sent(self, signed_in: Client) -> None:
        response = leaving.sign_out(signed_in)
        assert response.status_code == 303
        assert LoginSession.objects.get().ended_because == "signed_out"
        request = asked(response["Location"])
        assert request.tag == f"{{{SAMLP}}}LogoutRequest"
        assert request.get("Destination") == leaving.THEIRS
        assert request.findtext(f"{{{SAML}}}Issuer") == f"{scene.BASE}/saml/acme/metadata/"
        assert scene.signed_in_as(signed_in) is None

    def test_it_repeats_the_name_in_the_clear_and_names_the_session(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        name = (
            f'<saml:NameID Format="{NameIDFormat.PERSISTENT}" NameQualifier="{IDP}"'
            f' SPNameQualifier="{scene.BASE}/saml/acme/metadata/"'
            ' SPProvidedID="ours">7</saml:NameID>'
        )
        scene.post(browser, scene.message(name_id_xml=name, session_index="a & b"))
        request = asked(leaving.sign_out(browser)["Location"])
        found = request.find(leaving.NAME_ID)
        assert found is not None
        assert (found.text, dict(found.attrib)) == (
            "7",
            {
                "Format": NameIDFormat.PERSISTENT,
                "NameQualifier": IDP,
                "SPNameQualifier": f"{scene.BASE}/saml/acme/metadata/",
                "SPProvidedID": "ours",
            },
        )
        assert [e.text for e in request.iter(f"{{{SAMLP}}}SessionIndex")] == ["a & b"]

    def test_what_was_not_received_is_not_sent(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        scene.post(browser, scene.message(name_id_format=None, session_index=None))
        request = asked(leaving.sign_out(browser)["Location"])
        found = request.find(leaving.NAME_ID)
        assert found is not None and not found.attrib
        assert list(request.iter(f"{{{SAMLP}}}SessionIndex")) == []

    def test_it_is_signed_by_what_the_identity_provider_can_verify(
        self, browser: Client, ada: User
    ) -> None:
        method = SignatureMethod.RSA_SHA512
        extensions = f'<md:Extensions><SigningMethod xmlns="{ALG}" Algorithm="{method}"/>'
        document = scene.metadata(logout=leaving.SERVICE).decode()
        scene.add_partner(
            document=document.replace(
                "<md:KeyDescriptor", f"{extensions}</md:Extensions><md:KeyDescriptor", 1
            ).encode()
        )
        scene.post(browser, scene.message())
        answer_to_theirs, _ = leaving.sent(
            leaving.arrive(Client(), "redirect", name_id="x")["Location"]
        )
        ours, _ = leaving.sent(leaving.sign_out(browser)["Location"])
        assert (answer_to_theirs.signature_algorithm, ours.signature_algorithm) == (method, method)

    def test_it_is_remembered_for_ten_minutes(
        self, signed_in: Client, clock: time_machine.Traveller
    ) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        pending = PendingLogout.objects.get()
        assert (pending.id, pending.expires) == (request.get("ID"), scene.later(minutes=10))
        assert request.get("NotOnOrAfter") == "2030-01-15T12:10:00Z"

    def test_nobody_who_was_idle_is_signed_out_there(
        self, signed_in: Client, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(hours=2))
        assert signed_in.get("/").status_code == 200
        assert LoginSession.objects.get().ended_because == "idle"
        assert not PendingLogout.objects.exists()


class TestOnlyHere:
    """Where nobody is asked, signing out is a local matter and says so."""

    def local(self, browser: Client, **fields: str) -> None:
        response = leaving.sign_out(browser, **fields)
        assert response["Location"].startswith("/logout/")
        assert ONLY_HERE in browser.get(response["Location"]).content.decode()
        assert scene.signed_in_as(browser) is None
        assert not PendingLogout.objects.exists()

    def test_the_person_may_choose_it(self, signed_in: Client) -> None:
        page = signed_in.get("/").content.decode()
        assert "Sign out only here" in page and "also signs you out at Acme" in page
        self.local(signed_in, only="here")

    @pytest.mark.parametrize("service", ["", leaving.SERVICE.replace("HTTP-Redirect", "SOAP")])
    def test_an_identity_provider_without_an_address_for_it(
        self, browser: Client, ada: User, service: str
    ) -> None:
        leaving.add_partner(service=service)
        scene.post(browser, scene.message())
        assert "only here" not in browser.get("/").content.decode()
        self.local(browser)

    def test_a_session_without_a_name(self, browser: Client, acme: Partner, ada: User) -> None:
        scene.post(browser, scene.message(name_id=None))
        assert scene.signed_in_as(browser) == scene.EMAIL
        self.local(browser)

    def test_an_identity_provider_that_is_not_trusted_any_more(self, signed_in: Client) -> None:
        PartnerIdentityProvider.objects.update(retired=scene.later())
        flows.update_partner("acme", {"landing": "/start"}, actor=scene.ACTOR)
        self.local(signed_in)

    def test_metadata_that_has_run_out(self, signed_in: Client) -> None:
        PartnerIdentityProvider.objects.update(valid_until=scene.later())
        flows.update_partner("acme", {"landing": "/start"}, actor=scene.ACTOR)
        self.local(signed_in)

    def test_a_key_of_ours_that_is_gone(
        self, signed_in: Client, settings: Any, tmp_path: Any
    ) -> None:
        settings.SSO_CERTS_DIR = tmp_path
        self.local(signed_in)

    def test_staff_with_a_password(self, acme: Partner) -> None:
        User.objects.create_user("staff", "staff@example.com", "a password")
        client = Client()
        client.login(username="staff", password="a password")
        response = client.post("/logout/")
        assert response["Location"] == "/logout/"


class TestTheAnswer:
    """What the IdP says, and what the page makes of it."""

    def page(self, browser: Client, response: Any) -> str:
        assert response.status_code == 303
        assert response["Location"].startswith("/saml/acme/slo/done/?from=acme")
        shown = browser.get(response["Location"])
        assert "no-store" in shown["Cache-Control"] and shown["X-Frame-Options"] == "DENY"
        return str(shown.content.decode())

    @pytest.mark.parametrize("binding", ["redirect", "post"])
    def test_success_ends_it_everywhere(self, signed_in: Client, binding: str) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        if binding == "redirect":
            response = answer(signed_in, request)
        else:
            text = leaving.response_xml(in_response_to=request.get("ID"))
            response = leaving.post(signed_in, made.posted(text), "SAMLResponse")
        assert BOTH in self.page(signed_in, response)

    @pytest.mark.parametrize(
        "status",
        [
            (StatusCode.SUCCESS, StatusCode.PARTIAL_LOGOUT),
            (StatusCode.RESPONDER,),
            (StatusCode.RESPONDER, StatusCode.PARTIAL_LOGOUT),
            (StatusCode.REQUESTER, StatusCode.REQUEST_DENIED),
        ],
    )
    def test_anything_less_is_not_called_that(
        self, signed_in: Client, status: tuple[str, ...]
    ) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        page = self.page(signed_in, answer(signed_in, request, status=status))
        assert ONLY_HERE in page and BOTH not in page
        _, event = leaving.rows()
        assert event.outcome == "info"
        assert status[-1].rpartition(":")[2] in event.detail

    def test_it_is_a_row_beside_that_of_the_session_here(self, signed_in: Client) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        answer(signed_in, request)
        here, there = leaving.rows()
        assert (here.outcome, there.outcome, there.flow) == ("success", "success", "sp")
        assert here.target == there.target == scene.the_attempt().reference
        assert there.idp_entity_id == IDP

    def test_a_reload_shows_the_same_and_adds_no_row(self, signed_in: Client) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        answer(signed_in, request)
        assert BOTH in self.page(signed_in, answer(signed_in, request, id="_answer-2"))
        assert len(leaving.rows()) == 2

    @pytest.mark.parametrize("in_response_to", ["_unknown", "_logout-1"])
    def test_an_answer_to_nothing_changes_nothing(
        self, signed_in: Client, in_response_to: str
    ) -> None:
        text = leaving.response_xml(in_response_to=in_response_to)
        page = self.page(Client(), leaving.redirect(Client(), text, parameter="SAMLResponse"))
        assert ONLY_HERE in page
        (event,) = leaving.rows()
        assert (event.outcome, event.target) == ("info", "")
        assert scene.signed_in_as(signed_in) == scene.EMAIL

    def test_an_answer_that_comes_too_late_is_one_to_nothing(
        self, signed_in: Client, clock: time_machine.Traveller
    ) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        clock.shift(timedelta(minutes=10))
        response = answer(signed_in, request, issued=scene.later(minutes=10))
        assert ONLY_HERE in self.page(signed_in, response)

    def test_whoever_is_signed_in_again_is_not_told_that_they_are_out(
        self, signed_in: Client
    ) -> None:
        request = asked(leaving.sign_out(signed_in)["Location"])
        scene.post(signed_in, scene.message(assertion_id="_assertion-2"))
        response = answer(signed_in, request)
        assert signed_in.get(response["Location"])["Location"] == "/"

    def test_the_person_goes_on_to_where_they_wanted(self, signed_in: Client) -> None:
        request = asked(leaving.sign_out(signed_in, next="/goodbye")["Location"])
        assert answer(signed_in, request)["Location"] == "/goodbye"

    def test_but_not_where_something_is_still_open(self, signed_in: Client) -> None:
        request = asked(leaving.sign_out(signed_in, next="/goodbye")["Location"])
        response = answer(signed_in, request, status=(StatusCode.RESPONDER,))
        assert ONLY_HERE in self.page(signed_in, response)

    def test_nor_to_another_site(self, signed_in: Client) -> None:
        request = asked(leaving.sign_out(signed_in, next="//evil.example/")["Location"])
        assert BOTH in self.page(signed_in, answer(signed_in, request))

    @pytest.mark.parametrize("forged", ["acme", "acme:everywhere", "", "acme:everywhere:x:y"])
    def test_nobody_can_make_the_page_say_it(
        self, browser: Client, acme: Partner, forged: str
    ) -> None:
        page = browser.get(f"/saml/acme/slo/done/?from={forged}").content.decode()
        assert "You are signed out of Backoffice" in page and "Acme" not in page


def test_the_form_may_lead_to_the_identity_provider_and_no_other_page_may(
    signed_in: Client,
) -> None:
    # Browsers hold every redirect that follows a form against form-action.
    policy = signed_in.get("/")["Content-Security-Policy"]
    assert "form-action 'self' https: https://idp.acme.example;" in policy + ";"
    assert "https:" not in Client().get("/")["Content-Security-Policy"]


def test_what_is_over_is_forgotten(signed_in: Client, clock: time_machine.Traveller) -> None:
    leaving.sign_out(signed_in)
    assert single_logout.forget(scene.later(minutes=70)) == 0
    assert single_logout.forget(scene.later(minutes=71)) == 1
