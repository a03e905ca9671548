"""The checks of a message, as they are stored and as they are read.

An accepted sign-in has passed some thirty checks and has nothing more to say about them. Those are
stored by name alone, which keeps the row of the ordinary case small; their clause is the core's.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sso_gateway.audit.printable import Json, plain_items, printable
from sso_gateway.saml.model import Check, Outcome
from sso_gateway.saml.response import LADDER

_CLAUSES: Final = dict(LADDER)
_TEXTS: Final = ("name", "result", "expected", "received", "clause", "key", "note")


def stored(checks: Iterable[Check | Mapping[str, object]]) -> list[Json]:
    """The checks as JSON, in order."""
    return [_stored(check) for check in checks]


def _stored(check: Check | Mapping[str, object]) -> Json:
    if not isinstance(check, Check):
        return plain_items(check)
    plainly_passed = check.outcome is Outcome.PASS and not (check.expected or check.received)
    if plainly_passed and _CLAUSES.get(check.name) == check.clause:
        return check.name
    return {
        "name": printable(check.name),
        "result": check.outcome.value,
        "expected": printable(check.expected),
        "received": printable(check.received),
        "clause": printable(check.clause),
        "key": check.reason.key if check.reason else "",
    }


def read(checks: Iterable[Json]) -> list[dict[str, str]]:
    """The stored checks, every one with all its texts, "" where there is nothing to say."""
    return [_read(check) for check in checks]


def _read(check: Json) -> dict[str, str]:
    if isinstance(check, str):
        check = {"name": check, "result": Outcome.PASS.value, "clause": _CLAUSES.get(check, "")}
    found = check if isinstance(check, dict) else {"note": str(check)}
    return {text: str(found.get(text) or "") for text in _TEXTS}
