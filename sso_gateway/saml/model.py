"""The frozen nouns: what we trust, what we expect, what was asserted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import Binding

PublicKey = RSAPublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A partner's signing key, parsed once. The certificate is only its label (IIP-MD12)."""

    public_key: PublicKey
    sha256: str
    """SHA-256 of the certificate's DER, 64 lower-case hexadecimal digits."""
    not_before: datetime
    not_after: datetime
    der: bytes = b""


@dataclass(frozen=True, slots=True)
class DecryptionKey:
    """One of our private keys, parsed once."""

    private_key: RSAPrivateKey
    sha256: str
    """SHA-256 of the matching certificate's DER, or of the public key's where there is none."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a message may be sent (meta 2.2.2)."""

    binding: Binding
    location: str
    response_location: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An IdP as its metadata describes it (meta 2.4.3)."""

    entity_id: str
    keys: tuple[TrustedKey, ...]
    """Signing keys: KeyDescriptor use="signing" or without use (E62). Empty means nothing
    verifies.
    """
    sign_on: tuple[Endpoint, ...] = ()
    logout: tuple[Endpoint, ...] = ()
    want_authn_requests_signed: bool = False
    name_id_formats: tuple[str, ...] = ()
    display_names: Mapping[str, str] = field(default_factory=dict)
    """Language tag → mdui:DisplayName, else OrganizationDisplayName."""
    scopes: tuple[str, ...] = ()
    signing_methods: tuple[str, ...] = ()
    """What it can verify (AlgSupport), in the order of its preference; empty where it is silent."""
    digest_methods: tuple[str, ...] = ()
    error_url: str | None = None
    valid_until: datetime | None = None
    """The earliest validUntil of the role, the entity and everything around it."""
    cache_duration: timedelta | None = None
    entity_attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What its registrar says of it, such as a category or a level of assurance."""


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """We, as one partner sees us."""

    entity_id: str
    acs_url: str
    decryption_keys: tuple[DecryptionKey, ...] = ()
    logout_url: str = ""
    """Our SingleLogoutService; where it is empty, every logout message is refused."""


class SignedPart(StrEnum):
    """Which part of a message a trusted signature covers, or must cover."""

    ANY = "any"
    ASSERTION = "assertion"
    RESPONSE = "response"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Demands:
    """What a partner's policy asks beyond the specification. Every field can only tighten."""

    signed: SignedPart = SignedPart.ANY
    encrypted: bool = False
    destination: bool = False
    """Refuse a response without Destination even where it is not signed."""
    authn_contexts: tuple[str, ...] = ()
    """Empty: any. Otherwise the AuthnContextClassRef must be one of these (IIP-SP07)."""
    max_authn_age: timedelta | None = None
    refuse_expired_certificate: bool = False
    denied_algorithms: frozenset[str] = frozenset()
    """Of those that we can, the ones this partner may not use (IIP-ALG08)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a response must say to be accepted, all of it known before the response arrived."""

    service_provider: ServiceProvider
    identity_providers: Mapping[str, IdentityProvider]
    """This partner's IdPs by entityID."""
    now: datetime
    clock_skew: timedelta = timedelta(seconds=180)
    demands: Demands = Demands()
    request_id: str | None = None
    """The AuthnRequest this answers, where the caller already knows it (``explain``)."""


class NameID(NamedTuple):
    """The subject's name (core 2.2.3)."""

    value: str
    format: str | None = None
    name_qualifier: str | None = None
    sp_name_qualifier: str | None = None
    sp_provided_id: str | None = None


class Attribute(NamedTuple):
    """One attribute (core 2.7.3.1). ``friendly_name`` is for display only (IIP-SP11)."""

    name: str
    values: tuple[str, ...]
    name_format: str | None = None
    friendly_name: str | None = None


class Assertion(NamedTuple):
    """What a trusted key said, read from the signed bytes and judged. Times are aware UTC."""

    id: str
    issuer: str
    issue_instant: datetime
    name_id: NameID | None
    attributes: tuple[Attribute, ...]
    in_response_to: str | None
    authn_instant: datetime
    authn_context: str | None
    session_index: str | None
    session_not_on_or_after: datetime | None
    not_before: datetime | None
    not_on_or_after: datetime
    """The end of its use: the earliest NotOnOrAfter of the conditions and of the bearer
    confirmation.
    """
    one_time_use: bool
    proxy_count: int | None
    """ProxyRestriction Count; 0 means that nothing may be re-asserted from it (core 2.5.1.6)."""
    audiences: tuple[str, ...]
    recipient: str
    destination: str | None
    response_id: str
    signed: SignedPart
    verified_by: tuple[TrustedKey, ...]
    """The keys that verified, outermost signature first."""
    encrypted_with: str | None = None
    """The data encryption algorithm, or None where the assertion came in the clear."""
    warnings: tuple[Reason, ...] = ()


class Outcome(StrEnum):
    """The result of one check."""

    PASS = "pass"  # noqa: S105 - an outcome
    WARN = "warn"
    FAIL = "fail"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Check:
    """One rung of the ladder that people read."""

    name: str
    outcome: Outcome
    clause: str
    expected: str = ""
    received: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule's outcome. Changes nothing, claims nothing."""

    checks: tuple[Check, ...]
    reason: Reason | None
    """Why it is refused, or None where it would be accepted."""
    detail: str = ""
    assertion: Assertion | None = None
    """Present only where accepted."""
    claimed_issuer: str | None = None
    """What the message says of itself, verified or not. For display."""
    claimed_subject: str | None = None
