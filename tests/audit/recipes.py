"""One good entry and one good assertion; a test changes what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from sso_gateway.audit.record import Entry
from sso_gateway.saml.model import Assertion, Attribute, NameID, SignedPart, TrustedKey

MOMENT = datetime(2026, 11, 20, 14, 5, 0, 123456, tzinfo=UTC)
EMAIL = "maria@acme.example"

_KEY = TrustedKey(
    public_key=generate_private_key(SECP256R1()).public_key(),
    sha256="ab" * 32,
    not_before=MOMENT - timedelta(days=1),
    not_after=MOMENT + timedelta(days=1),
)
_ASSERTION = Assertion(
    id="_assertion-1",
    issuer="https://idp.acme.example/",
    issue_instant=MOMENT,
    name_id=NameID(EMAIL, "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
    attributes=(Attribute("mail", ("secret-value@acme.example",)), Attribute("groups", ("a",))),
    in_response_to=None,
    authn_instant=MOMENT,
    authn_context="urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    session_index="_session-1",
    session_not_on_or_after=None,
    not_before=MOMENT,
    not_on_or_after=MOMENT + timedelta(minutes=5),
    one_time_use=False,
    proxy_count=None,
    audiences=("https://sso.example.com/saml/acme/metadata/",),
    recipient="https://sso.example.com/saml/acme/acs/",
    destination=None,
    response_id="_response-1",
    signed=SignedPart.ASSERTION,
    verified_by=(_KEY,),
)
_ENTRY = Entry(
    action="sign_in.attempt",
    outcome="success",
    partner_id=1,
    partner_slug="acme",
    partner_name="Acme",
    flow="idp",
    email=EMAIL,
    assertion=_ASSERTION,
    client_ip="192.0.2.7",
    user_agent="Mozilla/5.0",
    request_host="sso.example.com",
)


def entry(**changes: Any) -> Entry:
    """An accepted sign-in, with these changes."""
    return replace(_ENTRY, **changes)


def assertion(**changes: Any) -> Assertion:
    """Its assertion, with these changes."""
    return _ASSERTION._replace(**changes)
