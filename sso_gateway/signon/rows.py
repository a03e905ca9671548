"""INSERTs compiled once: the ORM would compile each of them anew for every sign-in."""

from functools import cache
from typing import Any, Final

from django.db import connections, router
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    Field,
    IntegerField,
    Model,
    TextField,
)

# What a database driver takes as it is; no subclass, which may convert. Other values pass through
# their field.
_AS_IT_IS: Final = frozenset({CharField, TextField, IntegerField, BooleanField})


def insert(row: Model, *, unless_present: bool = False) -> bool:
    """Stores a new row in one statement, without savepoint and without signals.

    False where ``unless_present`` and its key is taken: PostgreSQL waits there for a concurrent
    transaction that holds the same key to end. Otherwise a taken key raises IntegrityError.
    """
    model = type(row)
    alias = router.db_for_write(model)
    connection = connections[alias]
    values = [
        getattr(row, field.attname)
        if as_it_is
        else field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field, as_it_is in _columns(model)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(alias, model, unless_present), values)
        stored: bool = cursor.rowcount == 1
    row._state.adding = False
    row._state.db = alias
    return stored


@cache
def _columns(model: type[Model]) -> tuple[tuple["Field[Any, Any]", bool], ...]:
    """The columns that the database does not number itself, and whether their values need help."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    return tuple((field, type(field) in _AS_IT_IS) for field in fields)


@cache
def _statement(alias: str, model: type[Model], unless_present: bool) -> str:
    quote = connections[alias].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field, _ in _columns(model))
    places = ", ".join(["%s"] * len(_columns(model)))
    table = quote(model._meta.db_table)
    # Names of our own tables and columns; every value is a parameter.
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
    return f"{statement} ON CONFLICT DO NOTHING" if unless_present else statement
