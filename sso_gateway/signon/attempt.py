"""One try to sign in or out: what is known, growing as it goes; it becomes one row of the log."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from sso_gateway import clock
from sso_gateway.audit.models import Event
from sso_gateway.audit.record import Entry, reference
from sso_gateway.partners.trust import Trust
from sso_gateway.provisioning.provision import Provisioned
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import Assertion, Check, Expected, Explanation, NameID, Outcome
from sso_gateway.signon import client
from sso_gateway.signon.ledger import Use
from sso_gateway.signon.models import LoginSession

ACTION: Final = "sign_in.attempt"
SIGN_OUT: Final = "sign_out"
PASSED: Final = tuple(Check(name, Outcome.PASS, clause) for name, clause in response.LADDER)
"""The ladder of a message that was accepted, made once."""
_WARNED: Final = {
    Reason.CERT_EXPIRED: "certificate",
    Reason.CERT_NOT_YET: "certificate",
    Reason.ENC_ALGORITHM: "encryption",
}
"""Which rung says it where an accepted message deserves a warning."""
_NOT_EXPLAINED: Final = frozenset(
    {
        Reason.RATE_LIMITED,
        Reason.TOO_LARGE,
        Reason.UNDECODABLE,
        Reason.XML_FORBIDDEN,
        Reason.XML_MALFORMED,
    }
)
"""A message that did not even parse is not taken apart a second time; nor is one too many."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What the row of this attempt will say. ``reference`` is on every page and in the header."""

    reference: str
    received: datetime
    client_ip: str
    network: str
    """What refusals are counted for; "" where they are not."""
    user_agent: str
    host: str
    posted: bool
    address: str = ""
    """What the URL said of the partner, believed or not."""
    action: str = ACTION
    flow: str = "idp"
    trust: Trust | None = None
    message: bytes = b""
    expected: Expected | None = None
    assertion: Assertion | None = None
    email: str = ""
    account: Provisioned | None = None
    relay_received: str = ""
    relay_used: str = ""
    target: str = ""
    is_test: bool = False
    recorded: bool = False
    """``reference`` is that of a row which says it for this attempt too."""
    warnings: list[Check] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest) -> "Attempt":
        """An attempt that begins now."""
        client_ip = client.client_ip(request)
        return cls(
            reference=reference(),
            received=clock.now(),
            client_ip=client_ip,
            network=client.network(request, client_ip),
            user_agent=client.user_agent(request),
            host=request.META.get("HTTP_HOST", ""),
            posted=request.method == "POST",
        )

    @property
    def use(self) -> Use:
        """This attempt as the ledger remembers it."""
        return Use(self.reference, self.received, self.client_ip, self.user_agent)

    def accepted(self, outcome: str = Event.Outcome.SUCCESS) -> Entry:
        """The row of a login, or of another ending that refused nothing."""
        said = self.assertion.warnings if self.assertion else ()
        checks = (*_passed(said), *self.warnings)
        if not self.warnings:
            return self._entry(outcome, next(iter(said), None), checks=checks)
        last = self.warnings[-1]
        facts = {"expected": last.expected, "received": last.received}
        return self._entry(outcome, last.reason, checks=checks, facts=facts)

    def refused(self, refusal: Refusal, explanation: Explanation | None) -> Entry:
        """The row of a refusal, with the ladder as far as the message could be judged."""
        return self._entry(
            self._outcome(refusal),
            refusal.reason,
            checks=self._ladder(refusal, explanation),
            detail=refusal.detail,
            facts={**refusal.values, "client_ip": self.client_ip},
            claimed_issuer=(explanation.claimed_issuer or "") if explanation else "",
            claimed_subject=(explanation.claimed_subject or "") if explanation else "",
        )

    def noted(self, reason: Reason, replay: str, login: LoginSession) -> Entry:
        """The row that explains the replay with the reference ``replay``."""
        self.target, self.email, self.flow = replay, login.email, "replay"
        return replace(self._entry(Event.Outcome.INFO, reason), account_id=login.user_id)

    def signed_out(self, login: LoginSession | None, user_id: object) -> Entry:
        """The row of a sign-out; without ``login`` it was a session that a password opened."""
        partner = login.partner if login else None
        return Entry(
            action=SIGN_OUT,
            outcome=Event.Outcome.SUCCESS,
            reference=self.reference,
            partner_id=partner.pk if partner else None,
            partner_slug=partner.slug if partner else "",
            partner_name=partner.name if partner else "",
            idp_entity_id=login.issuer if login else "",
            email=login.email if login else "",
            account_id=str(user_id),
            client_ip=self.client_ip or None,
            user_agent=self.user_agent,
            request_host=self.host,
            received=self.received,
            target=login.reference if login else "",
        )

    def single_logout(
        self, outcome: str, issuer: str, name_id: NameID, logins: list[LoginSession], detail: str
    ) -> Entry:
        """The row of a logout message that a trusted key signed, and the sessions it is about."""
        first = logins[0] if logins else None
        return replace(
            self._entry(outcome, None, detail=detail),
            idp_entity_id=issuer,
            subject=name_id.value,
            subject_format=name_id.format or "",
            email=first.email if first else "",
            account_id=first.user_id if first else None,
            target=", ".join(login.reference for login in logins),
        )

    def _outcome(self, refusal: Refusal) -> str:
        if refusal.reason.status >= 500:
            return Event.Outcome.ERROR
        if not self.is_test:
            return Event.Outcome.REFUSED
        passed = refusal.reason is Reason.PARTNER_DRAFT
        return Event.Outcome.TEST_SUCCESS if passed else Event.Outcome.TEST_REFUSED

    def explanation(self, refusal: Refusal) -> Explanation | None:
        """What the core says in words; only where it was the core that refused a parsed message."""
        ours = refusal.reason.status >= 500 or refusal.reason in _NOT_EXPLAINED
        if ours or self.expected is None or self.assertion is not None:
            return None
        return response.explain(self.message, self.expected)

    def _ladder(self, refusal: Refusal, explanation: Explanation | None) -> tuple[Check, ...]:
        if explanation is not None:
            return explanation.checks
        if self.assertion is None or (self.is_test and refusal.reason is Reason.PARTNER_DRAFT):
            return PASSED if self.assertion is not None else ()
        reason = refusal.reason
        failed = Check(
            reason.key, Outcome.FAIL, reason.clause, refusal.expected, refusal.received, reason
        )
        return (*PASSED, *self.warnings, failed)

    def _entry(
        self,
        outcome: str,
        reason: Reason | None,
        *,
        checks: tuple[Check, ...] = (),
        detail: str = "",
        facts: dict[str, str] | None = None,
        claimed_issuer: str = "",
        claimed_subject: str = "",
    ) -> Entry:
        trust = self.trust
        return Entry(
            action=self.action,
            outcome=outcome,
            reason=reason,
            detail=detail,
            facts=facts or {},
            reference=self.reference,
            partner_id=trust.partner_id if trust else None,
            partner_slug=trust.slug if trust else self.address,
            partner_name=trust.name if trust else "",
            flow="test" if self.is_test else self.flow,
            subject=claimed_subject,
            email=self.email,
            account_id=self.account.user.pk if self.account else None,
            account_created=self.account.created if self.account else False,
            claimed_issuer=claimed_issuer,
            assertion=self.assertion,
            checks=checks,
            relay_received=self.relay_received,
            relay_used=self.relay_used,
            client_ip=self.client_ip or None,
            user_agent=self.user_agent,
            request_host=self.host,
            received=self.received,
            target=self.target,
        )


def _passed(warnings: tuple[Reason, ...]) -> tuple[Check, ...]:
    """The ladder of an accepted message, with its warnings on their rungs."""
    if not warnings:
        return PASSED
    said = {_WARNED[reason]: reason for reason in warnings if reason in _WARNED}
    return tuple(
        replace(check, outcome=Outcome.WARN, reason=said[check.name])
        if check.name in said
        else check
        for check in PASSED
    )
