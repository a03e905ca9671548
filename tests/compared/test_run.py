"""What counts as accepted, and as what."""

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import pytest

from sso_gateway.refusal import Reason
from tests.attacks.anatomy import VICTIM
from tests.attacks.collection import ALL
from tests.compared import page, run
from tests.compared.answers import Answer, Outcome
from tests.compared.asked import FAMILIES, attacked, cases, families, sampled
from tests.compared.left_open import NAMES
from tests.compared.run import ASKED, OURS, Count, Figures, counted
from tests.shapes import collection

GOOD = Answer(Outcome.ACCEPTED, frozenset({"ada@acme.example"}))
COUNTED = [
    (GOOD, Answer(Outcome.ACCEPTED, frozenset({VICTIM, "x"})), Count.SOMEBODY_ELSE),
    (GOOD, Answer(Outcome.ACCEPTED, frozenset({f" {VICTIM.upper()}\n"})), Count.SOMEBODY_ELSE),
    (GOOD, Answer(Outcome.ACCEPTED, frozenset({f"{VICTIM}.evil.example"})), Count.NAMED),
    (GOOD, GOOD, Count.NAMED),
    (GOOD, Answer(Outcome.REFUSED), Count.REFUSED),
    (GOOD, Answer(Outcome.STRAY), Count.STRAY),
    (GOOD, Answer(Outcome.LOST), Count.LOST),
    (Answer(Outcome.REFUSED), Answer(Outcome.REFUSED), Count.NOT_ASKED),
    (Answer(Outcome.STRAY), GOOD, Count.NOT_ASKED),
]


@pytest.mark.parametrize(("genuine", "answer", "count"), COUNTED)
def test_an_answer_counts_beside_the_one_to_the_genuine_message(
    genuine: Answer, answer: Answer, count: Count
) -> None:
    assert counted(genuine, answer) is count


def test_every_shape_is_in_one_family() -> None:
    sorted_in = [shape.name for shapes in FAMILIES.values() for shape in shapes]
    assert sorted(sorted_in) == sorted(shape.name for shape in collection.ALL)
    assert all(members for members in families().values())


def test_a_rule_of_ours_is_told_from_one_of_the_specifications() -> None:
    ours: dict[Reason, bool] = {}
    for case in cases(attacked()):
        reason = case.attack.reason(case.agreement.shape, case.agreement.placement)
        ours[reason] = case.is_our_rule
    assert ours[Reason.XML_FORBIDDEN] and ours[Reason.TOO_LARGE] and ours[Reason.ISSUE_INSTANT]
    assert not ours[Reason.AUDIENCE_MISMATCH] and not ours[Reason.SIGNATURE_INVALID]


def test_a_sample_has_every_attack_and_every_way_to_protect_a_message() -> None:
    whole = list(cases(attacked()))
    some = list(sampled(whole))
    for of in (
        lambda case: case.attack.name,
        lambda case: (case.agreement.placement, case.agreement.shape.is_encrypted),
    ):
        assert {of(case) for case in some} == {of(case) for case in whole}
    assert len(some) < len(whole) / 5


def test_what_is_said_to_be_left_open_is_an_attack() -> None:
    assert set(NAMES) <= {attack.name for _, attack in ALL}


def figures(**changes: Any) -> Figures:
    made = Figures(**changes)
    case = next(iter(cases(attacked())))
    for who in ASKED:
        made.add(case, who, Count.REFUSED if who == OURS else Count.NAMED)
    made.genuine = Counter({("times", who, Outcome.ACCEPTED): 3 for who in ASKED})
    return made


def test_a_page_says_that_it_is_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PACKAGES", ("lxml",))  # the others are not in this environment
    assert "**This is a sample**" in page.page(figures(sample=True))
    whole = page.page(figures())
    assert "sample" not in whole
    assert f"\n- lxml {version('lxml')}\n" in whole
    assert "| **accepted, as the person named** | 0 | 1 | 1 |" in whole
    assert "| times | 3 | 0 | 0 | 0 |" in whole


def test_nobody_is_compared_who_believes_anything() -> None:
    def credulous(questions: Sequence[run.Question]) -> list[run.Everybody]:
        return [{"credulous": GOOD} for _ in questions]

    with pytest.raises(AssertionError, match="credulous: accepted, not refused"):
        run._prove(credulous, attacked()[0])
