"""What holds for any octets whatever: one property for each door, the same for suite and fuzzer.

A property takes octets and raises nothing, or there is a finding.
"""

import base64
import re
import xml.etree.ElementTree as Expat
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, TypeVar

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, logout, metadata, response, schema, xml
from sso_gateway.saml.algorithms import MINIMUM_EC_BITS, MINIMUM_RSA_BITS
from sso_gateway.saml.identity_provider import MAX_KEYS
from sso_gateway.saml.model import Assertion, Endpoint, IdentityProvider, Outcome, SignedPart
from sso_gateway.saml.schema import Schema
from tests.fuzz import genuine
from tests.fuzz.signer import signed
from tests.idp.recipe import ACS, IDP, NOW, SP

_Answer = TypeVar("_Answer")
_LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])[:/?]", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class No(NamedTuple):
    """A refusal, comparable."""

    reason: Reason
    detail: str
    expected: str
    received: str
    facts: tuple[tuple[str, str], ...]


def answer(ask: Callable[[], _Answer]) -> _Answer | No:
    """What comes back, or the refusal; any other exception is a finding. Asked twice, because the
    same question has the same answer.
    """
    first, second = _ask(ask), _ask(ask)
    assert first == second, (first, second)
    return first


def _ask(ask: Callable[[], _Answer]) -> _Answer | No:
    try:
        return ask()
    except Refusal as refusal:
        facts = tuple(sorted(refusal.facts.items()))
        return No(refusal.reason, refusal.detail, refusal.expected, refusal.received, facts)


def identity(assertion: Assertion) -> Assertion:
    """The assertion without what whoever carries it may change: the envelope, a signature around
    another, the encryption around it.
    """
    return assertion._replace(
        destination=None, response_id="", signed=SignedPart.ANY, verified_by=(), warnings=(),
        encrypted_with=None,
    )  # fmt: skip


def _identities() -> frozenset[Assertion]:
    return frozenset(
        identity(response.accept(message, genuine.expected()))
        for message in genuine.responses().values()
    )


GENUINE: Final = _identities()


def accept(message: bytes) -> None:
    """Only what an identity provider signed is accepted, and as it was signed."""
    _is_genuine(answer(lambda: response.accept(message, genuine.expected())))


def _is_genuine(found: Assertion | No) -> None:
    if isinstance(found, Assertion):
        assert identity(found) in GENUINE, found
        assert found.destination in (None, ACS)
        assert found.verified_by


def explain(message: bytes) -> None:
    """Explaining never fails, has one answer, says what accepting says, and shows where."""
    explained(message)
    expected = genuine.expected()
    assert response.explain(message, expected) == response.explain(message, expected)


def explained(message: bytes) -> Assertion | No:
    """What accepting says, once explaining has said the same."""
    accepted = answer(lambda: response.accept(message, genuine.expected()))
    explanation = response.explain(message, genuine.expected())
    if isinstance(accepted, No):
        assert (explanation.reason, explanation.detail) == accepted[:2]
        assert explanation.assertion is None
    else:
        assert (explanation.reason, explanation.assertion) == (None, accepted)
    assert [check.name for check in explanation.checks] == [name for name, _ in response.LADDER]
    failed = [check.reason for check in explanation.checks if check.outcome is Outcome.FAIL]
    assert failed[:1] == ([] if explanation.reason is None else [explanation.reason]), explanation
    return accepted


def sign(message: bytes) -> None:
    """The same where a trusted key signed it: what is accepted is for us, now, from this one."""
    found = explained(signed(message))
    if isinstance(found, Assertion):
        _is_for_us(found)


def _is_for_us(found: Assertion) -> None:
    skew = genuine.expected().clock_skew
    assert found.id and found.issuer == IDP and found.verified_by
    assert SP in found.audiences and found.recipient == ACS and found.destination in (None, ACS)
    assert found.not_before is None or found.not_before - NOW <= skew
    assert NOW - found.not_on_or_after < skew and found.authn_instant - NOW <= skew
    end = found.session_not_on_or_after
    assert end is None or NOW - end < skew
    assert found.name_id is None or found.name_id.value.strip()
    assert found.proxy_count is None or found.proxy_count >= 0


def encrypt(plaintext: bytes) -> None:
    """The same where anybody encrypted it for us: it is trusted for its signature alone."""
    _is_genuine(explained(genuine.around(plaintext)))


def parse(message: bytes) -> None:
    """What is parsed is canonicalised to a fixed point; another parser sees that or nothing."""
    root = _ask(lambda: xml.parse(message, limits=xml.MESSAGE))
    if isinstance(root, No):
        return
    answer(lambda: xml.refuse_confusing_identifiers(root, message))
    answer(lambda: schema.validate(root, Schema.PROTOCOL))
    another = _another(message)
    if another is None:
        # Names have had more letters since the fifth edition of XML 1.0, not all parsers know them.
        assert not all(name.isascii() for element in root.iter() for name in _names(element))
    else:
        assert _seen(root.iter()) == _seen(another.iter())
    canonical = answer(lambda: xml.canonical(root))
    if not isinstance(canonical, No):
        assert xml.canonical(xml.parse_canonical(canonical)) == canonical


def _another(message: bytes) -> Expat.Element | None:
    try:
        return Expat.fromstring(message)  # noqa: S314 - it has no document type, we have seen to that
    except Expat.ParseError:
        return None


def _names(element: xml.Element) -> Iterable[str]:
    return map(str, (element.tag, *element.attrib, *element.nsmap))


def _seen(elements: Iterable[Expat.Element | xml.Element]) -> list[tuple[object, ...]]:
    return [(e.tag, sorted(e.attrib.items()), e.text or "", e.tail or "") for e in elements]


def decode_post(octets: bytes) -> None:
    """What is decoded is what any decoder makes of it, and no larger than allowed."""
    field = octets.decode("utf-8", "replace")
    found = answer(lambda: bindings.decode_post(field, max_bytes=genuine.LIMIT))
    if isinstance(found, No):
        assert found.reason in (Reason.UNDECODABLE, Reason.TOO_LARGE)
        position = dict(found.facts).get("position", "0")
        assert 0 <= int(position) <= len(field)
        return
    assert len(found) <= genuine.LIMIT
    assert found == base64.b64decode("".join(field.split()), validate=True)


def _redirected() -> Mapping[tuple[str, bytes, str | None], str]:
    read = {}
    for query in genuine.queries().values():
        found = bindings.read_redirect(query, max_bytes=genuine.LIMIT)
        if found.signature is not None:
            read[found.parameter, found.message, found.relay_state] = query
    return read


SIGNED_QUERIES: Final = _redirected()


def read_redirect(octets: bytes) -> None:
    """What is read is no larger than allowed, and what verifies is what was signed."""
    query = octets.decode("latin-1")
    found = answer(lambda: bindings.read_redirect(query, max_bytes=genuine.LIMIT))
    if isinstance(found, No):
        assert found.reason in (Reason.UNDECODABLE, Reason.TOO_LARGE, Reason.NO_RESPONSE_FIELD)
        return
    assert len(found.message) <= genuine.LIMIT
    keys = (genuine.idp_key().trusted, genuine.idp_ec_key().trusted)
    key = answer(lambda: bindings.verify_redirect(found, keys))
    if not isinstance(key, No):
        assert (found.parameter, found.message, found.relay_state) in SIGNED_QUERIES


def read_metadata(document: bytes) -> None:
    """What is read can be used: names, addresses and keys are of the kinds that we rely on."""
    found = answer(lambda: metadata.read(document))
    if not isinstance(found, No):
        names = [provider.entity_id for provider in found.identity_providers]
        assert len(set(names)) == len(names)
        assert len(found.warnings) <= metadata.MAX_WARNINGS + 1
        assert not _CONTROL.search("".join(found.warnings))
        for provider in found.identity_providers:
            _is_usable(provider)
    keys = (genuine.idp_key().trusted,)
    verified = answer(lambda: metadata.verify(document, keys))
    if not isinstance(verified, No):
        assert metadata.read(verified) == metadata.read(SIGNED_METADATA)


SIGNED_METADATA: Final = metadata.verify(
    genuine.metadata_documents()["signed"], (genuine.idp_key().trusted,)
)


def _is_usable(provider: IdentityProvider) -> None:
    assert re.fullmatch(r"[!-~]{3,1024}", provider.entity_id)
    assert len(provider.keys) <= MAX_KEYS
    smallest = {"RSA": MINIMUM_RSA_BITS, "ECP": MINIMUM_EC_BITS}
    for key in provider.keys:
        kind = "ECP" if "Elliptic" in type(key.public_key).__name__ else "RSA"
        assert key.public_key.key_size >= smallest[kind]
    for endpoint in (*provider.sign_on, *provider.logout):
        _is_safe(endpoint)
    assert provider.error_url is None or provider.error_url.startswith("https://")


def _is_safe(endpoint: Endpoint) -> None:
    for address in (endpoint.location, endpoint.response_location):
        if address is not None:
            assert re.fullmatch(r"[!-~]+", address)
            assert address.lower().startswith("https://") or _LOOPBACK.match(address), address


ENDINGS: Final = tuple(
    read(message, genuine.expected_logout())
    for read, messages in (
        (logout.read_request, genuine.logout_requests()),
        (logout.read_response, genuine.logout_responses()),
    )
    for message in messages.values()
)


def read_logout_request(message: bytes) -> None:
    """Only what an identity provider signed ends a session, and as it was signed."""
    found = answer(lambda: logout.read_request(message, genuine.expected_logout()))
    assert isinstance(found, No) or found in ENDINGS, found


def read_logout_response(message: bytes) -> None:
    """The same for what says that a session has ended."""
    found = answer(lambda: logout.read_response(message, genuine.expected_logout()))
    assert isinstance(found, No) or found in ENDINGS, found


PROPERTIES: Final[Mapping[str, Callable[[bytes], None]]] = {
    "bindings.decode_post": decode_post,
    "bindings.read_redirect": read_redirect,
    "xml.parse": parse,
    "response.accept": accept,
    "response.explain": explain,
    "response.signed": sign,
    "response.encrypted": encrypt,
    "logout.read_request": read_logout_request,
    "logout.read_response": read_logout_response,
    "metadata.read": read_metadata,
}
"""The name of each target, and what must hold for whatever octets it is given."""
