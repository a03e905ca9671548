"""Every class of the catalogue is met, here or elsewhere, or said to be nobody's to meet."""

from pathlib import Path

from tests.attacks.catalogue import CLASSES, ELSEWHERE, NOT_OURS
from tests.attacks.collection import ALL

ROOT = Path(__file__).parents[2]


def test_every_class_is_met_or_named_as_not_ours() -> None:
    attacked = {number for _, attack in ALL for number in attack.classes}
    assert attacked <= set(CLASSES)
    assert set(CLASSES) - attacked - set(ELSEWHERE) - set(NOT_OURS) == set()


def test_what_is_met_elsewhere_is_there() -> None:
    named = {path for paths in ELSEWHERE.values() for path in paths}
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_nothing_is_both_met_and_not_ours() -> None:
    attacked = {number for _, attack in ALL for number in attack.classes}
    assert set(NOT_OURS) & (attacked | set(ELSEWHERE)) == set()
