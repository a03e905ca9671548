"""The work that a message can ask for grows no faster than its size. Counted, not timed."""

from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest

from sso_gateway.saml import bindings, logout, metadata, response
from tests.fuzz import genuine, heavy
from tests.fuzz.work import TOTAL, counted

SMALL, LARGE = 15_000, 30_000
A_MESSAGE = 200
"""Calls that any message may add, whatever its size."""
MOST_VERIFICATIONS = 2 * 2
"""Two signatures, each tried with two keys."""
MOST_DECRYPTIONS = 2 * 2
"""Two recipients with our one key, and the content once for each."""


def accept(message: bytes) -> object:
    return response.accept(message, genuine.expected())


def explain(message: bytes) -> object:
    return response.explain(message, genuine.expected())


def decode_post(field: bytes) -> object:
    return bindings.decode_post(field.decode(), max_bytes=genuine.LIMIT)


def read_redirect(query: bytes) -> object:
    return bindings.read_redirect(query.decode(), max_bytes=genuine.LIMIT)


@cache
def shapes(target: str, size: int) -> Mapping[str, bytes]:
    return heavy.SHAPES[target](size)


DOORS: Mapping[str, Callable[[bytes], object]] = {
    "response.accept": accept,
    "response.explain": explain,
    "response.encrypted": lambda plaintext: accept(genuine.around(plaintext)),
    "logout.read_request": lambda message: logout.read_request(message, genuine.expected_logout()),
    "logout.read_response": lambda text: logout.read_response(text, genuine.expected_logout()),
    "metadata.read": metadata.read,
    "bindings.decode_post": decode_post,
    "bindings.read_redirect": read_redirect,
}
CASES = [(target, name) for target in DOORS for name in shapes(target, SMALL)]


@pytest.mark.parametrize(("target", "name"), CASES, ids=lambda part: part)
def test_twice_the_octets_ask_for_twice_the_work_at_most(target: str, name: str) -> None:
    before = counted(partial(DOORS[target], shapes(target, SMALL)[name]))
    after = counted(partial(DOORS[target], shapes(target, LARGE)[name]))
    assert after[TOTAL] <= 2.2 * before[TOTAL] + A_MESSAGE


@pytest.mark.parametrize(("target", "name"), CASES, ids=lambda part: part)
def test_no_shape_makes_us_use_our_keys_more_often(target: str, name: str) -> None:
    calls = counted(partial(DOORS[target], shapes(target, SMALL)[name]))
    assert calls["verify"] <= MOST_VERIFICATIONS
    assert calls["decrypt"] <= MOST_DECRYPTIONS


def test_the_count_sees_keys_in_use() -> None:
    assert counted(lambda: accept(genuine.responses()["both-signed"]))["verify"] == 2
    assert counted(lambda: accept(genuine.responses()["encrypted"]))["decrypt"] == 2
