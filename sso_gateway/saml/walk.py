"""The steps of the walk, one function each; ``response`` puts them in order and says why.

Numbers are those of ``response``.
"""

from typing import Final, NamedTuple

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import elements, schema, xml, xmldsig, xmlenc
from sso_gateway.saml.assertion_rules import bearer_of
from sso_gateway.saml.case import Case
from sso_gateway.saml.model import Assertion, Expected, IdentityProvider, SignedPart, TrustedKey
from sso_gateway.saml.names import DS, SAML, SAMLP
from sso_gateway.saml.rules import RULES
from sso_gateway.saml.schema import Schema
from sso_gateway.saml.stated import Envelope

_RESPONSE_OF_SAML_1: Final = "{urn:oasis:names:tc:SAML:1.0:protocol}Response"
_RESPONSE: Final = f"{{{SAMLP}}}Response"
ASSERTION: Final = f"{{{SAML}}}Assertion"
_ENCRYPTED: Final = f"{{{SAML}}}EncryptedAssertion"
_SIGNATURE: Final = f"{{{DS}}}Signature"


class Received(NamedTuple):
    """A Response of acceptable structure; nothing in it is believed yet."""

    root: xml.Element
    content: xml.Element
    """The one Assertion or EncryptedAssertion."""
    identifiers: frozenset[str]


class Verified(NamedTuple):
    """The assertion's element out of signed bytes, and what was signed by whom."""

    assertion: xml.Element
    envelope: Envelope
    signed: SignedPart
    keys: tuple[TrustedKey, ...]
    encrypted_with: str | None


class Parsed(NamedTuple):
    """A Response that was parsed, and its identifiers, each of which it uses once."""

    root: xml.Element
    identifiers: frozenset[str]


def parse(message: bytes) -> Parsed:
    """Step 3: the root, a Response."""
    root = xml.parse(message, limits=xml.MESSAGE)
    if root.tag == _RESPONSE_OF_SAML_1:
        raise Refusal(Reason.VERSION, expected="2.0", received="1.1")
    if root.tag != _RESPONSE:
        raise Refusal(
            Reason.NOT_A_RESPONSE, expected="samlp:Response", received=str(root.tag)[:200]
        )
    return Parsed(root, xml.refuse_confusing_identifiers(root, message))


def valid(root: xml.Element) -> Envelope:
    """Step 3: valid against the schemas; its envelope. Common faults are called by their name."""
    try:
        schema.validate(root, Schema.PROTOCOL)
    except Refusal:
        if root.get("Version", "2.0") != "2.0":
            raise Refusal(
                Reason.VERSION, expected="2.0", received=root.get("Version", "")
            ) from None
        for assertion in root.iterchildren(ASSERTION):
            _refuse_without_issuer(assertion)
        raise
    return elements.read_response(root)


def _refuse_without_issuer(assertion: xml.Element) -> None:
    try:
        elements.issuer_of(assertion)
    except Refusal as refusal:
        if refusal.reason is Reason.ISSUER_MISSING:
            raise


def structure(parsed: Parsed) -> Received:
    """Step 3: exactly one assertion anywhere, a child of the response; signatures only where they
    belong.
    """
    root, identifiers = parsed
    found = list(root.iter(ASSERTION, _ENCRYPTED))
    if not found:
        raise Refusal(Reason.NO_ASSERTION, expected="one assertion", received="none")
    if len(found) > 1:
        raise Refusal(Reason.SEVERAL_ASSERTIONS, expected="1", received=str(len(found)))
    content = found[0]
    if content.getparent() is not root:
        raise Refusal(
            Reason.SIGNATURE_WRAPPING,
            "the assertion is not a child of the response",
            expected="Response/Assertion",
            received=root.getroottree().getpath(content)[:200],
        )
    refuse_stray_signatures(root, (root, content))
    return Received(root, content, identifiers)


def refuse_stray_signatures(root: xml.Element, homes: tuple[xml.Element, ...]) -> None:
    """Refuses SIGNATURE_WRAPPING where a signature is not a child of one of ``homes``."""
    for signature in root.iter(_SIGNATURE):
        if signature.getparent() not in homes:
            raise Refusal(
                Reason.SIGNATURE_WRAPPING,
                "a signature stands where none belongs",
                expected="a child of what it signs",
                received=root.getroottree().getpath(signature)[:200],
            )


def pick(received: Received, envelope: Envelope, expected: Expected) -> IdentityProvider:
    """Step 4: the issuer's claim picks whose keys must verify. An encrypted assertion is picked by
    its envelope.
    """
    if received.content.tag == ASSERTION:
        return provider_of(elements.issuer_of(received.content), expected)
    if envelope.issuer:
        return provider_of(envelope.issuer, expected)
    raise Refusal(Reason.ISSUER_MISSING, "an encrypted assertion, and the response names no issuer")


def provider_of(claimed: str, expected: Expected) -> IdentityProvider:
    """This partner's IdP of that name; refuses ISSUER_UNKNOWN for any other."""
    identity_provider = expected.identity_providers.get(claimed)
    if identity_provider is None:
        raise Refusal(
            Reason.ISSUER_UNKNOWN,
            expected=", ".join(expected.identity_providers) or "no identity provider on file",
            received=claimed,
        )
    return identity_provider


def current(identity_provider: IdentityProvider, expected: Expected) -> IdentityProvider:
    """The same, unless its metadata has run out: then it is no longer the partner's word.

    Refuses METADATA_EXPIRED (meta 2.3.2: validUntil).
    """
    end = identity_provider.valid_until
    if end is not None and expected.now - end >= expected.clock_skew:
        raise Refusal(Reason.METADATA_EXPIRED, expected=str(expected.now), received=str(end))
    return identity_provider


def verify(
    received: Received, envelope: Envelope, identity_provider: IdentityProvider, expected: Expected
) -> Verified:
    """Steps 5 and 6: every signature present verifies, one at least there is, and we read what it
    covers.
    """
    root, content, keys = received.root, received.content, identity_provider.keys
    denied = expected.demands.denied_algorithms
    outer = xmldsig.verify_if_signed(root, keys, denied)
    encrypted_with = None
    if content.tag == _ENCRYPTED:
        # Out of the signed bytes where the response is signed: what is decrypted is what was
        # signed.
        source = content if outer is None else next(outer.root.iter(_ENCRYPTED))
        content, encrypted_with = _decrypted(source, received, expected, signed=outer is not None)
    inner = xmldsig.verify_if_signed(content, keys, denied)
    if outer is not None:
        envelope = elements.read_response(outer.root)
        plain = content if encrypted_with else next(outer.root.iter(ASSERTION))
        if inner is None:
            return Verified(plain, envelope, SignedPart.RESPONSE, (outer.key,), encrypted_with)
        both = (outer.key, inner.key)
        return Verified(inner.root, envelope, SignedPart.BOTH, both, encrypted_with)
    if inner is None:
        raise Refusal(
            Reason.SIGNATURE_MISSING,
            "neither the response nor the assertion is signed",
            expected="a signature",
            received="none",
        )
    return Verified(inner.root, envelope, SignedPart.ASSERTION, (inner.key,), encrypted_with)


def _decrypted(
    source: xml.Element, received: Received, expected: Expected, *, signed: bool
) -> tuple[xml.Element, str]:
    """The assertion inside an EncryptedAssertion, gated like any message: it is not trusted for
    being encrypted.
    """
    keys = expected.service_provider.decryption_keys
    denied = expected.demands.denied_algorithms
    decrypted = xmlenc.decrypt(source, keys, authenticated=signed, denied=denied)
    content = xml.parse_inside(decrypted.octets, around=source)
    if content.tag != ASSERTION:
        raise Refusal(
            Reason.NO_ASSERTION,
            "something else than an assertion was encrypted",
            expected="Assertion",
            received=xml.local_name(content),
        )
    schema.validate(content, Schema.PROTOCOL)
    xml.refuse_confusing_identifiers(content, decrypted.octets, known=received.identifiers)
    inside = sum(1 for _ in content.iter(ASSERTION, _ENCRYPTED))
    if inside > 1:
        raise Refusal(Reason.SEVERAL_ASSERTIONS, expected="1", received=str(inside))
    refuse_stray_signatures(content, (content,))
    return content, decrypted.method


def read(verified: Verified, identity_provider: IdentityProvider, expected: Expected) -> Case:
    """Step 6: nouns out of the signed bytes."""

    methods: list[str] = []

    def decrypt(encrypted: xml.Element) -> xml.Element:
        keys = expected.service_provider.decryption_keys
        # A trusted signature covers this ciphertext, so no padding oracle can be asked through it.
        denied = expected.demands.denied_algorithms
        opened = xmlenc.decrypt(encrypted, keys, authenticated=True, denied=denied)
        methods.append(opened.method)
        return xml.parse_inside(opened.octets, around=encrypted)

    case = _case(verified, identity_provider, expected, decrypt)
    return case._replace(opened=tuple(methods)) if methods else case


def read_claims(
    received: Received, envelope: Envelope, identity_provider: IdentityProvider, expected: Expected
) -> Case:
    """The same out of bytes that nobody signed, for people to read; ``judge`` never sees it.

    What is encrypted in it is left out: our keys open nothing that no trusted signature covers.
    """
    unsigned = Verified(received.content, envelope, SignedPart.ANY, (), None)
    return _case(unsigned, identity_provider, expected, lambda encrypted: None)


def _case(
    verified: Verified,
    identity_provider: IdentityProvider,
    expected: Expected,
    decrypt: elements.Decrypt,
) -> Case:
    return Case(
        envelope=verified.envelope,
        stated=elements.read_assertion(verified.assertion, decrypt),
        expected=expected,
        identity_provider=identity_provider,
        signed=verified.signed,
        verified_by=verified.keys,
        encrypted_with=verified.encrypted_with,
    )


def judge(case: Case) -> Assertion:
    """Step 7: RULES in order; the first no is the answer."""
    warnings = []
    for rule in RULES:
        finding = rule.judge(case)
        if len(finding) == 3:
            warnings.append(finding[2])
    return _assertion(case, tuple(warnings))


def _assertion(case: Case, warnings: tuple[Reason, ...]) -> Assertion:
    stated, statement, bearer = case.stated, case.stated.authn_statements[0], bearer_of(case)
    conditions = stated.conditions
    if conditions is None or bearer.recipient is None or bearer.not_on_or_after is None:
        raise Refusal(Reason.NO_BEARER, "judged without its conditions")
    ends = [s.session_not_on_or_after for s in stated.authn_statements if s.session_not_on_or_after]
    until = conditions.not_on_or_after or bearer.not_on_or_after
    return Assertion(
        id=stated.id,
        issuer=stated.issuer,
        issue_instant=stated.issue_instant,
        name_id=stated.name_id,
        attributes=stated.attributes,
        in_response_to=case.envelope.in_response_to,
        authn_instant=statement.authn_instant,
        authn_context=statement.context_class,
        session_index=statement.session_index,
        session_not_on_or_after=min(ends) if ends else None,
        not_before=conditions.not_before,
        not_on_or_after=min(until, bearer.not_on_or_after),
        one_time_use=conditions.one_time_use,
        proxy_count=conditions.proxy_count,
        audiences=tuple(a for restriction in conditions.audience_restrictions for a in restriction),
        recipient=bearer.recipient,
        destination=case.envelope.destination,
        response_id=case.envelope.id,
        signed=case.signed,
        verified_by=case.verified_by,
        encrypted_with=case.encrypted_with,
        warnings=warnings,
    )
