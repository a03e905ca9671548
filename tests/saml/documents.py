"""Metadata documents for the tests: a good one, and room to change one thing in it."""

import base64
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sso_gateway.saml import metadata
from sso_gateway.saml.model import IdentityProvider
from sso_gateway.saml.names import Binding
from tests.idp.keys import KeyPair, key_pair

SAML2 = "urn:oasis:names:tc:SAML:2.0:protocol"
NAMESPACES = (
    'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    ' xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui"'
    ' xmlns:shibmd="urn:mace:shibboleth:metadata:1.0"'
)
SIGN_ON = (
    f'<md:SingleSignOnService Binding="{Binding.REDIRECT}" Location="https://idp.example/sso"/>'
)
SCOPES = (
    '<shibmd:Scope>Example.org</shibmd:Scope><shibmd:Scope regexp="false">b.example</shibmd:Scope>'
    '<shibmd:Scope regexp="true">^.*$</shibmd:Scope><shibmd:Scope regexp="1">x</shibmd:Scope>'
)
DISPLAY_NAMES = (
    '<mdui:UIInfo><mdui:DisplayName xml:lang="en"> Example\n  University </mdui:DisplayName>'
    '<mdui:DisplayName xml:lang="de">Universität</mdui:DisplayName></mdui:UIInfo>'
)
ORGANIZATION = (
    '<md:Organization><md:OrganizationName xml:lang="en">x</md:OrganizationName>'
    '<md:OrganizationDisplayName xml:lang="en">Example Ltd</md:OrganizationDisplayName>'
    '<md:OrganizationURL xml:lang="en">https://example.org/</md:OrganizationURL></md:Organization>'
)


def pair(kind: str = "rsa-2048", owner: str = "idp") -> KeyPair:
    return key_pair(kind, owner)


def certificate_of(der: bytes) -> str:
    return f"<ds:X509Certificate>{base64.b64encode(der).decode()}</ds:X509Certificate>"


def key(inside: str, use: str = ' use="signing"') -> str:
    return f"<md:KeyDescriptor{use}><ds:KeyInfo>{inside}</ds:KeyInfo></md:KeyDescriptor>"


def x509_key(kind: str = "rsa-2048", owner: str = "idp", use: str = ' use="signing"') -> str:
    der = pair(kind, owner).certificate_der
    return key(f"<ds:X509Data>{certificate_of(der)}</ds:X509Data>", use)


def role(
    *,
    attributes: str = "",
    extensions: str = "",
    keys: str | None = None,
    endpoints: str = SIGN_ON,
    after: str = "",
    protocols: str = SAML2,
    name: str = "IDPSSODescriptor",
) -> str:
    return (
        f'<md:{name} protocolSupportEnumeration="{protocols}" {attributes}>'
        f"<md:Extensions>{extensions or '<shibmd:Scope>a.example</shibmd:Scope>'}</md:Extensions>"
        f"{x509_key() if keys is None else keys}{endpoints}{after}</md:{name}>"
    )


def entity(
    *roles: str,
    entity_id: str = "https://idp.example/metadata",
    attributes: str = "",
    organization: str = "",
) -> str:
    inside = "".join(roles or (role(),))
    return (
        f'<md:EntityDescriptor {NAMESPACES} entityID="{escape(entity_id)}" {attributes}>'
        f"{inside}{organization}</md:EntityDescriptor>"
    )


def group(*inside: str, attributes: str = "") -> str:
    start = f"<md:EntitiesDescriptor {NAMESPACES} {attributes}>"
    return f"{start}{''.join(inside)}</md:EntitiesDescriptor>"


def read(document: str) -> metadata.MetadataDocument:
    return metadata.read(document.encode())


def only(document: str) -> IdentityProvider:
    (provider,) = read(document).identity_providers
    return provider


def left_out(document: str) -> str:
    """The one warning of a document whose identity provider is not read."""
    found = read(document)
    assert found.identity_providers == ()
    (warning,) = found.warnings
    return warning


def certificate_key(der: bytes) -> str:
    return key(f"<ds:X509Data>{certificate_of(der)}</ds:X509Data>")


def certificate_around(public_key: CertificatePublicKeyTypes, serial: int = 1) -> bytes:
    """A certificate in DER around any public key, signed by somebody else."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "for tests")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(pair().private_key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
