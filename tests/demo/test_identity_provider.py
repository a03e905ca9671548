"""Acme's identity provider answers the gateway's signed questions, and no others."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from sso_gateway import clock
from sso_gateway.demo.place import ENTITY_ID
from sso_gateway.partners import flows, keys
from sso_gateway.saml import message_write, metadata, xmldsig
from sso_gateway.saml.names import Binding
from tests.demo.site import ACS, GATEWAY, PORTAL, Forms, Site, attempts

LOGIN = f"{GATEWAY}/saml/acme/login/?next=/"
SSO = f"{PORTAL}/demo/idp/sso/"
SLO = f"{PORTAL}/demo/idp/slo/"


def choose(site: Site, page: HttpResponse, person: str) -> dict[str, str]:
    """The form of the identity provider's page that says who one is."""
    answers = [fields for _, fields in Forms(page).found if fields["recipe"] != "denied"]
    (chosen,) = [fields for fields in answers if fields["person"] == person]
    return chosen


def test_a_sign_in_that_begins_at_the_gateway_ends_there(site: Site) -> None:
    question = site.get(LOGIN)
    assert question["Location"].startswith(f"{SSO}?SAMLRequest=")
    fields = choose(site, site.get(question["Location"]), "linus")
    assert fields["RelayState"] == parse_qs(urlsplit(question["Location"]).query)["RelayState"][0]
    assert site.press(fields).status_code == 303
    assert site.who() == "linus@acme.example"
    assert attempts()[0].flow == "sp"


def test_the_question_may_come_by_post(site: Site) -> None:
    flows.set_policy("acme", {"request_binding": "post"}, actor="test")
    ((action, fields),) = Forms(site.get(LOGIN)).found
    assert action == SSO
    assert site.press(choose(site, site.post(SSO, fields), "grace")).status_code == 303
    assert site.who() == "grace@acme.example"


def test_acme_may_say_no(site: Site) -> None:
    page = site.get(site.get(LOGIN)["Location"])
    (no,) = [fields for _, fields in Forms(page).found if fields["recipe"] == "denied"]
    assert site.press(no).status_code == 403
    assert attempts()[0].key == "idp_denied"


def test_an_answer_in_another_browser_is_refused(site: Site) -> None:
    fields = choose(site, site.get(site.get(LOGIN)["Location"]), "ada")
    assert Site().press(fields).status_code == 403
    assert attempts()[0].key == "request_unknown"


@pytest.mark.parametrize(
    ("spoiled", "status"), [("Signature=", 403), ("SigAlg=", 403), ("SAMLRequest=", 400)]
)
def test_a_question_that_the_gateway_did_not_sign_gets_no_answer(
    site: Site, spoiled: str, status: int
) -> None:
    url = site.get(LOGIN)["Location"]
    kept = [pair for pair in urlsplit(url).query.split("&") if not pair.startswith(spoiled)]
    page = site.get(f"{SSO}?{'&'.join(kept)}")
    assert page.status_code == status
    assert Forms(page).found == []


def posted(
    site: Site, *, issuer: str = f"{GATEWAY}/saml/acme/metadata/", acs_url: str = ACS
) -> HttpResponse:
    """The page for a question that the gateway signed."""
    pending = "_" + "0" * 32
    message = message_write.authn_request(
        id=pending, issue_instant=clock.now(), destination=SSO, issuer=issuer, acs_url=acs_url
    )
    signed = xmldsig.sign(message, keys.signing(), reference_id=pending)
    return site.post(SSO, {"SAMLRequest": b64encode(signed).decode()})


def test_the_answer_goes_to_no_other_address(site: Site) -> None:
    assert len(Forms(posted(site)).found) == 5
    page = posted(site, acs_url="https://evil.example/acs/")
    assert Forms(page).found == []
    assert b"recipient_mismatch" in page.content


def test_another_service_gets_no_answer(site: Site) -> None:
    page = posted(site, issuer="https://other.example/sp")
    assert Forms(page).found == []
    assert b"issuer_unknown" in page.content


def test_its_metadata_can_be_read_and_names_this_very_place(site: Site) -> None:
    answer = site.get(f"{PORTAL}/demo/idp/metadata/")
    assert answer["Content-Type"] == "application/samlmetadata+xml"
    read = metadata.read(answer.content)
    (provider,) = read.identity_providers
    assert read.warnings == ()
    assert provider.entity_id == ENTITY_ID
    assert {(e.binding, e.location) for e in provider.sign_on} == {
        (Binding.REDIRECT, SSO),
        (Binding.POST, SSO),
    }
    assert [(e.binding, e.location) for e in provider.logout] == [(Binding.REDIRECT, SLO)]


def leave(site: Site) -> HttpResponse:
    """Signs in as Ada, and out again by the button of the start page."""
    site.press(site.form("/demo/", person="ada"))
    assert site.who() == "ada@acme.example"
    ((_, fields),) = Forms(site.get(f"{GATEWAY}/")).found
    return site.post(f"{GATEWAY}/logout/", fields)


def test_signing_out_at_the_gateway_signs_out_at_acme_too(site: Site) -> None:
    asked = leave(site)
    assert asked["Location"].startswith(f"{SLO}?SAMLRequest=")
    assert site.who() is None
    answer = site.get(asked["Location"])
    assert answer["Location"].startswith(f"{GATEWAY}/saml/acme/slo/?SAMLResponse=")
    page = site.get(f"{GATEWAY}{site.get(answer['Location'])['Location']}")
    assert "You are signed out here and at Acme (demo)" in page.content.decode()


@pytest.mark.parametrize("spoiled", ["Signature=", "SigAlg="])
def test_a_logout_that_the_gateway_did_not_sign_is_not_answered(site: Site, spoiled: str) -> None:
    kept = [
        pair
        for pair in urlsplit(leave(site)["Location"]).query.split("&")
        if not pair.startswith(spoiled)
    ]
    assert site.get(f"{SLO}?{'&'.join(kept)}").status_code == 403


def test_a_question_is_no_logout_and_a_logout_no_question(site: Site) -> None:
    question = urlsplit(site.get(LOGIN)["Location"]).query
    assert site.get(f"{SLO}?{question}").status_code == 400
    asked = urlsplit(leave(site)["Location"]).query
    assert site.get(f"{SSO}?{asked}").status_code == 400
