"""Values are data: they are put in, never read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.refusal import Reason, fill
from sso_gateway.refusal.placeholders import NEUTRAL, UNRECORDED, names


def test_a_placeholder_becomes_its_value() -> None:
    assert fill("Open {app}, {app}!", {"app": "Ledger"}) == "Open Ledger, Ledger!"


@pytest.mark.parametrize("values", [{}, {"app": ""}], ids=["absent", "empty"])
def test_a_value_we_do_not_have_becomes_a_neutral_word(values: dict[str, str]) -> None:
    assert fill("Open {app}.", values) == f"Open {NEUTRAL['app']}."
    assert fill("The {nobody_knows}.", values) == f"The {UNRECORDED}."


def test_a_neutral_word_is_translated_and_a_value_is_not() -> None:
    assert fill("{app} {organisation}", {"app": "app"}, translate=str.upper) == (
        "app YOUR ORGANISATION"
    )


@pytest.mark.parametrize(
    "hostile",
    ["{app}", "{0}", "{app.__class__}", "%s %(app)s", "{", "}}", "\\1", "\\g<1>", "{organisation}"],
)
def test_a_value_is_never_read_as_a_format_string(hostile: str) -> None:
    values = {"organisation": hostile, "app": "Ledger"}
    assert fill("<{organisation}>", values) == f"<{hostile}>"


@pytest.mark.parametrize("text", ["{}", "{0}", "{app!r}", "{app.name}", "{APP}", "{app", "%s"])
def test_what_is_no_placeholder_of_ours_stays_as_it_is(text: str) -> None:
    assert fill(text, {"app": "Ledger"}) == text
    assert not names(text)


@given(text=st.text(), value=st.text())
def test_nothing_raises(text: str, value: str) -> None:
    assert isinstance(fill(text, {"app": value}), str)


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.key)
def test_no_text_of_the_catalogue_keeps_a_brace(reason: Reason) -> None:
    for text in (reason.user_text, reason.admin_text, reason.fix, reason.heading.text):
        assert not set("{}") & set(fill(text, {}))
