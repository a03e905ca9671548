"""One good message and single changes of it, each with the reason it must be refused for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sso_gateway.refusal import Reason
from sso_gateway.saml.model import Expected
from tests.idp import workshop


@dataclass(frozen=True, slots=True)
class Row:
    """A message, what is expected of it, and the verdict (None: accepted)."""

    name: str
    verdict: Reason | None
    changes: Mapping[str, Any]
    expect: Mapping[str, Any] = field(default_factory=dict)

    def message(self) -> bytes:
        return workshop.response(**self.changes)

    def expected(self) -> Expected:
        return workshop.expected(**self.expect)


def refused(
    name: str, verdict: Reason, /, *, expect: Mapping[str, Any] | None = None, **changes: Any
) -> Row:
    return Row(name, verdict, changes, expect or {})


def accepted(name: str, /, *, expect: Mapping[str, Any] | None = None, **changes: Any) -> Row:
    return Row(name, None, changes, expect or {})
