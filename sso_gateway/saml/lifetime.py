"""How long metadata may be used: validUntil and cacheDuration (meta 2.3.1, 2.3.2, 2.4.1)."""

import re
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sso_gateway.refusal import Refusal
from sso_gateway.saml import elements, xml

_DURATION: Final = re.compile(
    r"P(?=[0-9T])(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?=[0-9])(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.\d{1,12})?S)?)?",
    re.ASCII,
)
_WHITESPACE: Final = " \t\r\n"


class Lifetime(NamedTuple):
    """The least that applies to an element and to everything inside it. ``None``: no limit."""

    valid_until: datetime | None = None
    cache_duration: timedelta | None = None

    def within(self, element: xml.Element) -> "Lifetime":
        """What applies inside ``element``: this, narrowed by its own validUntil and cacheDuration.

        Refuses XML_MALFORMED an unreadable validUntil, since nobody knows whether it has passed.
        An unreadable cacheDuration counts as absent: it is advice about when to ask again.
        """
        until, duration = element.get("validUntil"), element.get("cacheDuration")
        untils = (self.valid_until, None if until is None else _instant(until))
        durations = (self.cache_duration, None if duration is None else _duration(duration))
        return Lifetime(
            min((known for known in untils if known is not None), default=None),
            min((known for known in durations if known is not None), default=None),
        )


def _instant(text: str) -> datetime:
    try:
        return elements.instant(text.strip(_WHITESPACE))
    except Refusal as refusal:
        raise Refusal(
            refusal.reason, f"validUntil is {refusal.detail}",
            expected=refusal.expected, received=ascii(text[:40]),
        ) from refusal  # fmt: skip


def _duration(text: str) -> timedelta | None:
    """An xs:duration that is not negative. A year counts 365 days and a month 30."""
    match = _DURATION.fullmatch(text.strip(_WHITESPACE))
    if match is None:
        return None
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(
            days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds
        )
    except OverflowError:
        return None
