"""Figures are worth something only where storage has every login."""

import sqlite3
from contextlib import nullcontext
from pathlib import Path

import pytest

from benchmarks import databases, servers
from benchmarks.logins import Measured, Run, _check, _prove
from benchmarks.systems import Serving, System


def system(*, ours: bool) -> System:
    return System("somebody", "/acs/", "urn:sp", "session", lambda _: nullcontext(), ours=ours)  # type: ignore[arg-type, return-value]


def serving(**counted: int) -> Serving:
    return Serving(0, [], lambda: counted)


def test_a_login_that_storage_does_not_have_stops_the_run() -> None:
    with pytest.raises(AssertionError, match="10 logins, but 9 sessions"):
        _prove(system(ours=False), serving(sessions=9), 10, Run())


def test_of_ours_there_is_exactly_one_row_a_login() -> None:
    run = Run()
    _prove(system(ours=True), serving(sessions=10, refusals=0), 10, run)
    assert run.counted == {"sessions": 10, "refusals": 0, "posted": 10}
    with pytest.raises(AssertionError, match="11 sessions"):
        _prove(system(ours=True), serving(sessions=11), 10, run)
    with pytest.raises(AssertionError, match="1 refusals"):
        _prove(system(ours=True), serving(refusals=1), 10, run)


def test_a_peer_may_keep_more_than_one_session() -> None:
    _prove(system(ours=False), serving(sessions=20), 10, Run())


@pytest.mark.parametrize(
    "outcome",
    [
        {"failures": ["! 403 "], "milliseconds": [1.0], "sessions": 1},
        {"failures": [], "milliseconds": [], "sessions": 0},
        {"failures": [], "milliseconds": [1.0, 1.0], "sessions": 1},
    ],
)
def test_refusals_and_shared_sessions_are_no_figures(outcome: dict[str, object]) -> None:
    with pytest.raises(servers.NotStartedError):
        _check(system(ours=True), outcome)


def test_figures_are_those_of_all_rounds_together() -> None:
    measured = Measured([1.0, 2.0, 3.0, 10.0], seconds=0.5, cpu_ms=8.0)
    assert measured.figures() == {
        "logins": 4,
        "logins per second": 8.0,
        "p50 ms": 2.5,
        "p99 ms": 10.0,
        "CPU ms per login": 2.0,
    }


def test_rows_are_counted_in_a_database_that_is_new_and_then_gone(tmp_path: Path) -> None:
    with databases.fresh("SQLite", tmp_path) as address:
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            connection.execute("CREATE TABLE events (outcome TEXT)")
            connection.execute("INSERT INTO events VALUES ('success'), ('refused')")
        connection.close()
        assert databases.counted(
            address, {"all": "events", "refused": "events WHERE outcome = 'refused'"}
        ) == {"all": 2, "refused": 1}
