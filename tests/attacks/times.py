"""When: windows, instants, and the ways to write a moment down wrongly."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sso_gateway.refusal import Reason
from tests.attacks import edits
from tests.attacks.anatomy import Element, assertion, descendant
from tests.attacks.attack import Attack
from tests.attacks.edits import Edit, attacks
from tests.idp.recipe import NOW, moment

EARLY, EXPIRED, INSTANT, OLD, MALFORMED = (
    Reason.TOO_EARLY,
    Reason.EXPIRED,
    Reason.ISSUE_INSTANT,
    Reason.SESSION_TOO_OLD,
    Reason.XML_MALFORMED,
)
SECOND, SKEW, OLDEST = timedelta(seconds=1), timedelta(seconds=180), timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG = {
    "an offset": "2030-01-15T13:05:00+01:00",
    "a zero offset": "2030-01-15T12:05:00+00:00",
    "no zone": "2030-01-15T12:05:00",
    "a small z": "2030-01-15T12:05:00z",
    "a blank for T": "2030-01-15 12:05:00Z",
    "no seconds": "2030-01-15T12:05Z",
    "the hour 24": "2030-01-15T24:00:00Z",
    "the second 60": "2030-01-15T12:05:60Z",
    "the month 13": "2030-13-15T12:05:00Z",
    "the 31st of February": "2030-02-31T12:05:00Z",
    "the year 10000": "10000-01-15T12:05:00Z",
    "a year before Christ": "-2030-01-15T12:05:00Z",
    "two digits of a year": "30-01-15T12:05:00Z",
    "a date alone": "2030-01-15",
    "a number": "1894708800",
    "nothing": "",
    "a word": "tomorrow",
    "digits of another script": "٢٠٣٠-01-15T12:05:00Z",
    "a comma in the fraction": "2030-01-15T12:05:00,5Z",
    "ten digits of a fraction": "2030-01-15T12:05:00.1234567890Z",
}


def said(tag: str, name: str, value: datetime | str | None) -> Callable[[Element], None]:
    """This value, or none at all, in the first element ``tag`` of the assertion."""

    def change(root: Element) -> None:
        inner = assertion(root)
        found = inner if tag == "Assertion" else descendant(inner, f"{{*}}{tag}")
        _set(found, name, value)

    return change


def of_the_response(name: str, value: datetime | str | None) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        assertion(root)
        _set(root, name, value)

    return change


def _set(element: Element, name: str, value: datetime | str | None) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, moment(value))


def window(start: datetime, end: datetime) -> Callable[[Element], None]:
    def change(root: Element) -> None:
        said("Conditions", "NotBefore", start)(root)
        said("Conditions", "NotOnOrAfter", end)(root)

    return change


DATA = "SubjectConfirmationData"
EDITS: tuple[Edit, ...] = (
    Edit("over for an hour", window(NOW - 2 * HOUR, NOW - HOUR), EXPIRED, (65,)),
    Edit("over at the edge of the skew", window(NOW - HOUR, NOW - SKEW), EXPIRED, (65,)),
    Edit("not yet for a second", window(NOW + SKEW + SECOND, NOW + HOUR), EARLY, (65,)),
    Edit("not yet for a year", window(NOW + 365 * DAY, NOW + 366 * DAY), EARLY, (65,)),
    Edit("a window that ends before it begins", window(NOW + SECOND, NOW - SECOND), EXPIRED, (65,)),
    Edit("a window of no length", window(NOW, NOW), EXPIRED, (65,)),
    Edit("a confirmation that is over", said(DATA, "NotOnOrAfter", NOW - HOUR), EXPIRED, (65,)),
    Edit("a confirmation at the edge", said(DATA, "NotOnOrAfter", NOW - SKEW), EXPIRED, (65,)),
    Edit("a confirmation without an end", said(DATA, "NotOnOrAfter", None), Reason.NO_BEARER,
         (65, 68)),
    Edit("a confirmation with a beginning", said(DATA, "NotBefore", NOW - HOUR), Reason.NO_BEARER,
         (65, 68)),
    Edit("an assertion of tomorrow", said("Assertion", "IssueInstant", NOW + DAY), INSTANT, (65,)),
    Edit("an assertion of yesterday", said("Assertion", "IssueInstant", NOW - DAY), INSTANT,
         (65,)),
    Edit("an assertion a second too old",
         said("Assertion", "IssueInstant", NOW - OLDEST - SKEW - SECOND), INSTANT, (65,)),
    Edit("a response of tomorrow", of_the_response("IssueInstant", NOW + DAY), INSTANT, (65,),
         envelope=True),
    Edit("a response of last year", of_the_response("IssueInstant", NOW - 365 * DAY), INSTANT,
         (65,), envelope=True),
    Edit("authenticated tomorrow", said("AuthnStatement", "AuthnInstant", NOW + DAY), INSTANT,
         (75,)),
    Edit("a session that is over", said("AuthnStatement", "SessionNotOnOrAfter", NOW - HOUR), OLD,
         (75,)),
    Edit("a session that ends at the edge",
         said("AuthnStatement", "SessionNotOnOrAfter", NOW - SKEW), OLD, (75,)),
    Edit("no moment of authentication", said("AuthnStatement", "AuthnInstant", None), MALFORMED,
         (75,)),
    Edit("no moment of the response", of_the_response("IssueInstant", None), MALFORMED, (74,)),
    Edit("no moment of the assertion", said("Assertion", "IssueInstant", None), MALFORMED, (74,)),
)  # fmt: skip


def _wrong() -> Iterable[Edit]:
    for name, value in WRONG.items():
        yield Edit(
            f"the end is written with {name}",
            said("Conditions", "NotOnOrAfter", value),
            MALFORMED,
            (66,),
        )
    for tag, name in (
        (DATA, "NotOnOrAfter"),
        ("AuthnStatement", "AuthnInstant"),
        ("Assertion", "IssueInstant"),
    ):
        yield Edit(
            f"{name} of {tag} is written with an offset",
            said(tag, name, WRONG["an offset"]),
            MALFORMED,
            (66,),
        )


ATTACKS: tuple[Attack, ...] = (*attacks(EDITS), *edits.said(_wrong()))
