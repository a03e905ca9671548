"""One good assertion; each test changes one thing of it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sso_gateway.saml.model import Assertion, Attribute, NameID, SignedPart
from sso_gateway.saml.names import NameIDFormat

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
ISSUER = "https://idp.acme.test/"
OUR_NAME = "https://sso.example.test/saml/acme/metadata/"
DOMAINS = frozenset({"acme.test", "acme.example"})
EMAIL_CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"

GOOD: Final[dict[str, Any]] = {
    "id": "_a",
    "issuer": ISSUER,
    "issue_instant": NOW,
    "in_response_to": None,
    "authn_instant": NOW,
    "authn_context": None,
    "session_index": None,
    "session_not_on_or_after": None,
    "not_before": NOW,
    "not_on_or_after": NOW + timedelta(minutes=5),
    "one_time_use": False,
    "proxy_count": None,
    "audiences": (OUR_NAME,),
    "recipient": "https://sso.example.test/saml/acme/acs/",
    "destination": None,
    "response_id": "_r",
    "signed": SignedPart.ASSERTION,
    "verified_by": (),
}


def assertion(
    *attributes: Attribute, name_id: NameID | str | None = None, **changes: Any
) -> Assertion:
    """The good assertion with these attributes; a ``name_id`` of text has the e-mail format."""
    if isinstance(name_id, str):
        name_id = NameID(name_id, NameIDFormat.EMAIL)
    return Assertion(**GOOD | {"name_id": name_id, "attributes": attributes} | changes)


def attribute(name: str, *values: str, friendly_name: str | None = None) -> Attribute:
    """An attribute as an IdP sends it."""
    return Attribute(name, values, friendly_name=friendly_name)


def persistent(value: str = "p-1", **qualifiers: str) -> NameID:
    """A persistent NameID (core 8.3.7)."""
    return NameID(value, NameIDFormat.PERSISTENT, **qualifiers)
