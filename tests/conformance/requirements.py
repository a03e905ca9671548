"""The requirements as the design lists them, read from there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LISTED: Final = Path(__file__).parents[3] / "shared" / "design" / "requirements.md"
_ROW: Final = re.compile(r"^\| ((?:IIP|SDP)-[A-Z]+\d+(?: / [A-Z]+\d+)*) \|.*$", re.MULTILINE)
_EGOV: Final = re.compile(r"eGov-(\d{3}(?:[/-]\d{3})*)")
_PROVIDER: Final = re.compile(r"\bIDP(\d\d)\b")
_ERRATUM: Final = re.compile(r"\bE(\d\d)\b")


def identifiers(text: str) -> list[str]:
    """Every id once, in order: rows of tables, eGov's in the text, what IdPs do, errata."""
    found = [name for row in _ROW.finditer(text) for name in _names(row[1])]
    found += [f"eGov-{number:03}" for listed in _EGOV.findall(text) for number in _numbers(listed)]
    found += [f"SDP-IDP{number}" for number in _PROVIDER.findall(text)]
    found += [f"E{number}" for number in _ERRATUM.findall(text)]
    return list(dict.fromkeys(found))


def to_build(text: str) -> set[str]:
    """Those whose last column begins with D: to be built now."""
    return {
        name
        for row in _ROW.finditer(text)
        if row[0].rstrip(" |").rpartition("| ")[2].startswith("D")
        for name in _names(row[1])
    }


def _names(cell: str) -> Iterator[str]:
    """``SDP-MD06 / MD07`` are two."""
    first, *others = cell.split(" / ")
    yield first
    yield from (f"{first.partition('-')[0]}-{other}" for other in others)


def _numbers(listed: str) -> Iterator[int]:
    """``004/005`` are two, ``070-073`` are four."""
    for part in listed.split("/"):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
