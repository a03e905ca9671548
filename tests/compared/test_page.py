"""The page on disk is whole, of these attacks and these versions, and tells of no single case."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.attacks.catalogue import CLASSES
from tests.attacks.collection import ALL
from tests.compared.asked import FAMILIES, attacked, cases, sampled
from tests.compared.run import ASKED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "compared.md").read_text(encoding="utf-8")
AGAIN = "run: make compared"
ASKED_CASES = list(cases(attacked()))
if "**This is a sample**" in PAGE:
    ASKED_CASES = list(sampled(ASKED_CASES))


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under this heading, below its head."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| .*\|$", section, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_every_class_that_is_met_by_attacks_is_there_with_its_cases() -> None:
    met: Counter[int] = Counter()
    for case in ASKED_CASES:
        met.update(case.attack.classes)
    told = {number(row[0]): (row[1], number(row[2])) for row in rows("Attacks, by class")}
    assert told == {each: (CLASSES[each], met[each]) for each in sorted(met)}, AGAIN


def test_all_the_cases_were_asked_and_each_ended_in_one_way() -> None:
    total = {row[0]: [number(cell) for cell in row[1:]] for row in rows("Attacks, in all")}
    assert total["cases"] == [len(ASKED_CASES)] * len(ASKED), AGAIN
    ends = [
        total["not asked"],
        total["refused"],
        total["**accepted, as somebody else**"],
        total["**accepted, as the person named**"],
    ]
    assert [sum(column) for column in zip(*ends, strict=True)] == total["cases"]


def test_ours_accepts_no_attack_and_refuses_nothing_genuine() -> None:
    total = {row[0]: number(row[1]) for row in rows("Attacks, in all")}
    assert total.pop("cases") == total.pop("refused")
    assert set(total.values()) == {0}
    assert {row[3] for row in rows("Attacks, by class")} == {"0"}
    assert {row[2] for row in rows("Genuine messages that are refused")} == {"0"}


def test_every_family_of_genuine_messages_is_there() -> None:
    told = {row[0]: number(row[1]) for row in rows("Genuine messages that are refused")}
    messages = {
        family: sum(len(shape.placements) for shape in shapes)
        for family, shapes in FAMILIES.items()
    }
    assert told == {**messages, "**all**": sum(messages.values())}, AGAIN


def test_it_says_how_many_there_are() -> None:
    for count, what in ((len(ALL), "attacks"), (len(list(cases(attacked()))), "cases")):
        assert re.search(rf"\b{count:,}\s{what}\b", PAGE), AGAIN


def test_nothing_is_told_of_a_single_attack() -> None:
    names = [attack.name for _, attack in ALL if len(attack.name.split()) > 2]
    assert len(names) > 500
    assert [name for name in names if name in PAGE] == []


@pytest.mark.parametrize("package", ["python3-saml", "pysaml2", "xmlsec", "lxml"])
def test_the_versions_are_those_that_are_pinned(package: str) -> None:
    pins = (ROOT / "requirements" / "bench.txt").read_text(encoding="utf-8")
    pins += (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    pinned = re.search(rf"^{package}==(\S+)", pins, re.MULTILINE)
    assert pinned
    assert f"\n- {package} {pinned[1]}\n" in PAGE, AGAIN


def test_there_is_no_date_in_it() -> None:
    assert re.findall(r"\b20\d\d-\d\d|\b20\d\d\b", PAGE) == []
