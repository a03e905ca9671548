import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.audit.references import ALPHABET, display, parse_reference, reference

references = st.text(ALPHABET, min_size=8, max_size=8)


def test_a_reference_is_eight_characters_without_those_that_are_confused() -> None:
    made = {reference() for _ in range(200)}
    assert len(made) == 200
    assert all(len(text) == 8 for text in made)
    assert not set("ILOU") & set("".join(made))


def test_every_character_of_the_alphabet_is_used() -> None:
    assert set("".join(reference() for _ in range(500))) == set(ALPHABET)


def test_people_see_it_in_two_groups_of_four() -> None:
    assert display("K7QF2M9D") == "K7QF-2M9D"


@given(references)
def test_what_is_shown_is_understood(text: str) -> None:
    assert parse_reference(display(text)) == text
    assert parse_reference(display(text).lower()) == text


@pytest.mark.parametrize(
    "typed",
    [
        "K7QF-2M9D",
        "k7qf2m9d",
        " K7QF 2M9D\n",
        "K7QF\u20132M9D",
        "K7QF\u00a02M9D",
        "K 7 Q F 2 M 9 D",
    ],
)
def test_small_letters_dashes_and_spaces_do_not_matter(typed: str) -> None:
    assert parse_reference(typed) == "K7QF2M9D"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert parse_reference("OoIi-LlZZ") == "001111ZZ"


@pytest.mark.parametrize("typed", ["", "K7QF", "K7QF-2M9D-1", "K7QF-2M9U", "K7QF_2M9D", "é" * 8])
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert parse_reference(typed) is None


def test_a_pasted_book_is_no_reference() -> None:
    assert parse_reference("K7QF2M9D" + " " * 100_000) is None
