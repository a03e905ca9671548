"""Everybody is asked everything, and only counts are kept."""

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tests.attacks.anatomy import VICTIM
from tests.compared.answers import Answer, Outcome
from tests.compared.asked import Agreement, Case, attacked, cases, families, sampled
from tests.compared.worker import Worker

OURS: Final = "ours"
ASKED: Final = {
    OURS: "tests.compared.with_ours",
    "python3-saml": "tests.compared.with_python3_saml",
    "pysaml2": "tests.compared.with_pysaml2",
}
"""Who is asked, and the module that asks."""
AT_ONCE: Final = 100
"""Questions that everybody is given at a time, so that nobody waits for the slowest at each."""
Everybody = Mapping[str, Answer]
Question = tuple[bytes, Agreement]
Ask = Callable[[Sequence[Question]], list[Everybody]]


class Count(StrEnum):
    """How an attack ended, as it is counted."""

    NOT_ASKED = "not asked"
    """The library does not read the genuine message either, so its refusal says nothing."""
    REFUSED = "refused"
    STRAY = "refused by another's exception"
    LOST = "no answer"
    SOMEBODY_ELSE = "accepted, as somebody else"
    NAMED = "accepted, as the person named"


@dataclass(slots=True)
class Figures:
    """The counts of a run, by library and Count; there is nothing in them about a single case."""

    attacks: Counter[tuple[str, Count]] = field(default_factory=Counter)
    our_rules: Counter[str] = field(default_factory=Counter)
    """Those of NAMED that nothing but a rule of ours refuses, by library."""
    by_class: Counter[tuple[int, str, Count]] = field(default_factory=Counter)
    our_rules_by_class: Counter[tuple[int, str]] = field(default_factory=Counter)
    genuine: Counter[tuple[str, str, Outcome]] = field(default_factory=Counter)
    """By family, library and outcome."""
    sample: bool = False
    """Whether not all of it was asked."""

    def add(self, case: Case, who: str, count: Count) -> None:
        """One more."""
        ours = count is Count.NAMED and case.is_our_rule
        self.attacks[who, count] += 1
        self.our_rules[who] += ours
        for number in case.attack.classes:
            self.by_class[number, who, count] += 1
            self.our_rules_by_class[number, who] += ours


def counted(genuine: Answer, answer: Answer) -> Count:
    """How the answer to an attack counts, beside the one to the genuine message."""
    if genuine.outcome is not Outcome.ACCEPTED:
        return Count.NOT_ASKED
    if answer.outcome is Outcome.ACCEPTED:
        taken = VICTIM in {value.strip().lower() for value in answer.read}
        return Count.SOMEBODY_ELSE if taken else Count.NAMED
    return Count[answer.outcome.name]


def measure(*, sample: bool = False, every: int = 1) -> Figures:
    """Asks all of it, or only what is ``sampled``; of that, one in ``every``. Says how far it is
    on standard error.
    """
    figures, begun, known = Figures(sample=sample or every > 1), attacked(), families()
    chosen = list(sampled(cases(begun)) if sample else cases(begun))[::every]
    agreements = [*begun, *(each for family in known.values() for each in family)]
    with ExitStack() as stack:
        workers = {
            who: stack.enter_context(Worker(module, agreements)) for who, module in ASKED.items()
        }
        ask = functools.partial(_ask, workers, {id(each): n for n, each in enumerate(agreements)})
        _prove(ask, begun[0])
        for family, members in known.items():
            for answers in ask([(each.message, each) for each in members[::every]]):
                for who, answer in answers.items():
                    figures.genuine[family, who, answer.outcome] += 1
        read = dict(zip(map(id, begun), ask([(each.message, each) for each in begun]), strict=True))
        for some in _shown(chosen):
            all_answers = ask([(case.message, case.agreement) for case in some])
            for case, answers in zip(some, all_answers, strict=True):
                genuine = read[id(case.agreement)]
                for who, answer in answers.items():
                    figures.add(case, who, counted(genuine[who], answer))
    return figures


def _ask(
    workers: Mapping[str, Worker], number: Mapping[int, int], questions: Sequence[Question]
) -> list[Everybody]:
    """Everybody's answers, who all work at the same time."""
    for worker in workers.values():
        worker.send([(message, number[id(agreement)]) for message, agreement in questions])
    found = [list(worker.answers()) for worker in workers.values()]
    return [dict(zip(workers, answers, strict=True)) for answers in zip(*found, strict=True)]


def _prove(ask: Ask, agreement: Agreement) -> None:
    """Refuses to compare somebody who does not read the good message, or believes anything."""
    good = agreement.message
    changed = good.replace(b"ada@", b"eve@")
    assert changed != good
    for answers, outcome in zip(
        ask([(good, agreement), (changed, agreement)]),
        (Outcome.ACCEPTED, Outcome.REFUSED),
        strict=True,
    ):
        for who, answer in answers.items():
            assert answer.outcome is outcome, f"{who}: {answer.outcome}, not {outcome}"


def _shown(steps: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """Some at a time."""
    for done in range(0, len(steps), AT_ONCE):
        print(f"  {done:,} of {len(steps):,}", end="\r", file=sys.stderr, flush=True)  # noqa: T201
        yield steps[done : done + AT_ONCE]
