"""An answer of the doctor's: how bad, a stable id, one sentence, and what to do."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sso_gateway.audit.printable import printable


class Level(IntEnum):
    """How bad it is; the larger, the worse. Warnings and errors decide the exit status."""

    OK = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


SIGNS: Final = {Level.OK: "✔", Level.INFO: "·", Level.WARNING: "!", Level.ERROR: "✖"}
_LETTERS: Final = {Level.OK: "I", Level.INFO: "I", Level.WARNING: "W", Level.ERROR: "E"}


@dataclass(frozen=True, slots=True)
class Finding:
    """``id`` is ``sso_gateway.`` with a letter for the level and the number of the question."""

    level: Level
    id: str
    text: str
    fix: str = ""

    def line(self) -> str:
        """For people: sign, level, id, sentence, and the fix where there is something to fix."""
        fix = f" Fix: {self.fix}" if self.fix else ""
        return f"{SIGNS[self.level]} {self.level.name.lower():<7} {self.id:<16} {self.text}{fix}"

    def as_json(self) -> dict[str, str]:
        """The same for programs."""
        level = self.level.name.lower()
        return {"level": level, "id": self.id, "text": self.text, "fix": self.fix}


def sound(question: int, text: str) -> Finding:
    """All is well here."""
    return _finding(Level.OK, question, text, "")


def info(question: int, text: str) -> Finding:
    """Nothing to do, and worth knowing."""
    return _finding(Level.INFO, question, text, "")


def warning(question: int, text: str, fix: str) -> Finding:
    """Somebody should look at this before it hurts."""
    return _finding(Level.WARNING, question, text, fix)


def error(question: int, text: str, fix: str) -> Finding:
    """Unsafe, or nobody can sign in."""
    return _finding(Level.ERROR, question, text, fix)


def _finding(level: Level, question: int, text: str, fix: str) -> Finding:
    # What partners wrote into their metadata must not move the reader's cursor.
    return Finding(
        level, f"sso_gateway.{_LETTERS[level]}{question:03}", printable(text), printable(fix)
    )
