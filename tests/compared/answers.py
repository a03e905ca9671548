"""What a library answers to a message."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.compared.asked import Agreement

Ask = Callable[[bytes, Agreement], frozenset[str]]
"""All that the library says of the person: the name and every value. It raises to refuse."""


class RefusedError(Exception):
    """The library said no without raising."""


class Outcome(StrEnum):
    """How it ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    STRAY = "stray"
    """Refused by an exception that is not the library's own: of a parser, or of Python."""
    LOST = "lost"
    """No answer within the time limit, or the end of the process."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One library's answer to one message."""

    outcome: Outcome
    read: frozenset[str] = frozenset()
    """What it says of the person, where it accepted."""


VERDICTS = ("tests.compared.", "sso_gateway.", "onelogin.", "saml2.", "defusedxml.")
"""The packages whose exceptions are verdicts: the libraries' own, and the parser they chose in
order to refuse with it."""


def asked(ask: Ask, message: bytes, agreement: Agreement) -> Answer:
    """The answer, whatever way the library has to give it."""
    try:
        return Answer(Outcome.ACCEPTED, ask(message, agreement))
    except Exception as no:
        kinds = (f"{kind.__module__}." for kind in type(no).__mro__)
        verdict = any(kind.startswith(VERDICTS) for kind in kinds)
        return Answer(Outcome.REFUSED if verdict else Outcome.STRAY)
