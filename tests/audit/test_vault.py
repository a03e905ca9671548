from uuid import UUID

import pytest
from django.test import override_settings

from sso_gateway.audit.vault import UnreadableError, close, read

ONE, OTHER = UUID(int=1), UUID(int=2)


def test_what_was_closed_can_be_read() -> None:
    assert read(close("María", event=ONE, column="email"), event=ONE, column="email") == "María"


def test_nothing_stays_nothing() -> None:
    assert close("", event=ONE, column="email") == b""
    assert read(b"", event=ONE, column="email") == ""


def test_the_same_value_never_looks_the_same() -> None:
    closed = {close("María", event=ONE, column="email") for _ in range(50)}
    assert len(closed) == 50
    assert not any("María".encode() in one for one in closed)


@pytest.mark.parametrize(("event", "column"), [(OTHER, "email"), (ONE, "subject")])
def test_a_value_moved_to_another_row_or_column_does_not_open(event: UUID, column: str) -> None:
    closed = close("María", event=ONE, column="email")
    with pytest.raises(UnreadableError):
        read(closed, event=event, column=column)


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    closed = bytearray(close("María", event=ONE, column="email"))
    closed[place] ^= 1
    with pytest.raises(UnreadableError):
        read(bytes(closed), event=ONE, column="email")


@pytest.mark.parametrize("length", [1, 5, 13, 20])
def test_a_truncated_value_is_noticed(length: int) -> None:
    closed = close("María", event=ONE, column="email")[:length]
    with pytest.raises(UnreadableError):
        read(closed, event=ONE, column="email")


def test_a_retired_key_opens_what_it_closed_and_a_forgotten_one_does_not() -> None:
    with override_settings(SECRET_KEY="old"):
        closed = close("María", event=ONE, column="email")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert read(closed, event=ONE, column="email") == "María"
    with override_settings(SECRET_KEY="new"), pytest.raises(UnreadableError):
        read(closed, event=ONE, column="email")
