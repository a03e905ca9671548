"""The gateway as gunicorn runs it, with faults to order: a header says what, and where.

``X-Fault: kill before 3`` is a SIGKILL before the third statement of the request, ``kill after 3``
behind it, ``kill at 0`` when all is committed and the answer is not yet sent. ``cut`` ends the
connection's process of PostgreSQL instead; ``lose`` lets the next COMMIT succeed and loses the
database's word that it did. The answer says in ``X-Statements`` how many there were.
"""

import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError, connection

from sso_gateway.partners import keys
from sso_gateway.wsgi import application as gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# Parsed before the workers are forked: there will be many of them, each for one request.
keys.signing()
keys.decryption("acme")


def kill() -> None:
    """This process ends here, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


def cut() -> None:
    """PostgreSQL ends the connection of this request, as it does when it is restarted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        victim = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [victim])
    finally:
        other.close()


def lose() -> None:
    """The next COMMIT happens, and nobody hears of it."""
    database: Any = connection
    heard = database._commit

    def unheard() -> None:
        database._commit = heard
        heard()
        raise OperationalError("the connection was lost at the COMMIT")

    database._commit = unheard


DEEDS: Final[dict[str, Callable[[], None]]] = {"kill": kill, "cut": cut, "lose": lose}


@dataclass(slots=True)
class Saboteur:
    """Stands between Django and its cursor, counts statements, and does its deed once."""

    order: str
    count: int = 0
    busy: bool = field(default=False)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if self.busy:
            return execute(sql, params, many, context)
        self.count += 1
        self.reached(f"before {self.count}")
        done = execute(sql, params, many, context)
        self.reached(f"after {self.count}")
        return done

    def reached(self, place: str) -> None:
        """Here the request is now."""
        deed, _, where = self.order.partition(" ")
        if where == place:
            self.busy = True
            DEEDS[deed]()
            self.busy = False


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """One request, with at most one fault."""
    saboteur = Saboteur(environ.get("HTTP_X_FAULT", ""))

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Statements", str(saboteur.count))], *rest)

    with connection.execute_wrapper(saboteur):
        answer = gateway(environ, start)
        saboteur.reached("at 0")
        return answer
