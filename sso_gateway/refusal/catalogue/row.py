"""The shape of one row of the catalogue, and the headings a row can stand under."""

from dataclasses import dataclass
from enum import Enum


def gettext_noop(text: str) -> str:
    """The text itself: marks it for the translators. It is translated where it is shown."""
    return text


class Heading(Enum):
    """The one line a person reads first. ``letter`` is the short name in the reference table."""

    NOT_FINISHED = "A", gettext_noop("We couldn't finish signing you in")
    START_AGAIN = "B", gettext_noop("Please start again from your portal")
    ACCOUNT_NOT_READY = "C", gettext_noop("Your account isn't ready for {app}")
    NOT_ALLOWED = "D", gettext_noop("Your organisation didn't allow this sign-in")
    PAUSED = "E", gettext_noop("Sign-in is paused")
    OUR_SIDE = "F", gettext_noop("Something went wrong on our side")
    TOO_MANY = "G", gettext_noop("Too many tries")
    ALREADY_SIGNED_IN = "H", gettext_noop("You're already signed in")
    SIGNED_IN = "I", gettext_noop("You're signed in")
    NOT_FOUND = "J", gettext_noop("Page not found")

    def __init__(self, letter: str, text: str) -> None:
        self.letter = letter
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reason to say no. Texts carry ``{placeholders}`` and are English until they are shown."""

    code: int
    key: str
    heading: Heading
    status: int
    """HTTP: 400 malformed, 403 policy, 404, 413, 429, 503 ours; 200 where the person is in."""
    user: str
    admin: str
    fix: str
    clause: str
    """Where it is written: "core 2.5.1.4", "IIP-MD12", or "our rule: …"."""
    alert: bool = False
    """Whether it is a security alert."""
    shown_as: int | None = None
    """The code outsiders see, where their own would tell more than the sentence does."""
