"""What a message states, before anybody has judged it.

The nouns between ``elements``, which reads them, and ``rules``, which compares them with what was
expected.
"""

from datetime import datetime
from typing import NamedTuple

from sso_gateway.saml.model import Attribute, NameID


class Status(NamedTuple):
    """What the IdP says of the request (core 3.2.2.1): codes from the top level down, and its
    words.
    """

    codes: tuple[str, ...]
    message: str


class Envelope(NamedTuple):
    """A Response without its assertion (core 3.2.2). A claim, unless the response itself is
    signed.
    """

    id: str
    version: str
    issue_instant: datetime
    destination: str | None
    in_response_to: str | None
    issuer: str | None
    issuer_format: str | None
    status: Status


class Leaving(NamedTuple):
    """Whom a LogoutRequest means (core 3.7.1). No ``session_indexes``: every session of theirs."""

    name_id: NameID | None
    session_indexes: tuple[str, ...]
    not_on_or_after: datetime | None


class Confirmation(NamedTuple):
    """SubjectConfirmation with its data (core 2.4.1.1)."""

    method: str
    recipient: str | None
    not_before: datetime | None
    not_on_or_after: datetime | None
    in_response_to: str | None


class Conditions(NamedTuple):
    """Conditions (core 2.5.1); every audience restriction counts."""

    not_before: datetime | None
    not_on_or_after: datetime | None
    audience_restrictions: tuple[tuple[str, ...], ...]
    one_time_use: bool
    proxy_count: int | None
    unknown: tuple[str, ...]


class AuthnStatement(NamedTuple):
    """AuthnStatement (core 2.7.2)."""

    authn_instant: datetime
    session_index: str | None
    session_not_on_or_after: datetime | None
    context_class: str | None


class Stated(NamedTuple):
    """An assertion as written, before judgement (core 2.3.3)."""

    id: str
    version: str
    issue_instant: datetime
    issuer: str
    issuer_format: str | None
    name_id: NameID | None
    confirmations: tuple[Confirmation, ...]
    conditions: Conditions | None
    authn_statements: tuple[AuthnStatement, ...]
    attributes: tuple[Attribute, ...]
