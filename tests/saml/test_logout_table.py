"""One good LogoutRequest and one good LogoutResponse, and tables of single changes of each.

Each row is put to both bindings: an enveloped signature as HTTP-POST carries it, and the signature
of a query. Each refused row names its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, logout
from sso_gateway.saml.model import Expected, NameID
from sso_gateway.saml.names import DataEncryption, NameIDFormat, SignatureMethod, StatusCode
from tests.idp import logout as made
from tests.idp import workshop
from tests.idp.encryption import Encryption
from tests.idp.keys import key_pair
from tests.idp.recipe import EMAIL, IDP, NOW
from tests.idp.signing import RSA_SHA1

SECOND = timedelta(seconds=1)
SKEW = timedelta(seconds=180)
OLDEST = timedelta(minutes=15)
TO_US = Encryption(recipient=workshop.sp_key())
BASE_ID = (
    '<saml:BaseID xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:a="urn:a" xsi:type="a:ID"/>'
)
UNKNOWN = '<samlp:Extensions><a:x xmlns:a="urn:a"{}/></samlp:Extensions>'
STRANGER = key_pair("rsa-2048", "stranger")
BINDINGS = ("post", "redirect")


def expected(**changes: Any) -> Expected:
    found = workshop.expected(**changes)
    return replace(found, service_provider=replace(found.service_provider, logout_url=made.SLO))


def carried(text: str, binding: str, parameter: str = "SAMLRequest", **how: Any) -> logout.Message:
    """The message signed as its binding wants it."""
    if binding == "post":
        return made.posted(text, **how)
    query = made.query(text, parameter=parameter, **how)
    return bindings.read_redirect(query, max_bytes=100_000)


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    reason: Reason | None
    changes: Mapping[str, Any]
    how: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)


def row(
    name: str,
    reason: Reason | None,
    /,
    *,
    how: Mapping[str, Any] | None = None,
    expect: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Row:
    return Row(name, reason, changes, how or {}, expect or {})


BOTH_WAYS = (
    row("another root", Reason.NOT_A_RESPONSE, root="ManageNameIDRequest"),
    row("version 1.1", Reason.VERSION, version="1.1"),
    row("version 2.1", Reason.VERSION, version="2.1"),
    row("no issuer", Reason.ISSUER_MISSING, issuer=None),
    row("an empty issuer", Reason.ISSUER_MISSING, issuer=""),
    row("an issuer of nobody", Reason.ISSUER_UNKNOWN, issuer="https://idp.evil.example"),
    row("an issuer with a slash more", Reason.ISSUER_UNKNOWN, issuer=IDP + "/"),
    row("signed by a stranger", Reason.KEY_UNKNOWN, how={"key": STRANGER}),
    row("no key on file", Reason.KEY_UNKNOWN, expect={"keys": ()}),
    row("signed with SHA-1", Reason.ALGORITHM_WEAK, how={"method": RSA_SHA1}),
    row("signed with an algorithm that the policy denies", Reason.ALGORITHM_WEAK,
        expect={"denied_algorithms": frozenset({SignatureMethod.RSA_SHA256})}),
    row("no destination", Reason.DESTINATION_MISSING, destination=None),
    row("an empty destination", Reason.DESTINATION_MISSING, destination=""),
    row("the ACS as destination", Reason.DESTINATION_MISMATCH, destination=workshop.ACS),
    row("the logout address of another partner", Reason.DESTINATION_MISMATCH,
        destination=made.SLO.replace("acme", "other")),
    row("a destination that only begins like ours", Reason.DESTINATION_MISMATCH,
        destination=made.SLO + "more"),
    row("issued too long ago", Reason.ISSUE_INSTANT, issued=NOW - OLDEST - SKEW - SECOND),
    row("issued in the future", Reason.ISSUE_INSTANT, issued=NOW + SKEW + SECOND),
    row("issued at no time", Reason.XML_MALFORMED, issued="yesterday"),
    row("issued at a local time", Reason.XML_MALFORMED, issued="2030-01-15T12:00:00+00:00"),
    row("an expired certificate where the policy minds", Reason.CERT_EXPIRED,
        expect={"now": NOW.replace(year=2041), "refuse_expired_certificate": True},
        issued=NOW.replace(year=2041)),
)  # fmt: skip

REQUESTS = (
    *BOTH_WAYS,
    row("a response instead", Reason.NOT_A_RESPONSE, root="LogoutResponse"),
    row("over at this second", Reason.EXPIRED, not_on_or_after=NOW - SKEW),
    row("another format of the issuer", Reason.ISSUER_MISMATCH,
        issuer_format=NameIDFormat.UNSPECIFIED),
    row("a BaseID", Reason.XML_MALFORMED, name_id_xml=BASE_ID),
    row("an empty name", Reason.NAMEID_MISSING, name_id=""),
    row("no name at all", Reason.XML_MALFORMED, name_id=None),
    row("two names", Reason.XML_MALFORMED,
        name_id_xml="<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>"),
    row("no ID", Reason.XML_MALFORMED, id=None),
    row("an ID used twice", Reason.SIGNATURE_WRAPPING,
        extensions_xml=UNKNOWN.format(' ID="_logout-1"')),
    row("a comment in the name", Reason.XML_FORBIDDEN,
        name_id_xml="<saml:NameID>ada@acme.example<!-- -->.evil.example</saml:NameID>"),
    row("a name encrypted for somebody else", Reason.DECRYPT_FAILED,
        encrypt_name_id=Encryption(recipient=STRANGER)),
    row("a name encrypted with what the policy denies", Reason.ENC_ALGORITHM,
        encrypt_name_id=TO_US,
        expect={"denied_algorithms": frozenset({DataEncryption.AES256_GCM})}),
    row("a name encrypted and we have no key", Reason.ENCRYPTED_NO_KEY,
        encrypt_name_id=TO_US, expect={"decryption_keys": ()}),
    row("something else than a NameID encrypted", Reason.NAMEID_MISSING,
        name_id_xml="<saml:Audience>x</saml:Audience>", encrypt_name_id=TO_US),
)  # fmt: skip

RESPONSES = (
    *BOTH_WAYS,
    row("a request instead", Reason.NOT_A_RESPONSE, root="LogoutRequest"),
    row("no InResponseTo", Reason.REQUEST_UNKNOWN, in_response_to=None),
    row("an InResponseTo that is no name", Reason.XML_MALFORMED, in_response_to="1 2"),
    row("no status code", Reason.XML_MALFORMED, status=()),
)

GOOD = (
    row("as it is", None),
    row("no end", None, not_on_or_after=None),
    row("a second before its end", None, not_on_or_after=NOW - SKEW + SECOND),
    row("as old as it may be", None, issued=NOW - OLDEST - SKEW, not_on_or_after=None),
    row("no session named", None, session_indexes=()),
    row("two sessions", None, session_indexes=("_session-1", "_session-2")),
    row("the format of the issuer named", None, issuer_format=NameIDFormat.ENTITY),
    row("an extension that nobody knows", None,
        extensions_xml=UNKNOWN.format("")),
    row("the second of two keys", None, expect={"keys": (STRANGER, workshop.idp_key())}),
    row("an elliptic curve", None, expect={"keys": ("ec-256",)},
        how={"key": key_pair("ec-256"),
             "method": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"}),
    row("an encrypted name", None, encrypt_name_id=TO_US),
    row("an encrypted name, the second of our keys", None, encrypt_name_id=TO_US,
        expect={"decryption_keys": (STRANGER, workshop.sp_key())}),
)  # fmt: skip


def name(found: Row) -> str:
    return found.name


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("found", REQUESTS, ids=name)
def test_a_request_with_a_single_change_is_refused_for_its_reason(found: Row, binding: str) -> None:
    text = (
        made.request_xml(**found.changes)
        if found.name != "a response instead"
        else (made.response_xml())
    )
    with pytest.raises(Refusal) as refusal:
        logout.read_request(carried(text, binding, **found.how), expected(**found.expect))
    assert refusal.value.reason is found.reason, str(refusal.value)


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("found", RESPONSES, ids=name)
def test_a_response_with_a_single_change_is_refused_for_its_reason(
    found: Row, binding: str
) -> None:
    text = (
        made.response_xml(**found.changes)
        if found.name != "a request instead"
        else (made.request_xml())
    )
    message = carried(text, binding, "SAMLResponse", **found.how)
    with pytest.raises(Refusal) as refusal:
        logout.read_response(message, expected(**found.expect))
    assert refusal.value.reason is found.reason, str(refusal.value)


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("found", GOOD, ids=name)
def test_a_good_request_is_read(found: Row, binding: str) -> None:
    text = made.request_xml(**found.changes)
    request = logout.read_request(carried(text, binding, **found.how), expected(**found.expect))
    assert (request.id, request.issuer, request.destination) == ("_logout-1", IDP, made.SLO)
    assert request.name_id == NameID(EMAIL, NameIDFormat.EMAIL)
    assert request.session_indexes == tuple(found.changes.get("session_indexes", ("_session-1",)))


@pytest.mark.parametrize("encrypted", [None, TO_US])
def test_every_attribute_of_the_name_is_read(encrypted: Encryption | None) -> None:
    text = made.request_xml(
        name_id="7", name_id_format=NameIDFormat.PERSISTENT, name_qualifier=IDP,
        sp_name_qualifier="urn:us", sp_provided_id="ours-7", encrypt_name_id=encrypted,
    )  # fmt: skip
    request = logout.read_request(carried(text, "post"), expected())
    assert request.name_id == NameID("7", NameIDFormat.PERSISTENT, IDP, "urn:us", "ours-7")


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize(
    ("status", "complete"),
    [
        ((StatusCode.SUCCESS,), True),
        ((StatusCode.SUCCESS, StatusCode.PARTIAL_LOGOUT), False),
        ((StatusCode.RESPONDER,), False),
        ((StatusCode.RESPONDER, StatusCode.PARTIAL_LOGOUT), False),
        ((StatusCode.REQUESTER, StatusCode.SUCCESS), False),
        (("urn:something:else",), False),
    ],
)
def test_a_good_response_says_whether_all_has_ended(
    binding: str, status: tuple[str, ...], complete: bool
) -> None:
    message = carried(made.response_xml(status=status), binding, "SAMLResponse")
    response = logout.read_response(message, expected())
    assert (response.in_response_to, response.complete) == ("_ours-1", complete)


def test_the_tables_name_each_row_once() -> None:
    for rows in (REQUESTS, RESPONSES, GOOD):
        assert len({found.name for found in rows}) == len(rows)


def test_without_an_address_of_ours_every_message_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        logout.read_request(carried(made.request_xml(), "post"), workshop.expected())
    assert refusal.value.reason is Reason.DESTINATION_MISMATCH


def test_metadata_that_has_run_out_vouches_for_nobody() -> None:
    found = expected()
    stale = replace(found.identity_providers[IDP], valid_until=NOW - SKEW)
    with pytest.raises(Refusal) as refusal:
        logout.read_request(
            carried(made.request_xml(), "post"), replace(found, identity_providers={IDP: stale})
        )
    assert refusal.value.reason is Reason.METADATA_EXPIRED
