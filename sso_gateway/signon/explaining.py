"""What the ACS would answer, in words, without doing any of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from sso_gateway.partners.trust import Trust
from sso_gateway.provisioning import mapping
from sso_gateway.refusal import Reason, Refusal, fill
from sso_gateway.saml import bindings, response
from sso_gateway.saml.model import Assertion, Check, Explanation, Outcome
from sso_gateway.signon import flows, requests


@dataclass(frozen=True, slots=True)
class Verdict:
    """``refusal`` is None where the message would be accepted."""

    checks: tuple[Check, ...]
    refusal: Refusal | None
    email: str = ""
    subject: str = ""

    def advice(self) -> list[str]:
        """What staff read about the refusal, and what to do."""
        if self.refusal is None:
            return []
        reason, values = self.refusal.reason, self.refusal.values
        return [fill(reason.admin_text, values), fill(reason.fix, values)]

    def as_json(self) -> dict[str, Any]:
        """The format of the public interface."""
        reason = self.refusal.reason if self.refusal else None
        return {
            "outcome": "refused" if reason else "accepted",
            "code": reason.code if reason else None,
            "key": reason.key if reason else None,
            "email": self.email or None,
            "subject": self.subject or None,
            "detail": self.refusal.detail if self.refusal else "",
            "checks": [
                {
                    "name": check.name,
                    "result": check.outcome.value,
                    "expected": check.expected,
                    "received": check.received,
                    "clause": check.clause,
                }
                for check in self.checks
            ],
        }


def judge(field: bytes, trust: Trust, *, now: datetime, request_id: str | None) -> Verdict:
    """The verdict on a message as it was found: XML, base64, or the whole form body.

    ``request_id`` is the request that it answers; without it, a response that names a request is
    one that the ACS takes only while that request is pending. In which browser it was asked, and
    whether the message was used before, is not judged: nothing is claimed here.
    """
    try:
        message = _message(field)
    except Refusal as refusal:
        return Verdict((_failed(refusal),), refusal)
    expected = replace(flows.expected(trust, now), request_id=request_id)
    explanation = response.explain(message, expected)
    if explanation.reason is not None or explanation.assertion is None:
        return _refused(explanation)
    pending = request_id is not None or requests.is_pending(explanation.assertion, trust, now)
    return _mapped(explanation, explanation.assertion, trust, pending=pending)


def _mapped(
    explanation: Explanation, assertion: Assertion, trust: Trust, *, pending: bool
) -> Verdict:
    subject = assertion.name_id.value if assertion.name_id else ""
    try:
        if assertion.in_response_to is not None and not pending:
            raise Refusal(
                Reason.REQUEST_UNKNOWN,
                expected="a pending request (or --request-id)",
                received=assertion.in_response_to,
                period=f"{trust.policy.remembered_requests_ttl} s",
            )
        if assertion.in_response_to is None and trust.policy.unsolicited != "accept":
            raise Refusal(Reason.IDP_INITIATED_OFF, received="unsolicited")
        identity = mapping.identify(
            assertion, policy=trust.policy, email_domains=trust.email_domains
        )
    except Refusal as refusal:
        return Verdict((*explanation.checks, _failed(refusal)), refusal, subject=subject)
    return Verdict(explanation.checks, None, identity.email, subject)


def _refused(explanation: Explanation) -> Verdict:
    reason = explanation.reason or Reason.INTERNAL
    rungs = [check for check in explanation.checks if check.reason is reason]
    refusal = Refusal(
        reason,
        explanation.detail,
        expected=rungs[0].expected if rungs else "",
        received=rungs[0].received if rungs else "",
    )
    return Verdict(explanation.checks, refusal, subject=explanation.claimed_subject or "")


def _failed(refusal: Refusal) -> Check:
    reason = refusal.reason
    received = refusal.received or refusal.detail
    return Check(reason.key, Outcome.FAIL, reason.clause, refusal.expected, received, reason)


def _message(field: bytes) -> bytes:
    text = field.strip()
    if text.startswith((b"<", b"\xef\xbb\xbf<")):
        return text
    if b"SAMLResponse=" in text:
        values = parse_qs(text.decode("ascii", "replace")).get("SAMLResponse", [])
        text = values[0].encode() if len(values) == 1 else b""
    return bindings.decode_post(
        text.decode("ascii", "replace"), max_bytes=settings.SSO_MAX_MESSAGE_BYTES
    )
