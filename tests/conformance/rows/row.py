"""A requirement of a profile: what we make of it, where, and which tests prove it."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How we stand to it."""

    MET = "met"
    PARTLY = "partly"
    OPEN = "not yet"
    REFUSED = "deliberately not"
    ELSEWHERE = "not ours"


@dataclass(frozen=True, slots=True)
class Row:
    """``why`` says what is missing, or why not; a row that is met has it only as a remark."""

    id: str
    asks: str
    standing: Standing
    where: tuple[str, ...]
    """Files below sso_gateway/."""
    tests: tuple[str, ...]
    """Node ids of pytest; without brackets, every case of the test."""
    why: str = ""


def met(id: str, asks: str, where: str, *tests: str, why: str = "") -> Row:
    """Done, and proved. ``where`` names one file, or several parted by blanks."""
    return Row(id, asks, Standing.MET, tuple(where.split()), tests, why)


def partly(id: str, asks: str, where: str, *tests: str, why: str) -> Row:
    """Proved as far as it goes; ``why`` says what is missing."""
    return Row(id, asks, Standing.PARTLY, tuple(where.split()), tests, why)


def not_yet(id: str, asks: str, why: str) -> Row:
    """Wanted, and not there."""
    return Row(id, asks, Standing.OPEN, (), (), why)


def refused(id: str, asks: str, why: str, where: str = "", *tests: str) -> Row:
    """Not wanted; where tests are named, they prove that it is refused."""
    return Row(id, asks, Standing.REFUSED, tuple(where.split()), tests, why)


def elsewhere(id: str, asks: str, why: str) -> Row:
    """Asked of somebody else, or of something that does not exist here."""
    return Row(id, asks, Standing.ELSEWHERE, (), (), why)


_TABLE = "tests/saml/test_accept_table.py::test_a"


def good(*names: str) -> tuple[str, ...]:
    """Rows of the table of messages that are accepted."""
    return tuple(f"{_TABLE}_good_variant_is_accepted[{name}]" for name in names)


def bad(*names: str) -> tuple[str, ...]:
    """Rows of the table of messages that are refused, each for its reason."""
    return tuple(f"{_TABLE}_single_change_is_refused_for_its_reason[{name}]" for name in names)


def tests(file: str, *names: str) -> tuple[str, ...]:
    """Tests of ``tests/<file>.py``, without their ``test_`` unless a class stands before it."""
    return tuple(f"tests/{file}.py::{'' if '::' in name else 'test_'}{name}" for name in names)
