"""Logout messages of others: LogoutRequest and LogoutResponse (core 3.7, prof 4.4).

The gates are those of a sign-in, in the same order: parse (hardened), schema, structure; the
Issuer, still a claim, picks one of this partner's IdPs; a signature by one of its keys; then what
was signed is read and judged. A signature is demanded over either binding: nobody is signed out,
and nothing is called signed out, on an unsigned word.

Neither reader has a memory. Their caller MUST still end what a request names once only, and find
the request of ours that a response answers.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, elements, walk, xml, xmldsig, xmlenc
from sso_gateway.saml.assertion_rules import issued_lately, within
from sso_gateway.saml.bindings import RedirectMessage
from sso_gateway.saml.message_rules import certificate_dates
from sso_gateway.saml.model import Expected, IdentityProvider, NameID, TrustedKey
from sso_gateway.saml.names import SAMLP, NameIDFormat, StatusCode
from sso_gateway.saml.stated import Envelope

Message = bytes | RedirectMessage
"""The XML that a form carried (HTTP-POST), or a query with its signature (HTTP-Redirect)."""

_REQUEST: Final = "LogoutRequest"
_RESPONSE: Final = "LogoutResponse"


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """What a trusted key asked for: the end of one person's sessions. Times are aware UTC."""

    id: str
    issuer: str
    issue_instant: datetime
    destination: str
    name_id: NameID
    session_indexes: tuple[str, ...]
    """The sessions meant; empty means every session of ``name_id`` (core 3.7.1)."""
    not_on_or_after: datetime | None
    verified_by: TrustedKey


@dataclass(frozen=True, slots=True)
class LogoutResponse:
    """What a trusted key answered to a LogoutRequest of ours. Times are aware UTC."""

    id: str
    issuer: str
    issue_instant: datetime
    destination: str
    in_response_to: str
    status: tuple[str, ...]
    """The status codes, from the top level down."""
    verified_by: TrustedKey

    @property
    def complete(self) -> bool:
        """Whether the IdP says that all of the session has ended (core 3.2.2.2)."""
        succeeded = self.status[:1] == (StatusCode.SUCCESS.value,)
        return succeeded and StatusCode.PARTIAL_LOGOUT.value not in self.status


class _Verified(NamedTuple):
    """The root out of signed octets; nothing else may be read."""

    root: xml.Element
    envelope: Envelope
    issuer: str
    destination: str
    key: TrustedKey


def read_request(message: Message, expected: Expected) -> LogoutRequest:
    """The LogoutRequest in ``message``, verified and judged (core 3.7.1, 3.7.3.2).

    Refuses what every message is refused for, NOT_A_RESPONSE for another root, SIGNATURE_MISSING,
    EXPIRED at its NotOnOrAfter, and NAMEID_MISSING for an empty name; a BaseID, whose type nobody
    defined, is not schema-valid. An EncryptedID is opened only inside of a verified signature,
    with each of our keys (IIP-SP16).
    """
    verified = _verified(message, _REQUEST, expected)
    leaving = elements.read_leaving(verified.root, _decrypt_with(expected))
    within(expected, None, leaving.not_on_or_after)
    if leaving.name_id is None or not leaving.name_id.value:
        raise Refusal(Reason.NAMEID_MISSING, "whose sessions shall end?", expected="NameID")
    return LogoutRequest(
        id=verified.envelope.id,
        issuer=verified.issuer,
        issue_instant=verified.envelope.issue_instant,
        destination=verified.destination,
        name_id=leaving.name_id,
        session_indexes=leaving.session_indexes,
        not_on_or_after=leaving.not_on_or_after,
        verified_by=verified.key,
    )


def read_response(message: Message, expected: Expected) -> LogoutResponse:
    """The LogoutResponse in ``message``, verified and judged (core 3.7.2), whatever its status.

    Refuses what every message is refused for, NOT_A_RESPONSE for another root, SIGNATURE_MISSING,
    and REQUEST_UNKNOWN where it names no request.
    """
    verified = _verified(message, _RESPONSE, expected)
    answered = verified.envelope.in_response_to
    if not answered:
        raise Refusal(Reason.REQUEST_UNKNOWN, "it answers nothing", expected="InResponseTo")
    return LogoutResponse(
        id=verified.envelope.id,
        issuer=verified.issuer,
        issue_instant=verified.envelope.issue_instant,
        destination=verified.destination,
        in_response_to=answered,
        status=verified.envelope.status.codes,
        verified_by=verified.key,
    )


def _verified(message: Message, name: str, expected: Expected) -> _Verified:
    redirected = message if isinstance(message, RedirectMessage) else None
    octets = message.message if isinstance(message, RedirectMessage) else message
    root = xml.parse(octets, limits=xml.MESSAGE)
    if root.tag != f"{{{SAMLP}}}{name}":
        raise Refusal(Reason.NOT_A_RESPONSE, expected=f"samlp:{name}", received=str(root.tag)[:200])
    xml.refuse_confusing_identifiers(root, octets)
    envelope = walk.valid(root)
    # A query is signed as a whole, and holds no XML signature of its own (bind 3.4.4.1).
    walk.refuse_stray_signatures(root, () if redirected else (root,))
    if not envelope.issuer:
        raise Refusal(Reason.ISSUER_MISSING, "a logout message names its issuer (prof 4.4.4)")
    provider = walk.current(walk.provider_of(envelope.issuer, expected), expected)
    denied = expected.demands.denied_algorithms
    if redirected is not None:
        key = bindings.verify_redirect(redirected, provider.keys, denied)
    else:
        signed = xmldsig.verify(root, provider.keys, denied)
        root, key = signed.root, signed.key
        envelope = elements.read_response(root)
    destination = _judged(envelope, provider, key, expected)
    return _Verified(root, envelope, provider.entity_id, destination, key)


def _judged(
    envelope: Envelope, provider: IdentityProvider, key: TrustedKey, expected: Expected
) -> str:
    """The Destination of a message that is whole, fresh and meant for us."""
    if envelope.version != "2.0":
        raise Refusal(Reason.VERSION, expected="2.0", received=envelope.version)
    named = (envelope.issuer, envelope.issuer_format or NameIDFormat.ENTITY.value)
    if named != (provider.entity_id, NameIDFormat.ENTITY.value):
        raise Refusal(
            Reason.ISSUER_MISMATCH, "Issuer and Format", expected=provider.entity_id,
            received=" ".join(str(part) for part in named),
        )  # fmt: skip
    certificate_dates((key,), expected)
    ours, found = expected.service_provider.logout_url, envelope.destination
    if not found:  # a signed message has one (bind 3.4.5.2, 3.5.5.2)
        raise Refusal(Reason.DESTINATION_MISSING, expected=ours, received="none")
    if found != ours:
        raise Refusal(Reason.DESTINATION_MISMATCH, expected=ours, received=found)
    issued_lately(envelope.issue_instant, expected)
    return found


def _decrypt_with(expected: Expected) -> elements.Decrypt:
    def decrypt(encrypted: xml.Element) -> xml.Element:
        keys = expected.service_provider.decryption_keys
        # A trusted signature covers this ciphertext, so no padding oracle can be asked through it.
        denied = expected.demands.denied_algorithms
        opened = xmlenc.decrypt(encrypted, keys, authenticated=True, denied=denied)
        return xml.parse_inside(opened.octets, around=encrypted)

    return decrypt
