"""Schemas under threads: compiled once, and each thread told of its own document alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import schema, xml
from sso_gateway.saml.schema import Schema
from tests.idp import workshop

THREADS = 8


@pytest.fixture(autouse=True)
def a_process_that_has_compiled_nothing() -> Iterator[None]:
    """As behind a fork; and nothing half-compiled is left to other tests."""
    schema._compile.cache_clear()
    yield
    schema._compile.cache_clear()


def at_once(message: str) -> list[str]:
    """What ``THREADS`` threads are told, each of a message with an attribute name of its own."""
    barrier = Barrier(THREADS)

    def told(number: int) -> str:
        root = xml.parse(message.replace("NUMBER", f"n{number}").encode(), limits=xml.MESSAGE)
        barrier.wait()
        try:
            schema.validate(root, Schema.PROTOCOL)
        except Refusal as refusal:
            return refusal.detail
        return "valid"

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(told, range(THREADS)))


def test_the_first_messages_of_a_process_may_come_all_at_once() -> None:
    assert at_once(workshop.response().decode()) == ["valid"] * THREADS
    assert schema._compile.cache_info().misses == 1


def test_each_thread_is_told_what_is_wrong_with_its_own_message() -> None:
    wrong = workshop.response().decode().replace(' Version="2.0"', ' Version="2.0" NUMBER="x"', 1)
    for number, told in enumerate(at_once(wrong)):
        assert f"'n{number}'" in told


def test_prepared_is_compiled() -> None:
    schema.prepare()
    compiled = schema._compile.cache_info().misses
    schema.validate(xml.parse(workshop.response(), limits=xml.MESSAGE), Schema.PROTOCOL)
    assert schema._compile.cache_info().misses == compiled == 1
