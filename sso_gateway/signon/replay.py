"""An assertion that comes a second time: mostly a back button, possibly a thief."""

from django.db import transaction
from django.urls import reverse

from sso_gateway.audit.models import Event
from sso_gateway.audit.record import display, parse_reference, record
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion
from sso_gateway.signon import ledger, limit
from sso_gateway.signon.attempt import Attempt
from sso_gateway.signon.models import LoginSession, SeenAssertion


def first_use(assertion: Assertion, refusal: Refusal) -> SeenAssertion:
    """The back button after a login that began here: its request is spent, its assertion used.

    Then the kinder answer is the one about the assertion; otherwise the refusal stands.
    """
    reused = refusal.reason is Reason.REQUEST_REUSED
    first = ledger.first_use(ledger.key(assertion.issuer, assertion.id)) if reused else None
    if first is None:
        raise refusal
    return first


def refused(attempt: Attempt, trust: Trust, assertion: Assertion, first: SeenAssertion) -> str:
    """A replay is refused; or you get the address where the browser may prove that it is harmless.

    Where address and kind of browser are those of the first use, it may be the back button.
    Its session cookie is ``Lax`` and does not come with this cross-site POST, but it will with the
    GET that this sends it to. The row is written now, and says refused: nothing was granted.
    """
    attempt.flow = "replay"
    attempt.target = first.reference
    refusal = Refusal(
        Reason.REPLAYED,
        f"first used by the login {display(first.reference)}",
        received=assertion.id,
        assertion_id=assertion.id,
        first_used=first.first_used.isoformat(timespec="seconds"),
        first_ip=first.client_ip,
    )
    if not ledger.same_browser(first, attempt.use):
        raise refusal
    limit.count(attempt, refusal)
    with transaction.atomic():
        record(attempt.refused(refusal, None))
    return reverse("signon:again", args=[trust.slug, attempt.reference])


def came_again(
    attempt: Attempt, trust: Trust, login: LoginSession | None, reference: str
) -> str | None:
    """Where the person may continue, if the replay ``reference`` came from who is signed in here.

    None for anybody else. ``login`` is the live session of this browser: of the same partner, and
    of the account that the assertion opened. It is noted once, whatever the browser reloads.
    Refuses PARTNER_UNKNOWN where there was no such replay.
    """
    events = Event.objects.filter(partner_id=trust.partner_id)
    known = parse_reference(reference)
    replay = events.filter(reference=known or "", key=Reason.REPLAYED.key).first()
    if replay is None:
        raise Refusal(Reason.PARTNER_UNKNOWN, "no such replay", received=reference)
    first = events.filter(reference=replay.target).first()
    if login is None or first is None or login.partner_id != trust.partner_id:
        return None
    if first.account_id != str(login.user_id):
        return None
    noted = events.filter(target=reference, key=Reason.REPLAYED_SAME_SESSION.key)
    if not noted.exists():
        with transaction.atomic():
            record(attempt.noted(Reason.REPLAYED_SAME_SESSION, reference, login))
    return first.relay_used or trust.landing or "/"
