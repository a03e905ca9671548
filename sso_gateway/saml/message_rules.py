"""Rules of the message: who sent it, how it was protected, where it was meant to go."""

from typing import Final

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.case import Case, Finding
from sso_gateway.saml.model import Expected, SignedPart, TrustedKey
from sso_gateway.saml.names import NameIDFormat, StatusCode
from sso_gateway.saml.stated import Envelope
from sso_gateway.saml.xmlenc import CBC_METHODS


def version(case: Case) -> Finding:
    """Both parts are SAML 2.0."""
    for found in (case.envelope.version, case.stated.version):
        if found != "2.0":
            raise Refusal(Reason.VERSION, expected="2.0", received=found)
    return "2.0", "2.0"


def response_issuer(case: Case) -> Finding:
    """Whoever sent the response is who made the assertion; the tenant is decided by the signed
    assertion alone.
    """
    issuer, claimed = case.stated.issuer, case.envelope.issuer
    if claimed is not None and claimed != issuer:
        raise Refusal(
            Reason.ISSUER_MISMATCH,
            "response and assertion name different issuers",
            expected=issuer,
            received=claimed,
        )
    if claimed is None and case.signed in (SignedPart.RESPONSE, SignedPart.BOTH):
        raise Refusal(
            Reason.ISSUER_MISSING, "a signed response must name its issuer", expected=issuer
        )
    if case.envelope.issuer_format not in (None, NameIDFormat.ENTITY):
        raise Refusal(
            Reason.ISSUER_MISMATCH,
            "Issuer Format",
            expected=NameIDFormat.ENTITY.value,
            received=str(case.envelope.issuer_format),
        )
    return issuer, claimed


def assertion_issuer(case: Case) -> Finding:
    """The signed assertion names the IdP whose key verified it, exactly."""
    expected = case.identity_provider.entity_id
    if case.stated.issuer != expected:
        raise Refusal(Reason.ISSUER_MISMATCH, expected=expected, received=case.stated.issuer)
    if case.stated.issuer_format not in (None, NameIDFormat.ENTITY):
        raise Refusal(
            Reason.ISSUER_MISMATCH,
            "Issuer Format",
            expected=NameIDFormat.ENTITY.value,
            received=str(case.stated.issuer_format),
        )
    return expected, case.stated.issuer


def signed_part(case: Case) -> Finding:
    """The parts that the partner's policy wants signed are signed."""
    demanded = case.expected.demands.signed
    if demanded in (SignedPart.ANY, case.signed) or case.signed is SignedPart.BOTH:
        return demanded.value, case.signed.value
    reason = (
        Reason.SIGNATURE_MISSING
        if case.signed is SignedPart.ASSERTION
        else Reason.ASSERTION_UNSIGNED
    )
    raise Refusal(reason, expected=demanded.value, received=case.signed.value)


def encryption(case: Case) -> Finding:
    """The assertion came encrypted where the partner's policy wants it; AES-CBC is worth a warning
    (IIP-ALG05).
    """
    demanded, method = case.expected.demands.encrypted, case.encrypted_with
    if demanded and method is None:
        raise Refusal(
            Reason.ENCRYPTION_REQUIRED, expected="EncryptedAssertion", received="plain Assertion"
        )
    for used in (method or "", *case.opened):
        if used in CBC_METHODS:
            return "AES-GCM", used, Reason.ENC_ALGORITHM
    return "required" if demanded else "optional", method or "not encrypted"


def certificate(case: Case) -> Finding:
    """The key is what was exchanged; its certificate's dates are a warning unless the policy says
    otherwise (IIP-MD12).
    """
    return certificate_dates(case.verified_by, case.expected)


def certificate_dates(keys: tuple[TrustedKey, ...], expected: Expected) -> Finding:
    """Refuses CERT_EXPIRED and CERT_NOT_YET where the policy wants that; else warns of them."""
    now, skew = expected.now, expected.clock_skew
    for key in keys:
        reason = None
        if now - key.not_after > skew:
            reason = Reason.CERT_EXPIRED
        elif key.not_before - now > skew:
            reason = Reason.CERT_NOT_YET
        if reason is not None:
            validity = f"{key.not_before.date()} to {key.not_after.date()}"
            if expected.demands.refuse_expired_certificate:
                raise Refusal(reason, expected=now.date().isoformat(), received=validity)
            return now, validity, reason
    return "a trusted key", ", ".join(key.sha256[:16] for key in keys)


def destination(case: Case) -> Finding:
    """The response was meant for this address; required once it is signed."""
    ours, found = case.expected.service_provider.acs_url, case.envelope.destination
    if not found:
        signed = case.signed in (SignedPart.RESPONSE, SignedPart.BOTH)
        if signed or case.expected.demands.destination:
            raise Refusal(Reason.DESTINATION_MISSING, expected=ours, received="none")
        return ours, "none"
    if found != ours:
        raise Refusal(Reason.DESTINATION_MISMATCH, expected=ours, received=found)
    return ours, found


def status(envelope: Envelope) -> Finding:
    """The IdP says Success. It is judged before everything else, because an answer that says no
    has no assertion.
    """
    codes = envelope.status.codes
    if codes[:1] == (StatusCode.SUCCESS.value,):
        # The top level decides (core 3.2.2.2); what stands below Success only comments on it.
        return StatusCode.SUCCESS.value, " / ".join(codes)
    reason = next((_STATUS[code] for code in reversed(codes) if code in _STATUS), None)
    raise Refusal(
        reason or Reason.IDP_RESPONDER_ERROR,
        envelope.status.message,
        expected=StatusCode.SUCCESS.value,
        received=" / ".join(codes) or "no status",
    )


_STATUS: Final[dict[str, Reason]] = {
    StatusCode.REQUEST_DENIED.value: Reason.IDP_DENIED,
    StatusCode.UNKNOWN_PRINCIPAL.value: Reason.IDP_DENIED,
    StatusCode.AUTHN_FAILED.value: Reason.IDP_AUTHN_FAILED,
    StatusCode.NO_PASSIVE.value: Reason.IDP_NO_PASSIVE,
    StatusCode.NO_AUTHN_CONTEXT.value: Reason.IDP_REQUESTER_ERROR,
    StatusCode.INVALID_NAME_ID_POLICY.value: Reason.IDP_REQUESTER_ERROR,
    StatusCode.REQUESTER.value: Reason.IDP_REQUESTER_ERROR,
    StatusCode.VERSION_MISMATCH.value: Reason.VERSION,
    StatusCode.RESPONDER.value: Reason.IDP_RESPONDER_ERROR,
}
