"""Rules of the assertion: when it holds, for whom, about whom, and how that person was
authenticated.
"""

from datetime import datetime, timedelta
from typing import Final

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.case import Case, Finding
from sso_gateway.saml.model import Expected
from sso_gateway.saml.names import ConfirmationMethod, NameIDFormat
from sso_gateway.saml.stated import AuthnStatement, Confirmation

OLDEST_MESSAGE: Final = timedelta(minutes=15)
"""How long ago a response may have been issued: longer than a slow login page, shorter than a
stolen laptop.
"""

_BEARER: Final = ConfirmationMethod.BEARER.value


def issue_instant(case: Case) -> Finding:
    """Both parts were issued a moment ago, not in the future and not long ago."""
    for found in (case.envelope.issue_instant, case.stated.issue_instant):
        issued_lately(found, case.expected)
    return case.expected.now, case.envelope.issue_instant


def issued_lately(found: datetime, expected: Expected) -> None:
    """Refuses ISSUE_INSTANT what was issued in the future, or more than OLDEST_MESSAGE ago."""
    now, skew = expected.now, expected.clock_skew
    if found > now + skew or found < now - OLDEST_MESSAGE - skew:
        off = int((found - now).total_seconds())
        raise Refusal(Reason.ISSUE_INSTANT, f"{off} s off", expected=str(now), received=str(found))


def conditions_window(case: Case) -> Finding:
    """Now lies between NotBefore and NotOnOrAfter."""
    conditions = case.stated.conditions
    if conditions is None:
        raise Refusal(Reason.AUDIENCE_MISSING, "no Conditions at all", expected="Conditions")
    within(case.expected, conditions.not_before, conditions.not_on_or_after)
    return case.expected.now, (conditions.not_before, conditions.not_on_or_after)


def within(
    expected: Expected, not_before: datetime | None, not_on_or_after: datetime | None
) -> None:
    """Refuses TOO_EARLY and EXPIRED what does not hold now, and a window that holds never."""
    now, skew = expected.now, expected.clock_skew
    # Differences only: a time of theirs plus or minus the skew may lie outside the calendar.
    if not_before is not None and not_before - now > skew:
        ahead = f"{int((not_before - now).total_seconds())} s ahead"
        raise Refusal(Reason.TOO_EARLY, ahead, expected=str(now), received=str(not_before))
    if not_on_or_after is not None and now - not_on_or_after >= skew:
        ago = f"{int((now - not_on_or_after).total_seconds())} s ago"
        raise Refusal(Reason.EXPIRED, ago, expected=str(now), received=str(not_on_or_after))
    if not_before is not None and not_on_or_after is not None and not_before >= not_on_or_after:
        raise Refusal(
            Reason.EXPIRED,
            "a window that ends before it begins",
            expected=str(not_before),
            received=str(not_on_or_after),
        )


def unknown_condition(case: Case) -> Finding:
    """A condition that is not understood leaves the assertion indeterminate, and that means no."""
    unknown = case.stated.conditions.unknown if case.stated.conditions else ()
    if unknown:
        raise Refusal(
            Reason.CONDITION_UNKNOWN,
            expected="AudienceRestriction, OneTimeUse, ProxyRestriction",
            received=", ".join(unknown),
        )
    return "known conditions", "none unknown"


def audience(case: Case) -> Finding:
    """We are named by every audience restriction; at least one there must be."""
    ours = case.expected.service_provider.entity_id
    conditions = case.stated.conditions
    restrictions = conditions.audience_restrictions if conditions is not None else ()
    if not restrictions:
        raise Refusal(Reason.AUDIENCE_MISSING, expected=ours, received="no AudienceRestriction")
    for audiences in restrictions:
        if ours not in audiences:
            raise Refusal(Reason.AUDIENCE_MISMATCH, expected=ours, received=", ".join(audiences))
    return ours, restrictions


def bearer(case: Case) -> Finding:
    """One bearer confirmation is addressed to us, unexpired, without NotBefore."""
    found = bearer_of(case)
    return case.expected.service_provider.acs_url, found.recipient


def bearer_of(case: Case) -> Confirmation:
    """The bearer confirmation that holds; refuses with the reason of the best candidate (prof
    4.1.4.2, 4.1.4.3).
    """
    last = None
    for confirmation in case.stated.confirmations:
        if confirmation.method != _BEARER:
            continue
        try:
            _judge_bearer(case, confirmation)
        except Refusal as refusal:
            last = refusal
        else:
            return confirmation
    raise last or Refusal(
        Reason.NO_BEARER,
        expected=_BEARER,
        received=", ".join(c.method for c in case.stated.confirmations) or "no SubjectConfirmation",
    )


def _judge_bearer(case: Case, confirmation: Confirmation) -> None:
    ours = case.expected.service_provider.acs_url
    if confirmation.recipient is None or confirmation.not_on_or_after is None:
        raise Refusal(
            Reason.NO_BEARER,
            "bearer without Recipient or NotOnOrAfter",
            expected="Recipient and NotOnOrAfter",
            received=str(confirmation.recipient),
        )
    if confirmation.not_before is not None:
        raise Refusal(
            Reason.NO_BEARER,
            "bearer with NotBefore",
            expected="no NotBefore",
            received=str(confirmation.not_before),
        )
    if confirmation.recipient != ours:
        raise Refusal(Reason.RECIPIENT_MISMATCH, expected=ours, received=confirmation.recipient)
    within(case.expected, None, confirmation.not_on_or_after)
    in_envelope = case.envelope.in_response_to
    if confirmation.in_response_to != in_envelope:
        raise Refusal(
            Reason.REQUEST_MISMATCH,
            "InResponseTo differs between response and confirmation",
            expected=str(in_envelope),
            received=str(confirmation.in_response_to),
        )


def in_response_to(case: Case) -> Finding:
    """Where the caller knows the request, the response answers it. Whether it is pending is the
    caller's to find out.
    """
    wanted, found = case.expected.request_id, case.envelope.in_response_to
    if wanted is not None and found != wanted:
        raise Refusal(Reason.REQUEST_UNKNOWN, expected=wanted, received=found or "none")
    return wanted or "none, or a pending request", found or "none"


def name_id(case: Case) -> Finding:
    """A NameID is not required (SDP-SP13), but where it is qualified it is qualified for us."""
    found = case.stated.name_id
    if found is None:
        return "optional", "none"
    ours = case.expected.service_provider.entity_id
    if found.sp_name_qualifier not in (None, "", ours):
        raise Refusal(Reason.NAMEID_QUALIFIER, expected=ours, received=str(found.sp_name_qualifier))
    if not found.value.strip(" \t\r\n"):
        raise Refusal(Reason.NAMEID_MISSING, "an empty NameID", expected="a name")
    return "a name for us", found.format or NameIDFormat.UNSPECIFIED.value


def authn_statement(case: Case) -> Finding:
    """The user was authenticated, and the assertion says when."""
    return "AuthnStatement", _statements(case)[0].authn_instant


def _statements(case: Case) -> tuple[AuthnStatement, ...]:
    if not case.stated.authn_statements:
        raise Refusal(Reason.AUTHN_STATEMENT_MISSING, expected="AuthnStatement", received="none")
    return case.stated.authn_statements


def authn_age(case: Case) -> Finding:
    """The authentication is neither in the future nor older than the partner's limit."""
    now, skew, limit = (
        case.expected.now,
        case.expected.clock_skew,
        case.expected.demands.max_authn_age,
    )
    for statement in _statements(case):
        found = statement.authn_instant
        if found > now + skew:
            raise Refusal(
                Reason.ISSUE_INSTANT, "AuthnInstant", expected=str(now), received=str(found)
            )
        if limit is not None and found < now - limit - skew:
            raise Refusal(
                Reason.SESSION_TOO_OLD,
                expected=f"{int(limit.total_seconds())} s",
                received=str(found),
            )
    return limit or "any age", _statements(case)[0].authn_instant


def session_end(case: Case) -> Finding:
    """The IdP's session has not ended already."""
    ends = [statement.session_not_on_or_after for statement in _statements(case)]
    for end in ends:
        if end is not None and case.expected.now - end >= case.expected.clock_skew:
            raise Refusal(
                Reason.SESSION_TOO_OLD,
                "SessionNotOnOrAfter has passed",
                expected=str(case.expected.now),
                received=str(end),
            )
    return case.expected.now, ends[0]


def authn_context(case: Case) -> Finding:
    """The authentication is as strong as the partner's policy asks."""
    wanted = case.expected.demands.authn_contexts
    found = _statements(case)[0].context_class
    if wanted and found not in wanted:
        raise Refusal(Reason.AUTHN_TOO_WEAK, expected=", ".join(wanted), received=str(found))
    return wanted or "any", found
