"""The responses that everybody is measured with: a typical one of 6.3 KB, RSA-2048 and SHA-256."""

import secrets
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sso_gateway.saml.model import Expected
from sso_gateway.saml.names import DS, MD
from tests.idp import workshop
from tests.idp.encryption import Encryption
from tests.idp.keys import key_pair
from tests.idp.recipe import EMAIL, IDP

BASE: Final = "https://sso.example.com"
ENTITY_ID: Final = f"{BASE}/saml/acme/metadata/"
ACS_URL: Final = f"{BASE}/saml/acme/acs/"
IDENTITY_PROVIDER: Final = IDP
SIGN_ON: Final = "https://idp.acme.example/sso"
LIFETIME: Final = timedelta(hours=1)
"""Long enough for a run. Every candidate still checks it."""

_URN: Final = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
_ATTRIBUTES: Final = {
    "email": (EMAIL,),
    "urn:oid:0.9.2342.19200300.100.1.3": (EMAIL,),
    "urn:oid:2.5.4.42": ("Ada",),
    "urn:oid:2.5.4.4": ("Lovelace",),
    "urn:oid:2.16.840.1.113730.3.1.241": ("Ada Lovelace",),
    f"{_URN}6": (EMAIL,),
    f"{_URN}9": ("member@acme.example", "staff@acme.example"),
    f"{_URN}7": tuple(f"urn:mace:acme.example:role:{name}" for name in ("reader", "writer")),
    f"{_URN}10": ("urn:mace:acme.example:person:0d9c7b1e",),
    "groups": ("engineering", "accounting", "travel", "office-berlin"),
}


class Kind(StrEnum):
    """Which protection a response carries."""

    ASSERTION = "assertion signed"
    BOTH = "both signed"
    ENCRYPTED = "encrypted"


def response(
    kind: Kind, *, acs_url: str = ACS_URL, entity_id: str = ENTITY_ID, **changes: Any
) -> bytes:
    """A response of this moment that every candidate must accept, new identifiers each time."""
    now = datetime.now(UTC).replace(microsecond=0)
    given: dict[str, Any] = {
        "recipient": acs_url,
        "destination": acs_url,
        "audience": entity_id,
        "issued": now,
        "not_before": now - timedelta(minutes=1),
        "not_on_or_after": now + LIFETIME,
        "confirmation_not_on_or_after": now + LIFETIME,
        "authn_instant": now,
        "session_not_on_or_after": now + timedelta(hours=8),
        "response_id": f"_{secrets.token_hex(16)}",
        "assertion_id": f"_{secrets.token_hex(16)}",
        "session_index": f"_{secrets.token_hex(16)}",
        "attributes_xml": attributes_xml(),
        "sign": "both" if kind is Kind.BOTH else "assertion",
        "how": {"key_info_xml": key_info_xml()},
        "encrypt": Encryption(recipient=workshop.sp_key()) if kind is Kind.ENCRYPTED else None,
    }
    return workshop.response(**{**given, **changes})


def attributes_xml(email: str = EMAIL) -> str:
    """Attributes as universities and companies release them: typed values, named by OID."""
    values = "".join(
        f'<saml:Attribute Name="{name}"'
        ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
        + "".join(
            f'<saml:AttributeValue xsi:type="xs:string">{value.replace(EMAIL, email)}'
            "</saml:AttributeValue>"
            for value in texts
        )
        + "</saml:Attribute>"
        for name, texts in _ATTRIBUTES.items()
    )
    return f"<saml:AttributeStatement>{values}</saml:AttributeStatement>"


def key_info_xml() -> str:
    """The certificate that most IdPs enclose; nobody here takes a key from it."""
    certificate = b64encode(workshop.idp_key().certificate_der).decode()
    return (
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    )


def field(message: bytes) -> str:
    """The message as its form field."""
    return b64encode(message).decode()


def tampered(kind: Kind) -> bytes:
    """Another address put into a signed response: whoever accepts this does not verify."""
    if kind is Kind.ENCRYPTED:
        # The ciphertext as it was, signed by a key that nobody trusts.
        return response(kind, key=key_pair("rsa-2048", "stranger"))
    return response(kind, spoil=lambda message: message.replace(b"ada@acme", b"eve@acme"))


def expected() -> Expected:
    """What we expect of these responses, at this moment."""
    return workshop.expected(now=datetime.now(UTC), entity_id=ENTITY_ID, acs_url=ACS_URL, idp=IDP)


def metadata() -> str:
    """What the identity provider publishes: one signing key, two ways to sign on."""
    protocol = "urn:oasis:names:tc:SAML:2.0:protocol"
    services = "".join(
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}"'
        f' Location="{SIGN_ON}"/>'
        for binding in ("HTTP-Redirect", "HTTP-POST")
    )
    return (
        f'<md:EntityDescriptor xmlns:md="{MD}" xmlns:ds="{DS}" entityID="{IDP}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{protocol}">'
        f'<md:KeyDescriptor use="signing">{key_info_xml()}</md:KeyDescriptor>'
        f"{services}</md:IDPSSODescriptor></md:EntityDescriptor>"
    )
