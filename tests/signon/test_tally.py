"""Where it is counted: one process, or all of them through a cache that may be away."""

from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Final

import pytest
import time_machine
from pytest_django import Settings

from sso_gateway.partners.models import Partner
from sso_gateway.signon import tally
from tests.signon import scene
from tests.signon.crowd import FEW, RUBBISH, at, limited, refused, signs_in

pytestmark = pytest.mark.django_db

AWAY: Final = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}
"""Nothing listens on port 1."""


def test_threads_that_meet_count_each_time_once_and_agree_on_one_note() -> None:
    def work(number: int) -> str:
        tally.add_one(("key",), 300)
        return tally.note(("note",), f"of {number}", 300)

    with ThreadPoolExecutor(8) as pool:
        notes = set(pool.map(work, range(400)))
    assert tally.add_one(("key",), 300) == 401
    assert len(notes) == 1


def test_strangers_with_many_addresses_do_not_fill_the_memory(
    strict: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MOST", 20)
    for number in range(60):
        refused(1, f"2001:db8:0:{number:x}::1")
    assert tally.sizes() == (20, 0)
    for number in range(60):
        tally.note(("note", str(number)), "x", 300)
    assert tally.sizes() == (20, 20)
    assert tally.noted([("note", "59")]) == (("note", "59"), "x")
    assert refused(FEW + 1) == [400] * FEW + [429]


class TestSharedCache:
    """One Redis and two processes: the second begins with an empty memory of its own."""

    pytestmark = pytest.mark.needs_redis

    @pytest.fixture(autouse=True)
    def cache(self, settings: Settings, redis_url: str) -> None:
        """A part of Redis that only this test has."""
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": redis_url,
                "KEY_PREFIX": f"test-{token_hex(8)}",
            }
        }

    def test_two_processes_count_together(self, strict: Partner) -> None:
        refused(FEW // 2)
        tally.forget()
        assert refused(FEW // 2 + 1) == [400] * (FEW // 2) + [429]

    def test_what_one_process_knows_stops_at_the_door_of_the_other(self, strict: Partner) -> None:
        refused(FEW + 1)
        tally.forget()
        assert not signs_in()
        assert refused(2) == [429, 429]
        assert len(limited()) == 1

    def test_every_process_gives_the_reference_of_the_one_event(self, strict: Partner) -> None:
        refused(FEW + 1)
        tally.forget()
        (event,) = limited()
        assert scene.send(at(), RUBBISH)["X-SSO-Reference"] == event.display_reference

    def test_what_a_process_has_heard_once_it_does_not_ask_again(
        self, strict: Partner, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        refused(FEW + 1)
        tally.forget()
        refused(1)
        settings.CACHES = AWAY
        assert refused(1) == [429]
        assert "the cache failed" not in caplog.text

    def test_no_address_disturbs_the_cache(
        self, strict: Partner, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = f"/saml/{'x' * 3000}/acs/"
        assert refused(61, path=path) == [404] * 60 + [429]
        assert "the cache failed" not in caplog.text

    def test_a_good_login_asks_and_writes_nothing(self, strict: Partner) -> None:
        assert signs_in()
        assert tally.sizes() == (0, 0)


class TestCacheAway:
    """Redis does not answer."""

    @pytest.fixture(autouse=True)
    def cache(self, settings: Settings) -> None:
        settings.CACHES = AWAY

    def test_a_process_counts_by_itself(self, strict: Partner) -> None:
        assert signs_in()
        assert refused(FEW + 2) == [400] * FEW + [429] * 2
        assert len(limited()) == 1

    def test_the_cache_is_asked_again_after_a_rest(
        self,
        strict: Partner,
        clock: time_machine.Traveller,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def complaints() -> int:
            return sum("the cache failed" in each.getMessage() for each in caplog.records)

        refused(5)
        assert complaints() == 1
        clock.shift(10)
        refused(1)
        assert complaints() == 2
        assert "127.0.0.1:1" not in caplog.text
