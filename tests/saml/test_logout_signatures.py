"""Logout messages whose signature is absent, stands elsewhere, or covers something else."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, logout
from tests.idp import logout as made
from tests.idp import workshop
from tests.idp.encryption import Encryption
from tests.saml.test_logout_table import expected

GOOD = made.request_xml()
EVIL = made.request_xml(id="_evil-1", name_id="eve@acme.example")


def refusal_of(message: logout.Message) -> Reason:
    with pytest.raises(Refusal) as refusal:
        logout.read_request(message, expected())
    return refusal.value.reason


def redirected(query: str) -> bindings.RedirectMessage:
    return bindings.read_redirect(query, max_bytes=100_000)


def test_unsigned_is_refused_over_either_binding() -> None:
    assert refusal_of(made.unsigned(GOOD)) is Reason.SIGNATURE_MISSING
    assert refusal_of(redirected(made.plain_query(GOOD))) is Reason.SIGNATURE_MISSING


def test_a_signature_inside_does_not_replace_that_of_the_query() -> None:
    signed = made.posted(GOOD)
    assert refusal_of(redirected(made.plain_query(signed))) is Reason.SIGNATURE_WRAPPING
    assert refusal_of(redirected(made.query(signed))) is Reason.SIGNATURE_WRAPPING


def test_an_unsigned_encrypted_name_is_not_opened() -> None:
    for spoil in (False, True):
        how = Encryption(recipient=workshop.sp_key(), spoil_data=spoil)
        text = made.request_xml(encrypt_name_id=how)
        assert refusal_of(made.unsigned(text)) is Reason.SIGNATURE_MISSING


def wrapped(inner: bytes) -> bytes:
    """An unsigned message of somebody else around the genuine one."""
    around = made.unsigned(EVIL).decode()
    extension = f"<samlp:Extensions><a:x xmlns:a='urn:a'>{inner.decode()}</a:x></samlp:Extensions>"
    return around.replace("</saml:Issuer>", f"</saml:Issuer>{extension}", 1).encode()


def moved(message: bytes) -> bytes:
    """The same, with the genuine signature as a child of the new root."""
    found = re.search(rb"<ds:Signature.*</ds:Signature>", message, re.DOTALL)
    assert found is not None
    inner = message.replace(found[0], b"")
    return wrapped(inner).replace(b"</saml:Issuer>", b"</saml:Issuer>" + found[0], 1)


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        (wrapped, Reason.SIGNATURE_WRAPPING),
        (moved, Reason.SIGNATURE_SCOPE),
        (lambda m: m.replace(b">ada@", b">eve@", 1), Reason.SIGNATURE_INVALID),
        (lambda m: m.replace(b">_session-1<", b">_session-2<", 1), Reason.SIGNATURE_INVALID),
        (lambda m: m.replace(b"<samlp:SessionIndex>_session-1</samlp:SessionIndex>", b"", 1),
         Reason.SIGNATURE_INVALID),
        (lambda m: m.replace(b'"_logout-1"', b'"_logout-2"', 1), Reason.SIGNATURE_SCOPE),
        (lambda m: m.replace(b"#_logout-1", b"", 1), Reason.SIGNATURE_SCOPE),
        (lambda m: m.replace(b"LogoutRequest", b"ManageNameIDRequest"), Reason.NOT_A_RESPONSE),
    ],
)  # fmt: skip
def test_a_posted_message_that_was_touched_is_refused(
    attack: Callable[[bytes], bytes], reason: Reason
) -> None:
    genuine = made.posted(GOOD)
    logout.read_request(genuine, expected())
    forged = attack(genuine)
    assert forged != genuine
    assert refusal_of(forged) is reason


GOOD_QUERY = made.query(GOOD, relay_state="state")
OTHER = made.plain_query(EVIL)


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        (lambda q: f"{OTHER}&{q.partition('&')[2]}", Reason.KEY_UNKNOWN),
        (lambda q: q.replace("RelayState=state", "RelayState=other"), Reason.KEY_UNKNOWN),
        (lambda q: q.replace("RelayState=state", "RelayState=%73tate"), Reason.KEY_UNKNOWN),
        (lambda q: q.replace("&RelayState=state", ""), Reason.KEY_UNKNOWN),
        (lambda q: re.sub("%2B|%2F", lambda m: m[0].lower(), q, count=1), Reason.KEY_UNKNOWN),
        (lambda q: re.sub("&SigAlg=[^&]*", "", q), Reason.SIGNATURE_MISSING),
        (lambda q: q.partition("&Signature")[0], Reason.SIGNATURE_MISSING),
        (lambda q: q.replace("SAMLRequest=", "SAMLResponse="), Reason.KEY_UNKNOWN),
    ],
)  # fmt: skip
def test_a_query_that_was_touched_is_refused(attack: Callable[[str], str], reason: Reason) -> None:
    logout.read_request(redirected(GOOD_QUERY), expected())
    forged = attack(GOOD_QUERY)
    assert forged != GOOD_QUERY
    assert refusal_of(redirected(forged)) is reason


@pytest.mark.parametrize(
    "query",
    [
        f"{GOOD_QUERY}&{OTHER}",
        f"{OTHER}&{GOOD_QUERY}",
        f"{GOOD_QUERY}&{made.plain_query(EVIL, parameter='SAMLResponse')}",
        f"{GOOD_QUERY}&RelayState=other",
        f"{GOOD_QUERY}&SigAlg=x",
        GOOD_QUERY.replace("SAMLRequest", quote("SAMLRequest").replace("S", "%53", 1), 1),
    ],
)
def test_a_query_that_two_readers_would_read_differently_is_not_read(query: str) -> None:
    with pytest.raises(Refusal) as refusal:
        redirected(query)
    assert refusal.value.reason is Reason.UNDECODABLE
