"""The database: is it there, is it ours, does it keep what we promise?

What a question writes is rolled back before its answer is given.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.insert import insert
from sso_gateway.audit.models import Event
from sso_gateway.audit.references import reference
from sso_gateway.audit.uuid7 import uuid7
from sso_gateway.refusal import Refusal
from sso_gateway.signon import ledger
from sso_gateway.signon.doctor.finding import Finding, error, info, sound, warning
from sso_gateway.signon.models import SeenAssertion

_LEAST_SQLITE: Final = (3, 35)
"""Since then it has RETURNING."""
_FULL: Final = 2
_TRIGGERS: Final = {
    "sqlite": {"sso_audit_no_update", "sso_audit_no_delete", "sso_audit_no_replace"},
    "postgresql": {"sso_audit_no_change", "sso_audit_no_truncate"},
}
_TRIGGERS_IN_FORCE: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    " AND tbl_name = 'sso_audit_event'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'sso_audit_event'::regclass"
    " AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
}
_NOTICED: Final = timedelta(seconds=10)
"""A difference of two clocks that somebody should look at."""
_SHOWN: Final = 3
_OVERDUE: Final = timedelta(days=2)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def reachable() -> Iterator[Finding]:
    """It answers."""
    try:
        _rows("SELECT 1")
    except DatabaseError as failure:
        yield error(
            431,
            _("The database does not answer: %s.") % type(failure).__name__,
            _("Start it, and look at DATABASE_URL."),
        )
    else:
        yield sound(431, _("The database answers (%s).") % connection.display_name)


def version() -> Iterator[Finding]:
    """It is new enough for what we and Django say to it."""
    if connection.vendor != "sqlite":
        return  # Django itself refuses an old PostgreSQL.
    found = sqlite3.sqlite_version_info
    if found < _LEAST_SQLITE:
        yield error(
            432,
            _("SQLite %s is too old.") % ".".join(map(str, found)),
            _("Use SQLite 3.35 or newer, or PostgreSQL."),
        )
    else:
        yield sound(432, _("SQLite is new enough (%s).") % ".".join(map(str, found)))


def durable() -> Iterator[Finding]:
    """A used assertion is still used after a power cut; it could be replayed otherwise."""
    if connection.vendor == "sqlite":
        [(level,)] = _rows("PRAGMA synchronous")
        keeps = int(level) >= _FULL
        fix = _('In OPTIONS, let init_command say "PRAGMA synchronous=FULL;".')
    else:
        [(fsync,)], [(commit,)] = _rows("SHOW fsync"), _rows("SHOW synchronous_commit")
        keeps = (fsync, commit != "off") == ("on", True)
        fix = _("Turn on fsync and synchronous_commit in PostgreSQL.")
    if keeps:
        yield sound(433, _("What is committed survives a power cut."))
    else:
        text = _("After a power cut, an assertion that was used could be used again.")
        yield error(433, text, fix)


def migrated() -> Iterator[Finding]:
    """Its tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations or {}
    newer = [
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if app.startswith("sso_") and (app, name) not in known
    ]
    if waiting:
        names = ", ".join(str(migration) for migration, backwards in waiting[:_SHOWN])
        names += ", …" if len(waiting) > _SHOWN else ""
        yield error(434, _("Migrations are waiting: %s.") % names, _("Run: manage.py migrate"))
    elif newer:
        text = _("The database is newer than this program: %s.") % ", ".join(sorted(newer))
        yield warning(434, text, _("Run the newer version of the program."))
    else:
        yield sound(434, _("Every migration has been applied."))


def one_time_use() -> Iterator[Finding]:
    """The ledger of used assertions takes one, and does not take it twice."""
    now = clock.now()
    use = ledger.Use(reference(), now, "", "")
    key = secrets.token_hex(32)
    try:
        with _undone():
            first = ledger.claim(key, expires=now, use=use)
            second = ledger.claim(key, expires=now, use=use)
    except Refusal as refusal:
        yield error(
            435,
            _("The ledger of used assertions cannot be written: %s.") % refusal.detail,
            _("Let the database's user write to all of its tables; look at the disk's space."),
        )
        return
    if first is None and second is not None:
        yield sound(435, _("An assertion is taken once and not twice."))
    else:
        text = _("The ledger of used assertions takes an assertion twice.")
        yield error(435, text, _("Let nobody sign in here. Run: manage.py migrate"))


def log_only_grows() -> Iterator[Finding]:
    """The database refuses to change or remove an event: the triggers are there and work."""
    found = {name for (name,) in _rows(_TRIGGERS_IN_FORCE[connection.vendor])}
    missing = sorted(_TRIGGERS[connection.vendor] - found)
    if missing or not _refuses_changes():
        yield error(
            436,
            _("The database lets events of the log be changed or removed (%s).")
            % (", ".join(missing) or _("the triggers do not work")),
            _("Run: manage.py migrate sso_audit 0001, then manage.py migrate"),
        )
    else:
        yield sound(436, _("The database refuses to change or remove events of the log."))


def _refuses_changes() -> bool:
    now = clock.now()
    with _undone():
        values = {"id": uuid7(now), "time": now, "received": now, "took_ms": 0}
        words = {"action": "doctor", "outcome": "info", "severity": "info"}
        event = insert({**values, **words, "reference": reference()})
        # Past our own query set, which would refuse before the database is asked.
        rows: QuerySet[Event] = QuerySet(Event).filter(pk=event.pk)
        return _is_refused(lambda: rows.update(detail="x")) and _is_refused(rows.delete)


def _is_refused(attempt: Any) -> bool:
    try:
        with transaction.atomic():
            attempt()
    except DatabaseError:
        return True
    return False


def clocks_agree() -> Iterator[Finding]:
    """Ours, the database's, and the one of whoever wrote the newest event. Nobody else is asked."""
    now = clock.now()
    latest: datetime | None = Event.objects.aggregate(latest=Max("time"))["latest"]
    seen = [("the newest event", latest)] if latest is not None and latest > now else []
    if connection.vendor == "postgresql":
        [(theirs,)] = _rows("SELECT clock_timestamp()")
        seen.append(("the database", theirs))
    apart = max((abs(moment - now) for name, moment in seen), default=timedelta())
    words = {"seconds": round(apart.total_seconds()), "skew": settings.SSO_CLOCK_SKEW}
    fix = _("Let NTP set the clocks of all machines.")
    if apart.total_seconds() > max(settings.SSO_CLOCK_SKEW, _NOTICED.total_seconds()):
        text = _("Clocks differ by %(seconds)d seconds, more than SSO_CLOCK_SKEW (%(skew)d).")
        yield error(437, text % words, fix)
    elif apart > _NOTICED:
        yield warning(437, _("Clocks differ by %(seconds)d seconds.") % words, fix)
    else:
        yield sound(437, _("This machine's clock says %s.") % f"{now:%Y-%m-%d %H:%M:%S} UTC")


def housekeeping_runs() -> Iterator[Finding]:
    """Used assertions leave once nobody would accept them."""
    oldest: datetime | None = SeenAssertion.objects.aggregate(oldest=Min("expires"))["oldest"]
    if oldest is None:
        yield info(438, _("No used assertion is being remembered."))
    elif clock.now() - oldest > _OVERDUE:
        yield warning(
            438,
            _("Nobody has cleared up since %s.") % f"{oldest:%Y-%m-%d}",
            _("Run manage.py housekeeping every hour."),
        )
    else:
        yield sound(438, _("What has expired is cleared up."))
