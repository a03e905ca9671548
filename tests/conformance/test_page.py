"""The page of conformance claims what the suite proves, and nothing is left out of it."""

import re
from collections import Counter

import pytest

from tests.conformance.collected import ROOT, missing
from tests.conformance.page import page
from tests.conformance.requirements import LISTED, identifiers, to_build
from tests.conformance.rows import ROWS
from tests.conformance.rows.row import Row, Standing

PAGE = ROOT / "docs" / "reference" / "conformance.md"
needs_the_list = pytest.mark.skipif(not LISTED.is_file(), reason="the design is not here")
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)


def test_the_page_on_disk_is_the_one_that_the_rows_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m tests.conformance > docs/reference/conformance.md"
    )


def test_every_test_that_a_row_names_exists() -> None:
    assert missing(test for row in ROWS for test in row.tests) == []


def test_a_test_that_does_not_exist_is_noticed() -> None:
    there = "tests/conformance/test_page.py::test_a_test_that_does_not_exist_is_noticed"
    absent = ["tests/conformance/test_page.py::test_x", "tests/nowhere/test_page.py::test_y"]
    assert missing([there, *absent]) == absent


def test_a_requirement_has_one_row() -> None:
    assert [id for id, count in Counter(row.id for row in ROWS).items() if count > 1] == []


@needs_the_list
def test_every_requirement_of_the_list_has_a_row_and_no_other_has() -> None:
    listed = identifiers(LISTED.read_text(encoding="utf-8"))
    assert len(listed) > 120
    assert sorted(row.id for row in ROWS) == sorted(listed)


@needs_the_list
def test_what_is_to_be_built_has_a_test_or_is_called_open_with_its_reason() -> None:
    rows = {row.id: row for row in ROWS}
    wanted = to_build(LISTED.read_text(encoding="utf-8"))
    assert len(wanted) > 40
    for name in wanted:
        row = rows[name]
        assert row.tests or (row.standing is not Standing.MET and row.why), name


@every_row
def test_a_row_proves_what_it_claims_or_says_why_not(row: Row) -> None:
    if row.standing in {Standing.MET, Standing.PARTLY}:
        assert row.tests and row.where
    if row.standing is not Standing.MET:
        assert row.why
    assert len(set(row.tests)) == len(row.tests)
    assert all((ROOT / "sso_gateway" / place).is_file() for place in row.where)


@every_row
def test_a_row_is_one_line_of_six_cells(row: Row) -> None:
    [line] = re.findall(rf"^\| {re.escape(row.id)} \|.*$", page(), re.MULTILINE)
    assert len(re.findall(r"(?<!\\)\|", line)) == 7
