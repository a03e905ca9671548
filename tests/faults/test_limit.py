"""Real processes that count refusals together, and one whose Redis is gone."""

import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Final

import pytest

from sso_gateway.signon.limit import WINDOW
from tests.faults.gateway import Answer, Browser, running
from tests.faults.portal import Portal
from tests.faults.test_cache import NOBODY
from tests.idp.server import IdentityProviderStandIn
from tests.signon import scene
from tests.signon.crowd import FEW, RUBBISH, limited

pytestmark = pytest.mark.django_db(transaction=True)

_ROOM: Final = 20
"""Seconds of a window that are enough for a test."""


@pytest.fixture
def portal(transactional_db: None, idp: IdentityProviderStandIn) -> Portal:
    """A live partner with the lowest limit, in a database that other processes see."""
    policy = {"provision": "create", "refusals_per_address": FEW}
    scene.add_partner(document=idp.metadata(), policy=policy)
    return Portal(idp)


def begin_a_window() -> None:
    """The clock is the machine's: a window that is about to end is waited out."""
    left = WINDOW - time.time() % WINDOW
    if left < _ROOM:
        time.sleep(left)


@pytest.fixture
def office() -> str:
    """An address that no run before this one has had."""
    return f"2001:db8:{token_hex(2)}:{token_hex(2)}::1"


def send(port: int, office: str, body: str = RUBBISH) -> Answer:
    """A post of rubbish from there."""
    answer = Browser(port).send("POST", scene.ACS, body, {"X-Forwarded-For": office})
    assert answer is not None
    return answer


@pytest.fixture
def two(portal: Portal, tmp_path: Path, redis_url: str) -> Iterator[tuple[int, int]]:
    """The ports of two gateways with one Redis."""
    with (
        running(tmp_path, CACHE_URL=redis_url) as one,
        running(tmp_path, CACHE_URL=redis_url) as other,
    ):
        begin_a_window()
        yield one, other


@pytest.mark.needs_redis
def test_two_machines_count_together_and_write_one_event(
    portal: Portal, two: tuple[int, int], office: str
) -> None:
    statuses = [send(two[number % 2], office).status for number in range(FEW)]
    assert statuses == [400] * FEW
    for port in two:
        browser = Browser(port)
        answer = browser.post(portal.message(), **{"X-Forwarded-For": office})
        assert answer is not None and answer.status == 429
        assert browser.who() is None
        assert [event.reference for event in limited()] == [answer.reference]
        assert send(port, "203.0.113.8").status == 400


def test_a_process_whose_redis_is_gone_counts_by_itself(
    portal: Portal, tmp_path: Path, office: str
) -> None:
    with running(tmp_path, CACHE_URL=NOBODY) as port:
        begin_a_window()
        statuses = [send(port, office).status for _ in range(FEW + 2)]
        assert statuses == [400] * FEW + [429] * 2
        assert len(limited()) == 1
        answer = Browser(port).post(portal.message(), **{"X-Forwarded-For": "203.0.113.8"})
        assert answer is not None and answer.status == 303


def test_a_browser_that_has_to_wait_is_shown_so_although_nobody_reads_its_message(
    portal: Portal, tmp_path: Path, office: str
) -> None:
    with running(tmp_path) as port:
        begin_a_window()
        for _ in range(FEW):
            send(port, office)
        answer = send(port, office, "SAMLResponse=" + "A" * 4_000_000)
    assert (answer.status, "Too many tries" in answer.body) == (429, True)
