"""The doctor on the database: what it would say if a promise did not hold any more."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from sso_gateway import clock as our_clock
from sso_gateway.audit.record import record
from sso_gateway.signon.doctor import storage
from sso_gateway.signon.models import SeenAssertion
from tests.audit.recipes import entry
from tests.signon.doctoring import ids

pytestmark = pytest.mark.django_db

NEWEST = "0002_single_logout"
ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def today(clock: time_machine.Traveller) -> datetime:
    """The database's clock is not one that a test can move."""
    now = time_machine.escape_hatch.datetime.datetime.now(UTC)
    clock.move_to(now)
    return now


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_of_the_suite_keeps_every_promise() -> None:
    questions = (
        storage.reachable,
        storage.durable,
        storage.migrated,
        storage.one_time_use,
        storage.log_only_grows,
        storage.clocks_agree,
        storage.housekeeping_runs,
    )
    found = [each for question in questions for each in ids(question)]
    assert found == [f"I{number}" for number in (431, 433, 434, 435, 436, 437, 438)]


def test_an_old_sqlite_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    if not ON_SQLITE:
        pytest.skip("PostgreSQL's age is Django's own question")
    assert ids(storage.version) == ["I432"]
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert ids(storage.version) == ["E432"]


@pytest.fixture
def careless(transactional_db: None) -> Iterator[None]:
    """A database that answers before the disk has written."""
    less, more = (
        ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL")
        if ON_SQLITE
        else ("SET synchronous_commit = off", "RESET synchronous_commit")
    )
    execute(less)
    yield
    execute(more)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_forgets_in_a_power_cut_is_an_error(careless: None) -> None:
    assert ids(storage.durable) == ["E433"]


def test_a_migration_that_is_waiting_is_an_error() -> None:
    MigrationRecorder(connection).record_unapplied("sso_signon", NEWEST)
    [finding] = storage.migrated()
    assert finding.id == "sso_gateway.E434"
    assert f"sso_signon.{NEWEST}" in finding.text


def test_a_database_of_a_newer_version_is_a_warning() -> None:
    MigrationRecorder(connection).record_applied("sso_audit", "9999_from_the_future")
    [finding] = storage.migrated()
    assert finding.id == "sso_gateway.W434"
    assert "sso_audit.9999_from_the_future" in finding.text


def test_a_ledger_that_cannot_be_written_is_an_error() -> None:
    execute("DROP TABLE sso_signon_seenassertion")
    [finding] = storage.one_time_use()
    assert finding.id == "sso_gateway.E435"
    assert "cannot be written" in finding.text


def test_a_ledger_that_takes_an_assertion_twice_is_an_error() -> None:
    execute("ALTER TABLE sso_signon_seenassertion RENAME TO was")
    execute("CREATE TABLE sso_signon_seenassertion AS SELECT * FROM was")
    [finding] = storage.one_time_use()
    assert finding.id == "sso_gateway.E435"
    assert "twice" in finding.text


TRIGGERS = sorted(storage._TRIGGERS[connection.vendor])


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_missing_trigger_of_the_log_is_an_error(trigger: str) -> None:
    on = "" if ON_SQLITE else " ON sso_audit_event"
    execute(f"DROP TRIGGER {trigger}{on}")
    [finding] = storage.log_only_grows()
    assert finding.id == "sso_gateway.E436"
    assert trigger in finding.text


def test_a_trigger_that_does_nothing_is_an_error() -> None:
    if ON_SQLITE:
        execute("DROP TRIGGER sso_audit_no_update")
        execute(
            "CREATE TRIGGER sso_audit_no_update BEFORE UPDATE ON sso_audit_event"
            " BEGIN SELECT 1; END"
        )
    else:
        execute(
            "CREATE OR REPLACE FUNCTION sso_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NEW; END $$"
        )
    [finding] = storage.log_only_grows()
    assert finding.id == "sso_gateway.E436"
    assert "do not work" in finding.text


@pytest.mark.django_db(transaction=True)
def test_what_it_advises_brings_the_triggers_back() -> None:
    execute(f"DROP TRIGGER {TRIGGERS[0]}{'' if ON_SQLITE else ' ON sso_audit_event'}")
    [finding] = storage.log_only_grows()
    commands = re.findall(r"migrate( sso_audit 0001)?", finding.fix)
    assert commands == [" sso_audit 0001", ""]
    for words in commands:
        call_command("migrate", *words.split(), verbosity=0)
    assert ids(storage.log_only_grows) == ["I436"]


@pytest.mark.parametrize(
    ("ahead", "expected"), [(0, "I437"), (9, "I437"), (60, "W437"), (200, "E437")]
)
def test_an_event_from_the_future_shows_that_clocks_differ(
    clock: time_machine.Traveller, today: datetime, ahead: int, expected: str
) -> None:
    clock.move_to(today + timedelta(seconds=ahead))
    record(entry())
    clock.move_to(today)
    assert ids(storage.clocks_agree) == [expected]


@pytest.mark.needs_postgresql
def test_the_databases_clock_is_compared_with_ours(clock: time_machine.Traveller) -> None:
    clock.shift(3600)
    [finding] = storage.clocks_agree()
    assert finding.id == "sso_gateway.E437"


@pytest.mark.parametrize(("days", "expected"), [(-1, "I438"), (1, "I438"), (3, "W438")])
def test_it_notices_that_nobody_clears_up(days: int, expected: str) -> None:
    now = our_clock.now()
    SeenAssertion.objects.create(
        key="k", expires=now - timedelta(days=days), first_used=now, reference="0" * 8
    )
    assert ids(storage.housekeeping_runs) == [expected]
