"""An event as staff read it: what happened, what to do, the checks, then the facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from sso_gateway.audit import ladder
from sso_gateway.audit.models import Event
from sso_gateway.refusal import Reason, fill
from sso_gateway.saml.model import Outcome

# Symbol and word: never colour alone.
RESULTS: Mapping[str, tuple[str, object]] = {
    Outcome.PASS: ("✓", gettext_lazy("Passed")),
    Outcome.WARN: ("!", gettext_lazy("Warning")),
    Outcome.FAIL: ("✗", gettext_lazy("Failed")),
    Outcome.NOT_REACHED: ("–", gettext_lazy("Not reached")),
}
OUTCOME_SYMBOLS: Mapping[str, str] = {
    Event.Outcome.SUCCESS: "✓",
    Event.Outcome.REFUSED: "✗",
    Event.Outcome.ERROR: "!",
    Event.Outcome.TEST_SUCCESS: "✓",
    Event.Outcome.TEST_REFUSED: "✗",
    Event.Outcome.INFO: "·",
}

_CLAIMED = ("subject_masked", "subject_format", "email_masked", "claimed_issuer", "facts")
_UNSEEN = ("subject_closed", "email_closed", "checks")


@dataclass(frozen=True, slots=True)
class Rung:
    """One check of the ladder, ready to be shown."""

    name: str
    result: str
    symbol: str
    label: str
    expected: str
    received: str
    clause: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an event, ready to be shown."""

    name: str
    value: str
    claimed: bool = False
    """What the message says of itself, before a trusted key vouched for it."""


def local_time(moment: datetime) -> str:
    """To the second, in the reader's time zone and with its name: no locale reads it otherwise."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S %Z}"


def reason_of(event: Event) -> Reason | None:
    """The event's reason, or None where it has none or one that this version does not know."""
    try:
        return Reason.by_key(event.key)
    except KeyError:
        return None


def sentence(event: Event) -> str:
    """What happened, in one sentence."""
    if reason := reason_of(event):
        return fill(gettext(reason.admin_text), _values(event), translate=gettext)
    if event.key:
        return gettext("The reason is “%(key)s”, which this version does not know.") % {
            "key": event.key
        }
    if event.action == "sign_out" and event.outcome == Event.Outcome.SUCCESS:
        return gettext("%(user)s was signed out.") % {
            "user": event.user_masked or gettext("Somebody")
        }
    if event.outcome == Event.Outcome.SUCCESS:
        return gettext("%(user)s was signed in through %(partner)s.") % {
            "user": event.user_masked or gettext("Somebody"),
            "partner": event.partner_name or event.partner_slug or gettext("an unknown partner"),
        }
    return " · ".join(filter(None, (event.action, event.target, event.detail)))


def advice(event: Event) -> str:
    """What to do about it, "" where nothing is to be done."""
    reason = reason_of(event)
    return fill(gettext(reason.fix), _values(event), translate=gettext) if reason else ""


def rungs(event: Event) -> list[Rung]:
    """The checks in the order in which they were made."""
    return [_rung(check) for check in ladder.read(event.checks)]


def who_where_when(event: Event) -> list[Fact]:
    """The few facts that are asked for first; those that are empty are left out."""
    claimed = not event.verified
    facts = (
        Fact(gettext("When"), local_time(event.time)),
        Fact(gettext("When (UTC)"), event.time.isoformat(timespec="milliseconds")),
        Fact(gettext("User"), event.user_masked, claimed),
        Fact(gettext("Partner"), event.partner_name or event.partner_slug),
        Fact(gettext("Verified issuer"), event.idp_entity_id),
        Fact(gettext("Claimed issuer"), event.claimed_issuer, claimed),
        Fact(gettext("IP address"), event.client_ip or ""),
        Fact(gettext("Browser"), event.user_agent),
        Fact(gettext("By"), event.actor),
        Fact(gettext("Why"), event.why),
    )
    return [fact for fact in facts if fact.value]


def changes(event: Event) -> list[tuple[str, str, str]]:
    """Name, before and after of what differs, for an event that records a change."""
    before, after = event.before or {}, event.after or {}
    names = [*before, *(name for name in after if name not in before)]
    return [
        (name, _shown(before.get(name)), _shown(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def fields(event: Event) -> list[Fact]:
    """Every column that is not encrypted and not empty, under the name the log stores it by."""
    columns = (column.attname for column in event._meta.concrete_fields)
    shown = (name for name in columns if name not in _UNSEEN)
    values = ((name, getattr(event, name)) for name in shown)
    return [
        Fact(name, _shown(value), claimed=name in _CLAIMED and not event.verified)
        for name, value in values
        if value not in ("", None, [], {})
    ]


def _values(event: Event) -> dict[str, str]:
    known = {
        "organisation": event.partner_name,
        "partner": event.partner_name or event.partner_slug,
        "client_ip": event.client_ip or "",
    }
    recorded = {name: str(value) for name, value in event.facts.items() if value}
    return {**known, **recorded}


def _rung(check: Mapping[str, str]) -> Rung:
    symbol, label = RESULTS.get(check["result"], RESULTS[Outcome.NOT_REACHED])
    return Rung(
        name=check["name"],
        result=check["result"],
        symbol=symbol,
        label=str(label),
        expected=check["expected"],
        received=check["received"],
        clause=check["clause"],
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value)
