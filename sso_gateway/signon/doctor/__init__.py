"""Is this installation safe and complete? Every question is asked; each answer says the fix.

The numbers of the answers are stable: docs/reference/commands.md lists the questions behind them.
A question leaves nothing behind: what it writes is rolled back. It reaches nobody but the database,
and no answer holds a secret.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from sso_gateway.signon.doctor import installation, libraries, our_keys, partnerships, storage
from sso_gateway.signon.doctor.finding import Finding, Level, error, info

__all__ = ["Finding", "Level", "Question", "answers", "examine", "worst"]

Question = Callable[[], Iterable[Finding]]

WITHOUT_DATABASE: Final[tuple[Question, ...]] = (
    installation.address,
    installation.cookies,
    installation.proxies,
    *libraries.QUESTIONS,
    *our_keys.QUESTIONS,
)
OF_THE_DATABASE: Final[tuple[Question, ...]] = (storage.version, storage.durable)
OF_ITS_TABLES: Final[tuple[Question, ...]] = (
    storage.one_time_use,
    storage.log_only_grows,
    storage.clocks_agree,
    storage.housekeeping_runs,
    installation.seen_address,
    *partnerships.QUESTIONS,
)


def examine() -> Iterator[Finding]:
    """Every finding, the sound ones too, in the order of the questions."""
    checked = answers(installation.checks)
    yield from checked
    if {each.id for each in checked} & installation.INCOMPLETE:
        yield info(400, _("Not examined any further: settings are missing or wrong."))
        return
    for question in WITHOUT_DATABASE:
        yield from answers(question)
    yield from _of_the_database()


def _of_the_database() -> Iterator[Finding]:
    reachable = answers(storage.reachable)
    yield from reachable
    if worst(reachable) is Level.ERROR:
        return
    for question in OF_THE_DATABASE:
        yield from answers(question)
    migrated = answers(storage.migrated)
    yield from migrated
    if worst(migrated) is Level.ERROR:
        return
    for question in OF_ITS_TABLES:
        yield from answers(question)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them; ``OK`` for none."""
    return max((each.level for each in findings), default=Level.OK)


def answers(question: Question) -> list[Finding]:
    """The answers; a question that breaks is an error by itself and does not stop the others."""
    try:
        return list(question())
    except Exception as broken:
        name = f"{question.__module__.rpartition('.')[2]}.{question.__name__}"
        # Without its words: a driver's error may quote addresses and passwords.
        return [
            error(
                400,
                _("%(question)s could not be answered: %(error)s.")
                % {"question": name, "error": type(broken).__name__},
                _("Look for the cause in the other findings."),
            )
        ]
