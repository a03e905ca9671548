"""What keeps the list of events quick when there are millions of them."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from django.core.paginator import Paginator
from django.db import connections, router

from sso_gateway.audit.models import Event, EventQuerySet

NEWEST = 5000
_VALUES_LIMIT = 500
IndexedColumn = Literal["partner_slug", "key"]


if TYPE_CHECKING:
    Base = Paginator[Event]
else:
    Base = Paginator


class NewestOnly(Base):
    """Pages of the newest matches; counting stops there, and never walks through the whole log."""

    object_list: EventQuerySet

    @cached_property
    def count(self) -> int:
        """How many matches there are, at most ``NEWEST``."""
        return self.object_list.order_by()[:NEWEST].values("pk").count()


def values_in_use(column: IndexedColumn) -> Iterator[str]:
    """The different values of an indexed column, sorted, except "".

    SELECT DISTINCT reads every entry of the index; this jumps from one value to the next.
    """
    connection = connections[router.db_for_read(Event)]
    name = connection.ops.quote_name(column)
    table = connection.ops.quote_name(Event._meta.db_table)
    first = f"SELECT MIN({name}) FROM {table} WHERE {name} > %s"  # noqa: S608
    next_one = f"SELECT MIN({name}) FROM {table} WHERE {name} > seen.value"  # noqa: S608
    statement = (
        f"WITH RECURSIVE seen(value) AS ({first}"  # noqa: S608 — names of our own columns
        f" UNION ALL SELECT ({next_one}) FROM seen WHERE seen.value IS NOT NULL)"
        " SELECT value FROM seen WHERE value IS NOT NULL LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, ["", _VALUES_LIMIT])
        rows = cursor.fetchall()
    return (value for (value,) in rows)
