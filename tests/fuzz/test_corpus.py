"""The checked-in corpus: made by its script, met by every property, genuine where it says so."""

from pathlib import Path

import pytest

from sso_gateway.saml import response
from tests.fuzz import corpus, genuine
from tests.fuzz.properties import PROPERTIES
from tests.fuzz.words import dictionary

FILES = sorted(path for path in corpus.FOLDER.glob("*/*"))
LARGEST = 20_000
DIFFERENT_EACH_TIME = ("randomised", "encrypted")


def name(path: Path) -> str:
    return path.relative_to(corpus.FOLDER).as_posix()


@pytest.mark.parametrize(
    ("target", "path"),
    [(target, path) for target in PROPERTIES for path in corpus.entries(target)],
    ids=lambda part: part if isinstance(part, str) else name(part),
)
def test_every_property_holds_for_the_corpus(target: str, path: Path) -> None:
    PROPERTIES[target](path.read_bytes())


def test_the_corpus_is_what_its_script_makes() -> None:
    made = corpus.made()
    assert [name(path) for path in FILES] == sorted(made)
    for path in FILES:
        if not path.stem.startswith(DIFFERENT_EACH_TIME):
            assert path.read_bytes() == made[name(path)], name(path)


@pytest.mark.parametrize("path", corpus.entries("response.accept"), ids=name)
def test_the_messages_of_the_corpus_are_genuine(path: Path) -> None:
    assert response.accept(path.read_bytes(), genuine.expected()).id == "_assertion-1"


def test_the_corpus_stays_small() -> None:
    assert [name(path) for path in FILES if path.stat().st_size > LARGEST] == []


def test_the_dictionary_is_in_the_form_that_is_read() -> None:
    entries = dictionary().splitlines()
    assert len(entries) > 100
    assert all(entry.startswith('"\\x') and entry.endswith('"') for entry in entries)
