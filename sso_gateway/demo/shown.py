"""Events, checks and messages as the demo shows them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext

from sso_gateway.audit import story
from sso_gateway.audit.models import Event
from sso_gateway.audit.story import RESULTS, Rung
from sso_gateway.demo.people import Person
from sso_gateway.refusal import Heading, Reason, fill
from sso_gateway.saml.model import Check
from sso_gateway.signon.attempt import ACTION

_BETWEEN_TAGS: Final = re.compile(r"(?<=>)(?=<)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the portal's list of events."""

    event: Event
    symbol: str
    reason: str


def has_account(person: Person) -> bool:
    """Whether the gateway has an account with this person's address."""
    return get_user_model()._default_manager.filter(email=person.email).exists()


def latest(count: int) -> list[Row]:
    """Sign-ins and refusals, the newest first."""
    return [_row(event) for event in Event.objects.filter(action=ACTION)[:count]]


def _row(event: Event) -> Row:
    reason = f"{event.code} {event.key}" if event.code else ""
    return Row(event, story.OUTCOME_SYMBOLS.get(event.outcome, ""), reason)


def rungs(checks: Iterable[Check]) -> list[Rung]:
    """The ladder of a message that has not been sent yet, as the log will show it."""
    return [
        Rung(
            name=check.name,
            result=check.outcome.value,
            symbol=RESULTS[check.outcome][0],
            label=str(RESULTS[check.outcome][1]),
            expected=check.expected,
            received=check.received,
            clause=check.clause,
        )
        for check in checks
    ]


def both_sides(event: Event) -> dict[str, object]:
    """What the person read, and what the staff read."""
    reason = story.reason_of(event)
    went_on = event.outcome == Event.Outcome.INFO and reason is Reason.IDP_INITIATED_OFF
    heading = reason.heading.text if reason else Heading.SIGNED_IN.text
    values = {"app": settings.SSO_APP_NAME, "organisation": event.partner_name}
    return {
        "event": event,
        "symbol": story.OUTCOME_SYMBOLS.get(event.outcome, ""),
        "heading": "" if went_on else fill(gettext(heading), values, translate=gettext),
        "words": fill(gettext(reason.user_text), values, translate=gettext) if reason else "",
        "sentence": story.sentence(event),
        "advice": story.advice(event),
        "rungs": story.rungs(event),
        "facts": story.who_where_when(event),
    }


def readable(message: str) -> str:
    """The same XML over many lines, indented. For the eye: its signature would not survive."""
    depth, lines = 0, []
    for piece in _BETWEEN_TAGS.split(message):
        if piece.startswith("</"):
            depth -= 1
        lines.append("  " * depth + piece)
        opens = piece.startswith("<") and not piece.startswith(("</", "<!", "<?"))
        if opens and "</" not in piece and not piece.endswith("/>"):
            depth += 1
    return "\n".join(lines)
