"""The links that an identity may mean, each with its account, in one statement compiled once.

The ORM would compile this SELECT over the project's user model anew for every sign-in, which costs
more than everything else that provisioning does. The text is Django's own, and so are the
conversions of what comes back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.models import Q

from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import Link

_EMAIL: Final = "email"
_IDENTIFIER: Final = "persistent_id"
_PARTNER: Final = -1
# Impossible values, by which the parameters of the compiled statement are told apart.
_NAMES: Final[dict[object, str]] = {
    _EMAIL: "email",
    _IDENTIFIER: "persistent_id",
    _PARTNER: "partner_id",
}
_Converter = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Select:
    """A statement; whose values its parameters are, in order; and what becomes of its columns."""

    sql: str
    parameters: tuple[str, ...]
    link_columns: tuple[str, ...]
    user_columns: tuple[str, ...]
    conversions: tuple[tuple[int, tuple[_Converter, ...], Any], ...]


def links(identity: AssertedIdentity, partner_id: int) -> list[Link]:
    """The partner's links with this address, and with this persistent identifier if there is one.

    ``link.user`` is loaded. One statement, in the order of the database.
    """
    alias = router.db_for_read(Link) or DEFAULT_DB_ALIAS
    select = _select(alias, get_user_model(), bool(identity.persistent_id))
    values = {
        "email": identity.email,
        "persistent_id": identity.persistent_id,
        "partner_id": partner_id,
    }
    with connections[alias].cursor() as cursor:
        cursor.execute(select.sql, [values[name] for name in select.parameters])
        rows = cursor.fetchall()
    return [_link(alias, select, row) for row in rows]


def _link(alias: str, select: _Select, row: Sequence[Any]) -> Link:
    columns = list(row)
    for place, converters, expression in select.conversions:
        for convert in converters:
            columns[place] = convert(columns[place], expression, connections[alias])
    count = len(select.link_columns)
    link = Link.from_db(alias, select.link_columns, columns[:count])
    # Through the model's own from_db, which a project may have replaced.
    link.user = get_user_model().from_db(alias, select.user_columns, columns[count:])
    return link


@cache
def _select(alias: str, user_model: type[Any], by_identifier: bool) -> _Select:
    """What Django writes for this query."""
    named = Q(email=_EMAIL)
    if by_identifier:
        named |= Q(persistent_id=_IDENTIFIER)
    found = Link.objects.using(alias).filter(named, partner_id=_PARTNER)
    compiler = found.select_related("user").order_by().query.get_compiler(alias)
    sql, parameters = compiler.as_sql()
    expressions = [column for column, *_ in compiler.select]
    converters: dict[int, Any] = compiler.get_converters(expressions)
    return _Select(
        sql=sql,
        parameters=tuple(_NAMES[value] for value in parameters),
        link_columns=_attributes(Link),
        user_columns=_attributes(user_model),
        conversions=tuple((place, tuple(each), to) for place, (each, to) in converters.items()),
    )


def _attributes(model: type[Any]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
