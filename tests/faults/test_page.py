"""The page of faults names the test of each row, and no test of this folder is left out."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "reference" / "faults.md"
COLUMNS = 5


def functions_in(folder: Path) -> set[str]:
    """The names of its test functions."""
    return {
        node.name
        for path in folder.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def rows() -> list[list[str]]:
    """The cells of every row, without heads and rules."""
    lines = re.findall(r"^\| (?!fault |--)(.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [line.split(" | ") for line in lines]


def named() -> set[str]:
    """Every test that the page names."""
    return {name for row in rows() for name in re.findall(r"`(test_\w+)`", row[-1])}


def test_every_row_is_complete_and_names_its_test() -> None:
    assert len(rows()) > 10
    for row in rows():
        assert len(row) == COLUMNS and all(cell.strip() for cell in row), row[0]
        assert re.search(r"`test_\w+`", row[-1]), row[0]


def test_every_test_that_the_page_names_exists() -> None:
    assert named() - functions_in(ROOT / "tests") == set()


def test_every_fault_that_is_tested_here_is_on_the_page() -> None:
    own = functions_in(HERE) - {name for name in globals() if name.startswith("test_")}
    assert own - named() == set()
