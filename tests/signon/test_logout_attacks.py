"""Whatever is wrong with a logout message, nobody's session ends (security, class 97)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.saml.names import StatusCode
from sso_gateway.signon.models import SeenAssertion
from tests.idp import logout as made
from tests.idp.encryption import Encryption
from tests.idp.keys import key_pair
from tests.idp.signing import RSA_SHA1
from tests.signon import leaving, scene

pytestmark = pytest.mark.django_db
OTHER = key_pair("rsa-2048", "other")
OTHER_IDP = "https://idp.other.example"


@pytest.fixture
def signed_in(browser: Client, ada: User) -> Client:
    leaving.add_partner()
    scene.post(browser, scene.message())
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


@pytest.fixture
def other(db: None) -> Partner:
    """Another partner of ours: honest until now."""
    return scene.add_partner(
        "other",
        domains=("other.example",),
        document=scene.metadata(OTHER, entity_id=OTHER_IDP, logout=leaving.SERVICE),
    )


def query(**changes: Any) -> str:
    return made.query(leaving.request_xml(**changes))


LATE = scene.later(minutes=-19)
QUERIES: dict[str, tuple[Callable[[], str], Reason]] = {
    "nothing at all": (lambda: "", Reason.NO_RESPONSE_FIELD),
    "unsigned": (lambda: made.plain_query(leaving.request_xml()), Reason.SIGNATURE_MISSING),
    "signed inside only": (lambda: made.plain_query(made.posted(leaving.request_xml())),
                           Reason.SIGNATURE_WRAPPING),
    "a stranger's key": (lambda: made.query(leaving.request_xml(), key_pair("rsa-2048", "eve")),
                         Reason.KEY_UNKNOWN),
    "another partner's key": (lambda: made.query(leaving.request_xml(), OTHER),
                              Reason.KEY_UNKNOWN),
    "another partner's key and name": (
        lambda: made.query(leaving.request_xml(issuer=OTHER_IDP), OTHER),
        Reason.ISSUER_WRONG_PARTNER),
    "nobody's name": (lambda: query(issuer="https://nobody.example"), Reason.ISSUER_UNKNOWN),
    "sent to another partner": (
        lambda: query(destination=f"{scene.BASE}/saml/other/slo/"), Reason.DESTINATION_MISMATCH),
    "sent to the ACS": (lambda: query(destination=f"{scene.BASE}{scene.ACS}"),
                        Reason.DESTINATION_MISMATCH),
    "sent to nobody": (lambda: query(destination=None), Reason.DESTINATION_MISSING),
    "too old": (lambda: query(issued=LATE, not_on_or_after=None), Reason.ISSUE_INSTANT),
    "over": (lambda: query(not_on_or_after=scene.later(minutes=-3)), Reason.EXPIRED),
    "from the future": (lambda: query(issued=scene.later(minutes=4)), Reason.ISSUE_INSTANT),
    "SHA-1": (lambda: made.query(leaving.request_xml(), method=RSA_SHA1), Reason.ALGORITHM_WEAK),
    "a response as a request": (lambda: made.query(leaving.response_xml()), Reason.NOT_A_RESPONSE),
    "a request as a response": (
        lambda: made.query(leaving.request_xml(), parameter="SAMLResponse"),
        Reason.NOT_A_RESPONSE),
    "a sign-in": (lambda: made.query(scene.message(), parameter="SAMLResponse"),
                  Reason.NOT_A_RESPONSE),
    "re-encoded": (
        lambda: re.sub("%2B|%2F", lambda found: found[0].lower(), query(), count=1),
        Reason.KEY_UNKNOWN),
    "another RelayState": (
        lambda: made.query(leaving.request_xml(), relay_state="a").replace("=a&", "=b&"),
        Reason.KEY_UNKNOWN),
    "two requests": (lambda: f"{query()}&{made.plain_query(leaving.request_xml(name_id='x'))}",
                     Reason.UNDECODABLE),
    "a request and a response": (
        lambda: f"{query()}&{made.plain_query('<a/>', parameter='SAMLResponse')}",
        Reason.UNDECODABLE),
    "an artifact": (lambda: f"{query()}&SAMLart=AAQ", Reason.BINDING_UNSUPPORTED),
    "encrypted and unsigned": (
        lambda: made.plain_query(
            leaving.request_xml(encrypt_name_id=Encryption(recipient=OTHER))),
        Reason.SIGNATURE_MISSING),
    "a name encrypted for another": (
        lambda: query(encrypt_name_id=Encryption(recipient=OTHER)), Reason.DECRYPT_FAILED),
}  # fmt: skip


@pytest.mark.parametrize("attack", QUERIES)
def test_a_query(attack: str, signed_in: Client, other: Partner) -> None:
    make, reason = QUERIES[attack]
    response = signed_in.get(f"{leaving.SLO}?{make()}")
    leaving.assert_refused(response, reason)
    assert scene.signed_in_as(signed_in) == scene.EMAIL
    assert SeenAssertion.objects.count() == 1  # the sign-in's own


def wrapped(message: bytes) -> bytes:
    """Eve's request around the genuine one, which keeps its signature."""
    around = made.unsigned(leaving.request_xml(id="_evil", session_indexes=[])).decode()
    inner = f"<samlp:Extensions><a:x xmlns:a='urn:a'>{message.decode()}</a:x></samlp:Extensions>"
    return around.replace("</saml:Issuer>", f"</saml:Issuer>{inner}", 1).encode()


FORMS: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "unsigned": (lambda: made.unsigned(leaving.request_xml()), Reason.SIGNATURE_MISSING),
    "wrapped": (lambda: wrapped(made.posted(leaving.request_xml(name_id="eve"))),
                Reason.SIGNATURE_WRAPPING),
    "another session": (
        lambda: made.posted(leaving.request_xml(session_indexes=["_session-9"])).replace(
            b"_session-9", b"_session-1"),
        Reason.SIGNATURE_INVALID),
    "another partner's key": (lambda: made.posted(leaving.request_xml(), OTHER),
                              Reason.KEY_UNKNOWN),
    "another partner's key and name": (
        lambda: made.posted(leaving.request_xml(issuer=OTHER_IDP), OTHER),
        Reason.ISSUER_WRONG_PARTNER),
    "a sign-in": (scene.message, Reason.NOT_A_RESPONSE),
    "metadata": (scene.metadata, Reason.NOT_A_RESPONSE),
    "a document type": (lambda: b"<!DOCTYPE a>" + made.posted(leaving.request_xml()),
                        Reason.XML_FORBIDDEN),
    "no XML": (lambda: b"<nothing", Reason.XML_MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize("attack", FORMS)
def test_a_form(attack: str, signed_in: Client, other: Partner) -> None:
    make, reason = FORMS[attack]
    leaving.assert_refused(leaving.post(signed_in, make()), reason)
    assert scene.signed_in_as(signed_in) == scene.EMAIL


@pytest.mark.parametrize(
    ("body", "extra", "reason"),
    [
        ("", {}, Reason.NO_RESPONSE_FIELD),
        ("SAMLRequest=PGE&SAMLRequest=PGE", {}, Reason.NO_RESPONSE_FIELD),
        ("SAMLRequest=PGE&SAMLResponse=PGE", {}, Reason.NO_RESPONSE_FIELD),
        ("SAMLRequest=%%%", {}, Reason.UNDECODABLE),
        ("SAMLRequest=" + "A" * 3_000_000, {}, Reason.TOO_LARGE),
    ],
)
def test_a_form_that_is_none(
    body: str, extra: dict[str, str], reason: Reason, signed_in: Client
) -> None:
    leaving.assert_refused(scene.send(signed_in, body, leaving.SLO, **extra), reason)


def test_another_content_type(signed_in: Client) -> None:
    response = signed_in.post(leaving.SLO, "{}", content_type="application/json")
    leaving.assert_refused(response, Reason.NO_RESPONSE_FIELD)


@pytest.mark.parametrize("method", ["head", "put", "delete", "options"])
def test_another_method(method: str, signed_in: Client) -> None:
    response = getattr(signed_in, method)(f"{leaving.SLO}?{query()}")
    assert response.status_code == 400
    assert leaving.live() == 1


def test_the_other_partners_own_address_ends_only_its_own(
    signed_in: Client, other: Partner
) -> None:
    """Rightly signed and rightly sent, for a name that only the first partner's session has."""
    path = "/saml/other/slo/"
    text = leaving.request_xml(
        issuer=OTHER_IDP, destination=f"{scene.BASE}{path}", session_indexes=[]
    )
    assert leaving.redirect(Client(), text, key=OTHER, path=path).status_code == 303
    assert scene.signed_in_as(signed_in) == scene.EMAIL


def test_an_answer_of_one_partner_does_not_answer_what_another_was_asked(
    signed_in: Client, other: Partner
) -> None:
    _, request = leaving.sent(leaving.sign_out(signed_in)["Location"])
    path = "/saml/other/slo/"
    text = leaving.response_xml(
        issuer=OTHER_IDP, destination=f"{scene.BASE}{path}", in_response_to=request.get("ID")
    )
    response = leaving.redirect(Client(), text, key=OTHER, path=path, parameter="SAMLResponse")
    page = Client().get(response["Location"]).content.decode()
    assert "You may still be signed in at Other" in page
    assert leaving.rows()[-1].outcome == "info"


def test_an_unsigned_answer_is_not_believed(signed_in: Client) -> None:
    _, request = leaving.sent(leaving.sign_out(signed_in)["Location"])
    text = leaving.response_xml(in_response_to=request.get("ID"), status=(StatusCode.SUCCESS,))
    response = signed_in.get(f"{leaving.SLO}?{made.plain_query(text, parameter='SAMLResponse')}")
    assert response.status_code == 403
    assert leaving.rows()[-1].key == "signature_missing"


def test_a_logout_request_of_ours_cannot_be_answered_by_a_sign_in(signed_in: Client) -> None:
    _, request = leaving.sent(leaving.sign_out(signed_in)["Location"])
    message = scene.message(in_response_to=request.get("ID"), assertion_id="_assertion-2")
    assert scene.post(signed_in, message).status_code == 403
    assert scene.signed_in_as(signed_in) is None


def test_a_partner_that_is_paused_is_not_listened_to(signed_in: Client) -> None:
    flows.pause("acme", reason="a test", actor=scene.ACTOR)
    response = signed_in.get(f"{leaving.SLO}?{query()}")
    assert response.status_code == Reason.PARTNER_PAUSED.status
    assert leaving.rows()[-1].key == "partner_paused"


def test_an_unknown_partner_is_not_found(signed_in: Client) -> None:
    assert signed_in.get(f"/saml/nobody/slo/?{query()}").status_code == 404
    assert leaving.live() == 1


def test_a_link_of_another_site_ends_nothing(signed_in: Client) -> None:
    """Logout CSRF: without a message that the IdP signed, there is nothing to lure anybody with."""
    assert signed_in.get(leaving.SLO).status_code == 400
    assert signed_in.post(leaving.SLO).status_code == 400
    assert scene.signed_in_as(signed_in) == scene.EMAIL


def test_the_refusal_says_where_to_sign_out(signed_in: Client) -> None:
    page = signed_in.get(f"{leaving.SLO}?{query(destination=None)}").content.decode()
    assert "You may still be signed in to Backoffice" in page
    assert '<a class="button" href="/"' in page


def test_an_address_that_was_refused_too_often_waits_here_too(signed_in: Client) -> None:
    flows.set_policy("acme", {"refusals_per_address": 10}, actor=scene.ACTOR)
    for _ in range(10):
        assert signed_in.get(leaving.SLO, REMOTE_ADDR="192.0.2.9").status_code == 400
    limited = signed_in.get(f"{leaving.SLO}?{query()}", REMOTE_ADDR="192.0.2.9")
    assert limited.status_code == 429
    assert int(limited["Retry-After"]) > 0
    assert "You may still be signed in to Backoffice" in limited.content.decode()
    assert leaving.live() == 1


@pytest.mark.parametrize(
    ("write", "parameter"),
    [(leaving.request_xml, "SAMLRequest"), (leaving.response_xml, "SAMLResponse")],
    ids=["a request again", "an answer to nothing"],
)
def test_who_repeats_a_message_without_end_has_to_wait(
    db: None, write: Callable[..., str], parameter: str
) -> None:
    leaving.add_partner(policy={"refusals_per_address": 10})
    browser, text = Client(REMOTE_ADDR="203.0.113.7"), write()

    def again() -> int:
        status: int = leaving.redirect(browser, text, parameter=parameter).status_code
        return status

    statuses = [again() for _ in range(13)]
    assert (statuses[0], statuses[-1], set(statuses)) == (303, 429, {303, 429})
    rows = len(leaving.rows())
    assert again() == 429
    assert len(leaving.rows()) == rows
