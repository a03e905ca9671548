from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model

from sso_gateway import clock
from sso_gateway.audit.models import AppendOnlyError, Event, Pruning
from sso_gateway.audit.record import record
from tests.audit.pruning import forget_everything, prune
from tests.audit.recipes import entry

pytestmark = pytest.mark.django_db


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sso_audit_event SET outcome = 'success'",
        "UPDATE sso_audit_event SET reference = reference",
        "DELETE FROM sso_audit_event",
        "INSERT INTO sso_audit_event SELECT * FROM sso_audit_event WHERE true"
        " ON CONFLICT (id) DO UPDATE SET outcome = 'success'",
    ],
)
def test_the_database_refuses_a_statement_that_changes_an_event(statement: str) -> None:
    event = record(entry(outcome="refused"))
    with pytest.raises(IntegrityError, match=r"audit events are never|already exists"):
        execute(statement)
    assert Event.objects.get().outcome == event.outcome


def test_sqlite_refuses_to_replace_an_event() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    record(entry())
    with pytest.raises(IntegrityError, match="never replaced"):
        execute("INSERT OR REPLACE INTO sso_audit_event SELECT * FROM sso_audit_event")


def test_sqlite_refuses_to_replace_an_event_by_its_reference() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's own")
    event = record(entry())
    names = [column.attname for column in Event._meta.concrete_fields]
    values = ["'0'" if name == "id" else name for name in names]
    with pytest.raises(IntegrityError, match="never replaced"):
        execute(f"REPLACE INTO sso_audit_event SELECT {', '.join(values)} FROM sso_audit_event")  # noqa: S608
    assert Event.objects.get().pk == event.pk


@pytest.mark.needs_postgresql
def test_postgresql_refuses_to_truncate_a_log_with_events() -> None:
    record(entry())
    with pytest.raises(IntegrityError, match="audit events are never"):
        execute("TRUNCATE sso_audit_event")
    assert Event.objects.count() == 1


def test_an_event_is_saved_once() -> None:
    event = record(entry())
    event.outcome = "refused"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        Event(pk=event.pk).save(force_update=True)


def test_an_event_under_an_existing_id_is_not_stored() -> None:
    stored = record(entry())
    copy = Event(**{name: getattr(stored, name) for name in ("id", "time", "received", "took_ms")})
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_an_event_is_not_deleted() -> None:
    event = record(entry())
    with pytest.raises(AppendOnlyError):
        event.delete()
    # Past our own guard it is the database that refuses.
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Model.delete(event)
    assert Event.objects.exists()


def test_a_query_set_neither_updates_nor_deletes() -> None:
    event = record(entry())
    for attempt in (
        lambda: Event.objects.update(outcome="refused"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        lambda: Event.objects.bulk_update([event], ["outcome"]),
        lambda: Event._base_manager.update(outcome="refused"),
        lambda: Event._base_manager.all().delete(),
    ):
        with pytest.raises(AppendOnlyError), transaction.atomic():
            attempt()
    assert Event.objects.get().outcome == "success"


def test_the_door_lets_only_older_events_go() -> None:
    event = record(entry())
    assert prune(event.time) == 0
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Pruning.objects.create(before=event.time)
        execute("DELETE FROM sso_audit_event")
    assert prune(event.time + timedelta(milliseconds=1)) == 1
    assert not Event.objects.exists()


def test_no_update_passes_even_through_the_open_door() -> None:
    record(entry())
    with pytest.raises(IntegrityError, match="never"), transaction.atomic():
        Pruning.objects.create(before=clock.now() + timedelta(days=1))
        execute("UPDATE sso_audit_event SET outcome = 'success'")


def test_a_second_door_cannot_be_built() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Pruning.objects.create(id=2, before=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Pruning.objects.create(must_be_gone_id=1, before=clock.now())


@pytest.mark.django_db(transaction=True)
def test_an_open_door_cannot_be_committed() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Pruning.objects.create(before=clock.now())
    with pytest.raises(DatabaseError):
        Pruning.objects.create(before=clock.now())
    assert not Pruning.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_emptied_log_can_be_flushed() -> None:
    record(entry())
    forget_everything()
    assert not Event.objects.exists()
