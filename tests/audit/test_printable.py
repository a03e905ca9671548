import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.audit.printable import ELLIPSIS, plain, plain_items, printable

INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}

any_text = st.text(st.characters(codec=None))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner) | st.tuples(inner),
)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(text for item in value.values() for text in strings(item))]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def is_visible(text: str) -> bool:
    return not any(unicodedata.category(c) in INVISIBLE or (c.isspace() and c != " ") for c in text)


@given(any_text, st.integers(min_value=1, max_value=50))
def test_nothing_invisible_survives_and_nothing_grows_too_long(text: str, limit: int) -> None:
    made = printable(text, limit)
    assert is_visible(made)
    assert len(made) <= limit
    made.encode()


@given(any_text)
def test_doing_it_twice_is_doing_it_once(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(any_json)
def test_no_text_inside_json_is_invisible(value: object) -> None:
    made = plain(value)
    assert all(is_visible(text) for text in strings(made))
    assert json.loads(json.dumps(made, allow_nan=False)) == made


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\r\nreference=FAKE", r"a\r\nreference=FAKE"),
        ("a\x00b", r"a\x00b"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\x85", r"\x85"),
        ("a\u2028b", r"a\u2028b"),
        ("gpj\u202efdp.exe", r"gpj\u202efdp.exe"),
        ("maria\u200b@acme.example", r"maria\u200b@acme.example"),
        ("maria\u00a0", r"maria\xa0"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_could_deceive_a_reader_is_written_out(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


@pytest.mark.parametrize("text", ["", "Müller", "Łódź", "山田 太郎", "ΑΒΓ", "יעל", "a\\nb", "👍"])
def test_letters_of_every_script_stay(text: str) -> None:
    assert printable(text) == text


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert printable("a" * 11, 10) == "a" * 9 + ELLIPSIS
    assert printable("a" * 10, 10) == "a" * 10


def test_long_lists_and_deep_nesting_end() -> None:
    made = plain(list(range(1000)))
    assert isinstance(made, list)
    assert len(made) == 101
    assert made[-1] == ELLIPSIS
    deep: object = "end"
    for _ in range(50):
        deep = [deep]
    assert json.dumps(plain(deep)).count("[") < 60
    assert len(plain_items({str(number): number for number in range(1000)})) == 100
