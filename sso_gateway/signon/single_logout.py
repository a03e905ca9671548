"""Single logout (prof 4.4): what a partner's IdP asks of us, and what we ask of it.

Both ways the session here ends first and for sure (SDP-SP34); what the other side then does is
only told. A message that is refused ends nobody's session, and only one that a key of the
partner's IdP signed is not refused.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.conf import settings
from django.db import Error, transaction
from django.http import HttpRequest
from django.urls import reverse

from sso_gateway.audit.models import Event
from sso_gateway.audit.record import display, record
from sso_gateway.partners import addresses, keys
from sso_gateway.partners import trust as trusted
from sso_gateway.partners.models import State
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import algorithms, bindings, logout, message_write
from sso_gateway.saml.assertion_rules import OLDEST_MESSAGE
from sso_gateway.saml.logout import LogoutRequest, LogoutResponse
from sso_gateway.saml.model import Endpoint, NameID
from sso_gateway.saml.names import Binding
from sso_gateway.signon import flows, leaving, ledger, limit, sessions
from sso_gateway.signon.attempt import SIGN_OUT, Attempt
from sso_gateway.signon.form import LogoutMessage
from sso_gateway.signon.models import LoginSession, PendingLogout

KEPT: Final = timedelta(minutes=10)
"""How long an IdP may take to answer, other applications it asks included."""


class _Side(NamedTuple):
    """Where an IdP takes logout messages by HTTP-Redirect, and what we sign for it with."""

    endpoint: Endpoint
    method: str
    """Of what it declares that it can verify, if it declares anything (IIP-MD10)."""


logger = logging.getLogger("sso_gateway.signon")


def address_of(login: LoginSession, now: datetime) -> str:
    """Where this session's IdP takes a LogoutRequest by HTTP-Redirect; "" where it does not, or
    where we could not say whose session we mean.
    """
    to = _receiver(login, now)
    return to.endpoint.location if to else ""


def begin(login: LoginSession, *, landing: str, now: datetime) -> str:
    """The address that carries our signed LogoutRequest to the IdP of a session that has ended
    here; "" where nothing can be asked: then signing out was a local matter, and is whole.

    ``landing``, a path already judged, is where the person goes once all has ended.
    """
    try:
        with transaction.atomic():
            to = _receiver(login, now)
            if to is None:
                return ""
            key = keys.signing()
            pending = PendingLogout.objects.create(
                id=f"_{secrets.token_hex(16)}",
                login=login,
                next=landing,
                created=now,
                expires=now + KEPT,
            )
    except (Refusal, Error) as failure:
        logger.error(
            "no single logout after %s: %s", display(login.reference), type(failure).__name__
        )
        return ""
    message = message_write.logout_request(
        id=pending.id,
        issue_instant=now,
        not_on_or_after=pending.expires,
        destination=to.endpoint.location,
        issuer=addresses.entity_id(login.partner),
        name_id=_name_id(login),
        session_index=login.session_index or None,
    )
    return bindings.redirect_url(
        to.endpoint.location, message=message, relay_state=None, sign=key, method=to.method
    )


def arrive(request: HttpRequest, attempt: Attempt, trust: Trust, received: LogoutMessage) -> str:
    """Where the browser goes that brought a logout message of this partner, which is recorded.

    Refuses for every reason there is; the caller records that, and nothing has ended then.
    """
    attempt.relay_received = received.relay_state or ""
    flows.admit(trust, attempt)
    expected = flows.expected(trust, attempt.received)
    try:
        if received.is_request:
            asked = logout.read_request(received.message, expected)
            return _end(request, attempt, trust, asked, received.relay_state)
        return _finish(attempt, trust, logout.read_response(received.message, expected))
    except Refusal as refusal:
        raise flows.of_another(refusal, trust, addresses.logout_url) from None


def done_url(slug: str, *, everywhere: bool = False) -> str:
    """The page that says what has ended."""
    signed = leaving.signed_slug(slug, everywhere=everywhere)
    return f"{reverse('signon:slo_done', args=[slug])}?from={signed}"


def forget(now: datetime) -> int:
    """Deletes the requests whose time is over, answered or not; returns how many."""
    return PendingLogout.objects.filter(expires__lt=now - timedelta(hours=1)).delete()[0]


def _end(
    request: HttpRequest,
    attempt: Attempt,
    trust: Trust,
    asked: LogoutRequest,
    relay_state: str | None,
) -> str:
    """Ends what a LogoutRequest names, in whichever browser it is, and answers.

    Once: who signs in again afterwards is not signed out by the same message. The second time,
    mostly a reload, gets the same answer, because what it asks for has happened.
    """
    outcome = Event.Outcome.TEST_SUCCESS if attempt.is_test else Event.Outcome.SUCCESS
    with transaction.atomic():
        first = ledger.claim(
            ledger.key(asked.issuer, f"{SIGN_OUT}\0{asked.id}"),
            expires=asked.issue_instant
            + OLDEST_MESSAGE
            + timedelta(seconds=settings.SSO_CLOCK_SKEW),
            use=attempt.use,
        )
        ended = [] if first else _ended(trust, asked, attempt.received)
        detail = f"the identity provider asked; sessions ended here: {len(ended)}"
        if first:
            _count(attempt)
            outcome = Event.Outcome.INFO
            detail = f"the same message as in {display(first.reference)}; nothing was ended"
        record(attempt.single_logout(outcome, asked.issuer, asked.name_id, ended, detail))
    sessions.leave(request, ended)
    return _answer(attempt, trust, asked, relay_state) or done_url(trust.slug)


def _ended(trust: Trust, asked: LogoutRequest, now: datetime) -> list[LoginSession]:
    return sessions.end_named(
        trust,
        issuer=asked.issuer,
        name_id=asked.name_id,
        session_indexes=asked.session_indexes,
        now=now,
    )


def _answer(attempt: Attempt, trust: Trust, asked: LogoutRequest, relay_state: str | None) -> str:
    """The address that carries our signed LogoutResponse; "" where the IdP named none.

    It always says Success: whether there was a session is nobody's business (prof 4.4.4.2). A
    RelayState goes back as it came, unless it is longer than anybody may send (bind 3.4.3).
    """
    to = _side(trust, asked.issuer, attempt.received)
    if to is None:
        return ""
    if relay_state is not None and len(relay_state.encode()) > bindings.MAX_RELAY_STATE:
        relay_state = None
    try:
        key = keys.signing()
    except Refusal:
        logger.error("no answer to the logout %s", display(attempt.reference))
        return ""
    location = to.endpoint.response_location or to.endpoint.location
    message = message_write.logout_response(
        id=f"_{secrets.token_hex(16)}",
        issue_instant=attempt.received,
        destination=location,
        issuer=trust.service_provider.entity_id,
        in_response_to=asked.id,
    )
    return bindings.redirect_url(
        location,
        message=message,
        relay_state=relay_state,
        sign=key,
        parameter="SAMLResponse",
        method=to.method,
    )


def _finish(attempt: Attempt, trust: Trust, answer: LogoutResponse) -> str:
    """What the IdP made of our LogoutRequest: recorded the first time, and shown.

    An answer to nothing that we remember changes nothing and is no reason to frighten anybody.
    """
    attempt.flow = "sp"
    asked = PendingLogout.objects.select_related("login").filter(
        pk=answer.in_response_to,
        login__partner_id=trust.partner_id,
        login__issuer=answer.issuer,
        expires__gt=attempt.received,
    )
    with transaction.atomic():
        first = bool(asked.filter(answered=None).update(answered=attempt.received))
        pending = asked.first()
        if pending is None:
            _count(attempt)
        if first or pending is None:
            _record_answer(attempt, answer, pending)
    everywhere = pending is not None and answer.complete
    if pending is not None and everywhere and pending.next:
        return pending.next
    return done_url(trust.slug, everywhere=everywhere)


def _count(attempt: Attempt) -> None:
    """A message that comes again refuses nothing, and writes a row: who repeats it has to wait."""
    limit.count(attempt, Refusal(Reason.REPLAYED))


def _record_answer(attempt: Attempt, answer: LogoutResponse, pending: PendingLogout | None) -> None:
    if pending is None:
        outcome, detail = Event.Outcome.INFO, "an answer to no open LogoutRequest of ours"
    elif answer.complete:
        outcome, detail = Event.Outcome.SUCCESS, "ended at the identity provider, too"
    else:
        said = " / ".join(code.rpartition(":")[2] for code in answer.status)
        outcome, detail = Event.Outcome.INFO, f"ended here; the identity provider says: {said}"
    logins = [pending.login] if pending else []
    name_id = _name_id(pending.login) if pending else NameID("")
    record(attempt.single_logout(outcome, answer.issuer, name_id, logins, detail))


def _receiver(login: LoginSession, now: datetime) -> _Side | None:
    """Who is to be asked about this session, if anybody can be."""
    if not login.name_id:
        return None
    try:
        trust = trusted.for_slug(login.partner.slug)
    except Refusal:
        return None
    return _side(trust, login.issuer, now) if trust.state == State.LIVE else None


def _side(trust: Trust, issuer: str, now: datetime) -> _Side | None:
    """As metadata says that has not run out; None where it names no HTTP-Redirect for logout."""
    provider = trust.identity_providers.get(issuer)
    if provider is None or (provider.valid_until is not None and provider.valid_until <= now):
        return None
    endpoint = next((each for each in provider.logout if each.binding is Binding.REDIRECT), None)
    if endpoint is None:
        return None
    denied = trust.policy.demands().denied_algorithms
    return _Side(endpoint, algorithms.signature_for(provider.signing_methods, denied))


def _name_id(login: LoginSession) -> NameID:
    """As it was received (SDP-SP29); an attribute that was absent is absent again."""
    return NameID(
        login.name_id,
        login.name_id_format or None,
        login.name_qualifier or None,
        login.sp_name_qualifier or None,
        login.sp_provided_id or None,
    )
