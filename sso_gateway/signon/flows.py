"""The walk of a login, and its beginning where it begins here.

``response.accept`` has no memory. What it leaves to its caller is done here, in this order: is it
the answer to a request of this browser (8), is it used for the first time (9), who is it (10, 11),
a session (12) and the row (13). The numbers are those of docs/explanation/the-walk.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from sso_gateway.audit.models import Event
from sso_gateway.audit.printable import printable
from sso_gateway.audit.record import record
from sso_gateway.partners import addresses
from sso_gateway.partners import flows as partner_flows
from sso_gateway.partners.models import State
from sso_gateway.partners.trust import Trust
from sso_gateway.provisioning import mapping, provision
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, response
from sso_gateway.saml.model import Assertion, Check, Expected, Outcome
from sso_gateway.signon import (
    asking,
    certificates,
    discovery,
    ledger,
    limit,
    relay_state,
    replay,
    requests,
    sessions,
)
from sso_gateway.signon.asking import Question
from sso_gateway.signon.attempt import Attempt
from sso_gateway.signon.discovery import Wish
from sso_gateway.signon.form import PostedForm
from sso_gateway.signon.models import SeenAssertion


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the browser goes, and whether it is signed in."""

    url: str
    signed_in: bool = False


def finish_login(request: HttpRequest, attempt: Attempt, trust: Trust, form: PostedForm) -> Ending:
    """Signs in whom a posted response speaks of, and records it.

    Refuses for every reason there is. The caller records a refusal, after everything that was
    begun has been taken back; only a request that was answered stays answered.
    """
    attempt.relay_received = form.relay_state
    admit(trust, attempt)
    assertion = _accepted(attempt, trust, form)
    if assertion.in_response_to is not None:
        attempt.flow = "sp"
        try:
            asked_for = _answered(request, attempt, trust, assertion)
        except Refusal as refusal:
            reused = replay.first_use(assertion, refusal)
            return Ending(replay.refused(attempt, trust, assertion, reused))
    elif trust.policy.unsolicited == "accept":
        asked_for = form.relay_state
    else:
        return _turned_away(request, attempt, trust, assertion.issuer)
    identity = mapping.identify(assertion, policy=trust.policy, email_domains=trust.email_domains)
    attempt.email = identity.email
    landing = _landing(asked_for, attempt, trust)
    if attempt.is_test:
        raise Refusal(Reason.PARTNER_DRAFT, "a test that passed: nothing was created")
    first = _signed_in(request, attempt, trust, assertion, identity)
    if first is not None:
        return Ending(replay.refused(attempt, trust, assertion, first))
    return Ending(landing, signed_in=True)


def begin_login(
    request: HttpRequest, attempt: Attempt, trust: Trust, wish: Wish
) -> tuple[Question, str]:
    """The question to an IdP of the partner, remembered, and the nonce for the browser's cookie.

    Whether the landing is allowed is judged, and noted, when the answer comes. Where several IdPs
    can be asked and none is named, the partner's discovery service is asked first, once, and else
    the person.
    Whoever is signed in already is asked again: the link may be meant for somebody else. Refuses
    ISSUER_UNKNOWN for an IdP that is not the partner's, BINDING_UNSUPPORTED for one that takes no
    AuthnRequest we can send, RATE_LIMITED for one question too many from one address, and whatever
    ``admit`` refuses.
    """
    attempt.flow = "sp"
    attempt.relay_received = wish.landing
    admit(trust, attempt)
    nonce, now = requests.browser_nonce(request), attempt.received
    landing = _wanted(wish, trust, nonce, now)
    provider = discovery.provider(trust, wish.idp_entity_id)
    if provider is not None:
        endpoint = asking.endpoint_of(trust, provider)
        limit.begin(attempt, trust)
        pending = requests.remember(
            trust, idp_entity_id=provider.entity_id, nonce=nonce, landing=landing, now=now
        )
        return asking.question(trust, provider, endpoint, pending), nonce
    if trust.policy.discovery_url and not wish.handle:
        limit.begin(attempt, trust)
        handle = requests.remember_landing(trust, nonce=nonce, landing=landing, now=now)
        return Question(discovery.service_url(trust, handle)), nonce
    return Question(choices=discovery.choices(trust, landing)), nonce


def _wanted(wish: Wish, trust: Trust, nonce: str, now: datetime) -> str:
    """The landing, not judged yet; "" for the partner's own."""
    received = wish.landing
    if wish.handle:
        received = requests.landing_of(wish.handle, trust=trust, nonce=nonce, now=now)
    # What is allowed is printable and short; of the rest enough is kept to be refused again.
    return printable(received, relay_state.LIMIT + 1)


def admit(trust: Trust, attempt: Attempt) -> None:
    """Only a live partner signs people in, and one in test may try; refuses the others."""
    attempt.trust = trust
    attempt.is_test = trust.state == State.TESTING
    if trust.state == State.PAUSED:
        raise Refusal(Reason.PARTNER_PAUSED, why=trust.paused_reason)
    if trust.state not in {State.LIVE, State.TESTING}:
        raise Refusal(Reason.PARTNER_DRAFT, received=trust.state)


def expected(trust: Trust, now: datetime) -> Expected:
    """What a response to this partner's ACS must say at this moment."""
    return Expected(
        service_provider=trust.service_provider,
        identity_providers=trust.identity_providers,
        now=now,
        clock_skew=timedelta(seconds=settings.SSO_CLOCK_SKEW),
        demands=trust.policy.demands(),
    )


def _accepted(attempt: Attempt, trust: Trust, form: PostedForm) -> Assertion:
    """Steps 2 to 7. Names the partner that an unknown issuer belongs to, if it is one of ours."""
    attempt.message = bindings.decode_post(
        form.saml_response, max_bytes=settings.SSO_MAX_MESSAGE_BYTES
    )
    attempt.expected = expected(trust, attempt.received)
    try:
        attempt.assertion = response.accept(attempt.message, attempt.expected)
    except Refusal as refusal:
        raise of_another(refusal, trust, addresses.standard_acs_url) from None
    return attempt.assertion


def of_another(refusal: Refusal, trust: Trust, address_of: Callable[[str], str]) -> Refusal:
    """The same, or ISSUER_WRONG_PARTNER where the unknown issuer belongs to another partner.

    ``address_of`` a slug is where that partner should have sent it.
    """
    if refusal.reason is not Reason.ISSUER_UNKNOWN:
        return refusal
    owner = partner_flows.owner_of(refusal.received)
    if owner is None or owner == trust.slug:
        return refusal
    return Refusal(
        Reason.ISSUER_WRONG_PARTNER,
        expected=address_of(owner),
        received=refusal.received,
        partner=trust.slug,
        other_partner=owner,
    )


def _answered(request: HttpRequest, attempt: Attempt, trust: Trust, assertion: Assertion) -> str:
    """Step 8: the landing of the request that this answers, spent by this."""
    nonce = requests.browser_nonce(request)
    return requests.spend(assertion, trust=trust, nonce=nonce, now=attempt.received)


def _turned_away(request: HttpRequest, attempt: Attempt, trust: Trust, issuer: str) -> Ending:
    """An unsolicited response that the policy does not take: begin again from here, or refuse.

    The assertion is neither believed nor used up. An IdP that answers unasked even when it is
    asked would send the browser round and round: after some rounds it is refused.
    """
    login = reverse("signon:login", args=[trust.slug])
    nonce = requests.browser_nonce(request)
    looping = requests.is_looping(nonce, trust, attempt.received)
    if trust.policy.unsolicited == "refuse" or looping:
        detail = "the identity provider keeps answering unasked" if looping else ""
        raise Refusal(Reason.IDP_INITIATED_OFF, detail, expected=f"{settings.SSO_BASE_URL}{login}")
    landing = _landing(attempt.relay_received, attempt, trust)
    reason = Reason.IDP_INITIATED_OFF
    restarted = Check(reason.key, Outcome.WARN, reason.clause, "", "restarted from here", reason)
    attempt.warnings.append(restarted)
    with transaction.atomic():
        record(attempt.accepted(Event.Outcome.INFO))
    # Nobody has to choose again which of several identity providers they came from.
    named = {"idp": issuer} if len(trust.identity_providers) > 1 else {}
    return Ending(f"{login}?{urlencode({'next': landing, **named})}")


def _landing(asked_for: str, attempt: Attempt, trust: Trust) -> str:
    landing = relay_state.choose(asked_for, trust, settings.SSO_BASE_URL)
    if landing.refused:
        reason = Reason.RELAY_REFUSED
        attempt.warnings.append(
            Check(reason.key, Outcome.WARN, reason.clause, landing.target, asked_for, reason)
        )
    attempt.relay_used = landing.target
    return landing.target


def _signed_in(
    request: HttpRequest,
    attempt: Attempt,
    trust: Trust,
    assertion: Assertion,
    identity: AssertedIdentity,
) -> SeenAssertion | None:
    """Steps 9 and 11 to 13, all or nothing. Returns the first use where this is not the first."""
    now = attempt.received
    swapped = sessions.before(request)
    try:
        with transaction.atomic():
            first = ledger.claim(
                ledger.key(assertion.issuer, assertion.id),
                expires=assertion.not_on_or_after + timedelta(seconds=settings.SSO_CLOCK_SKEW),
                use=attempt.use,
            )
            if first is not None:
                return first
            attempt.account = provision.provision(
                identity, partner_id=trust.partner_id, policy=trust.policy, now=now
            )
            sessions.open(
                request,
                attempt.account.user,
                trust=trust,
                assertion=assertion,
                email=identity.email,
                reference=attempt.reference,
                now=now,
            )
            certificates.remember(trust, assertion, now)
            record(attempt.accepted())
    except BaseException:
        attempt.account = None
        sessions.undo(request, swapped)
        raise
    return None
