"""The figures as tables: on the terminal and in docs/reference/performance.md."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from benchmarks.verification import LIMIT, OURS

BEGIN: Final = "<!-- figures: written by python -m benchmarks --page -->"
END: Final = "<!-- end of figures -->"
PACKAGES: Final = (
    "cryptography",
    "Django",
    "django-allauth",
    "djangosaml2",
    "gunicorn",
    "lxml",
    "minisaml",
    "psycopg",
    "pysaml2",
    "python3-saml",
    "signxml",
    "xmlsec",
)
Row = Sequence[object]


def machine() -> dict[str, Any]:
    """What the figures depend on most. Absolute figures do not travel anyway."""
    return {"cores": os.cpu_count(), "Python": platform.python_version()}


def versions() -> dict[str, str]:
    """Of everybody who is installed."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def markdown(figures: Mapping[str, Any]) -> str:
    """Every table of a run."""
    facts = figures["machine"]
    parts = [f"One run on {facts['cores']} cores, Python {facts['Python']}."]
    if figures.get("verification"):
        parts.append(_table(*_verification(figures["verification"])))
    if figures.get("logins"):
        parts.append(_table(*_logins(figures["logins"])))
    if figures["skipped"]:
        left_out = (f"{name} ({reason})" for name, reason in figures["skipped"].items())
        parts.append("Left out: " + "; ".join(left_out) + ".")
    parts.append("With " + ", ".join(f"{k} {v}" for k, v in figures["versions"].items()) + ".")
    return "\n\n".join(parts) + "\n"


def write_page(page: Path, figures: Mapping[str, Any]) -> None:
    """Puts the tables between the two marks of the page."""
    head, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} lacks the marks between which the figures belong")
    page.write_text(f"{head}{begin}\n\n{markdown(figures)}\n{end}{tail}", encoding="utf-8")


def _table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _verification(found: Mapping[str, Mapping[str, Any]]) -> tuple[Row, list[Row]]:
    """One line for each candidate, dearest last; the first two lines are the limit and ours."""
    head = ["µs (× the limit, × ours)", *found]
    first = next(iter(found.values()))
    names = sorted(first, key=lambda name: (name not in (LIMIT, OURS), first[name]["p02 us"]))
    return head, [[name, *_cells(name, found)] for name in names]


def _cells(name: str, found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for candidates in found.values():
        figures = candidates.get(name)
        if figures is None:
            yield "–"
            continue
        ratios = f"{figures['times the limit']:.2f}, {figures['times ours']:.2f}"
        yield f"{figures['p02 us']:,.0f} ({ratios})"


def _logins(found: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    head = [
        "",
        "logins/s, 8 at a time",
        "p50 / p99 ms, 8 at a time",
        "p50 / p99 ms, one at a time",
        "CPU ms per login",
        "memory MB (PSS)",
    ]
    rows: list[Row] = []
    for name, figures in found.items():
        one, eight = figures["1 at a time"], figures["8 at a time"]
        rows.append(
            [
                name,
                eight["logins per second"],
                f"{eight['p50 ms']} / {eight['p99 ms']}",
                f"{one['p50 ms']} / {one['p99 ms']}",
                eight["CPU ms per login"],
                figures["PSS MB"],
            ]
        )
    return head, rows
