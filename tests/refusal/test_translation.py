"""German proves that nothing a person reads is stuck in English."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest

from sso_gateway.refusal import Heading, Reason, fill
from sso_gateway.refusal.placeholders import NEUTRAL, names

FOLDER = Path(__file__).parents[2] / "sso_gateway" / "locale" / "de" / "LC_MESSAGES"
TEMPLATES = Path(__file__).parents[2] / "sso_gateway" / "signon" / "templates" / "sso_gateway"
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)[sd]")
TRANSLATED = re.compile(r'{% translate "([^"]+)"')


@pytest.fixture(scope="module")
def german() -> GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def test_the_compiled_catalogue_holds_what_the_readable_one_says(german: GNUTranslations) -> None:
    readable = (FOLDER / "django.po").read_text("utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', readable, re.MULTILINE)
    assert len(pairs) > 80
    for msgid, msgstr in pairs:
        assert msgstr in {german.gettext(msgid), german.pgettext("PHP-style date format", msgid)}


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.key)
def test_a_german_user_text_has_the_same_placeholders(
    reason: Reason, german: GNUTranslations
) -> None:
    said = german.gettext(reason.user_text)
    assert said != reason.user_text, f"not translated: {reason.user_text}"
    assert names(said) == names(reason.user_text)
    assert not set("{}") & set(fill(said, {}, translate=german.gettext))


@pytest.mark.parametrize("heading", Heading, ids=lambda heading: heading.name.lower())
def test_a_german_heading_has_the_same_placeholders(
    heading: Heading, german: GNUTranslations
) -> None:
    said = german.gettext(heading.text)
    assert said != heading.text
    assert names(said) == names(heading.text)


@pytest.mark.parametrize("word", NEUTRAL.values())
def test_a_neutral_word_is_german_too(word: str, german: GNUTranslations) -> None:
    assert german.gettext(word) != word


def test_no_translation_loses_or_invents_a_placeholder(german: GNUTranslations) -> None:
    readable = (FOLDER / "django.po").read_text("utf-8")
    for msgid, msgstr in re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', readable, re.MULTILINE):
        assert sorted(PLACEHOLDER.findall(msgid)) == sorted(PLACEHOLDER.findall(msgstr)), msgid


def test_every_text_of_the_public_pages_is_german(german: GNUTranslations) -> None:
    found = {
        text for page in TEMPLATES.glob("*.html") for text in TRANSLATED.findall(page.read_text())
    }
    assert len(found) > 15
    dates = {"j M Y, H:i"}
    assert [text for text in found - dates if german.gettext(text) == text] == []
