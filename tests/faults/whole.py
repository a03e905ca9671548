"""What holds after every fault: a session, its event and its claimed assertion come together."""

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from sso_gateway.audit.models import Event
from sso_gateway.provisioning.models import Link
from sso_gateway.signon.models import LoginSession, SeenAssertion
from sso_gateway.signon.sessions import LOGIN_KEY
from tests.signon.scene import attempts


def logins() -> list[Event]:
    """The events of success, oldest first."""
    return [event for event in attempts() if event.outcome == Event.Outcome.SUCCESS]


def assert_whole() -> None:
    """No session without an event, no claim without an event, no event without both."""
    told = sorted(event.reference for event in logins())
    opened = sorted(LoginSession.objects.values_list("reference", flat=True))
    claimed = sorted(SeenAssertion.objects.values_list("reference", flat=True))
    assert opened == told, "sessions and events of success"
    assert claimed == told, "claimed assertions and events of success"
    stored = [str(session.get_decoded().get(LOGIN_KEY)) for session in Session.objects.all()]
    live = LoginSession.objects.filter(ended=None).values_list("pk", flat=True)
    assert sorted(stored) == sorted(live), "Django's sessions and ours"
    known = {event.account_id for event in logins()}
    assert {str(user) for user in Link.objects.values_list("user_id", flat=True)} == known
    assert {str(user) for user in User.objects.values_list("pk", flat=True)} == known


def claimed(reference: str) -> bool:
    """Whether the login with this reference used its assertion up."""
    return SeenAssertion.objects.filter(reference=reference).exists()
