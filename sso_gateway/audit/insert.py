"""The one INSERT, compiled once for each database.

The ORM would compile the same statement with its forty columns anew for every event, which costs
more than everything else a sign-in does in Python except reading the response.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connections, models, router

from sso_gateway.audit.models import Event

_COLUMNS = Event._meta.concrete_fields
_DEFAULTS = {column.attname: column.get_default for column in _COLUMNS}

# What a database driver takes as it is. The other columns' values pass through their field.
_AS_IT_IS = (models.CharField, models.IntegerField, models.BooleanField)
_ADAPTED = tuple(
    (place, column) for place, column in enumerate(_COLUMNS) if not isinstance(column, _AS_IT_IS)
)


def insert(values: Mapping[str, object]) -> Event:
    """Store an event with these values by column, defaults for the rest. One statement.

    Raises IntegrityError where its id or reference is taken.
    """
    alias = router.db_for_write(Event)
    connection = connections[alias]
    row = [values[name] if name in values else default() for name, default in _DEFAULTS.items()]
    parameters: list[Any] = row.copy()
    for place, column in _ADAPTED:
        parameters[place] = column.get_db_prep_save(row[place], connection)
    with connection.cursor() as cursor:
        cursor.execute(_statement(alias), parameters)
    return Event.from_db(alias, list(_DEFAULTS), row)


@cache
def _statement(alias: str) -> str:
    quote = connections[alias].ops.quote_name
    columns = ", ".join(quote(column.attname) for column in _COLUMNS)
    places = ", ".join(["%s"] * len(_COLUMNS))
    return f"INSERT INTO {quote(Event._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 — names of our own columns
