"""How this room says no: what happened, what was expected, what was received, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way, in words for the person who can remove it."""

    key: str
    """Stable name, for scripts."""
    happened: str
    fix: str = ""
    expected: str = ""
    received: str = ""

    def __str__(self) -> str:
        parts = [self.happened]
        if self.expected:
            parts.append(_("Expected: %s.") % self.expected)
        if self.received:
            parts.append(_("Received: %s.") % self.received)
        if self.fix:
            parts.append(self.fix)
        return " ".join(parts)

    def as_dict(self) -> dict[str, str]:
        """The fields that say something, for JSON."""
        return {name: value for name, value in asdict(self).items() if value}


class Declined(Exception):  # noqa: N818 - an answer, not an error
    """A change was refused and nothing was changed. ``problems`` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))


def decline(problems: Iterable[Problem]) -> None:
    """Raises ``Declined`` where there is any problem."""
    found = tuple(problems)
    if found:
        raise Declined(*found)
