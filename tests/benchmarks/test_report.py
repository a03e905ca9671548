"""Tables of a run, on the terminal and in the reference."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import report
from benchmarks.verification import LIMIT, OURS

FIGURES: dict[str, Any] = {
    "machine": {"cores": 2, "Python": "3.11.7"},
    "versions": {"lxml": "6.1.3"},
    "verification": {
        "assertion signed": {
            LIMIT: {"p02 us": 140.0, "times the limit": 1.0, "times ours": 0.5},
            "slow": {"p02 us": 1400.0, "times the limit": 10.0, "times ours": 5.0},
            OURS: {"p02 us": 280.0, "times the limit": 2.0, "times ours": 1.0},
        },
        "encrypted": {LIMIT: {"p02 us": 520.0, "times the limit": 1.0, "times ours": 0.7}},
    },
    "logins": {
        "ours, SQLite": {
            "1 at a time": {"p50 ms": 4.0, "p99 ms": 6.0},
            "8 at a time": {
                "logins per second": 500.0,
                "p50 ms": 13.0,
                "p99 ms": 28.0,
                "CPU ms per login": 3.1,
            },
            "PSS MB": 74.0,
        }
    },
    "skipped": {"minisaml": "not installed: minisaml"},
}


def test_the_limit_and_ours_come_first_and_what_is_missing_is_a_dash() -> None:
    lines = report.markdown(FIGURES).splitlines()
    assert lines[0] == "One run on 2 cores, Python 3.11.7."
    assert lines[2:7] == [
        "| µs (× the limit, × ours) | assertion signed | encrypted |",
        "| --- | --: | --: |",
        f"| {LIMIT} | 140 (1.00, 0.50) | 520 (1.00, 0.70) |",
        f"| {OURS} | 280 (2.00, 1.00) | – |",
        "| slow | 1,400 (10.00, 5.00) | – |",
    ]


def test_logins_are_one_line_each_and_absentees_are_named() -> None:
    text = report.markdown(FIGURES)
    assert "| ours, SQLite | 500.0 | 13.0 / 28.0 | 4.0 / 6.0 | 3.1 | 74.0 |" in text
    assert "Left out: minisaml (not installed: minisaml)." in text


def test_the_page_keeps_what_stands_around_the_figures(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    report.write_page(page, FIGURES)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{report.BEGIN}\n\nOne run")
    assert text.endswith(f"\n{report.END}\nafter\n")
    assert "old" not in text


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="marks"):
        report.write_page(page, FIGURES)
    assert page.read_text(encoding="utf-8") == "nothing here\n"
