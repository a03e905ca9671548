"""Emptying the log, which a test with real transactions must do before Django flushes."""

from datetime import UTC, datetime

from django.db import connection, transaction

from sso_gateway.audit.models import Pruning


def prune(before: datetime) -> int:
    """Removes the events before a moment through the door that the database leaves for this."""
    with transaction.atomic():
        door = Pruning.objects.create(before=before)
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value(before)
            cursor.execute("DELETE FROM sso_audit_event WHERE time < %s", [moment])
            removed = int(cursor.rowcount)
        door.delete()
    return removed


def forget_everything() -> None:
    """Removes every event."""
    prune(datetime(9000, 1, 1, tzinfo=UTC))
