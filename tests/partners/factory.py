"""Partners and their metadata, good unless told otherwise; for every test that needs some."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.saml import xmldsig
from sso_gateway.saml.names import DS, MD, MDUI, SAMLP, NameIDFormat
from tests.idp.keys import KeyPair, key_pair

ENTITY_ID = "https://idp.acme.example/metadata"
DOMAIN = "acme.example"
ACTOR = "user:grace"
WHOLE_ENTITY = f'xmlns:md="{MD}" xmlns:ds="{DS}" xmlns:mdui="{MDUI}"'


def idp_metadata(
    entity_id: str = ENTITY_ID,
    certificates: Iterable[bytes | KeyPair] | None = None,
    *,
    use: str | None = "signing",
    valid_until: datetime | None = None,
    name: str = "Acme",
    sign_on: str = "https://idp.acme.example/sso",
    inside: str = "",
) -> bytes:
    """An EntityDescriptor with one IdP. ``certificates`` are DER or pairs; None: one good one."""
    pairs = [acme_key()] if certificates is None else list(certificates)
    until = f' validUntil="{valid_until:%Y-%m-%dT%H:%M:%SZ}"' if valid_until else ""
    names = (
        f"<md:Extensions><mdui:UIInfo><mdui:DisplayName xml:lang='en'>{name}</mdui:DisplayName>"
        "</mdui:UIInfo></md:Extensions>"
    )
    binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
    return (
        f"<md:EntityDescriptor {WHOLE_ENTITY} entityID={quoteattr(entity_id)}{until}>"
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}">{names if name else ""}'
        f"{''.join(key_descriptor(each, use) for each in pairs)}"
        f"<md:NameIDFormat>{NameIDFormat.EMAIL}</md:NameIDFormat>"
        f'<md:SingleSignOnService Binding="{binding}Redirect" Location="{sign_on}"/>'
        f'<md:SingleSignOnService Binding="{binding}POST" Location="{sign_on}"/>'
        f"</md:IDPSSODescriptor>{inside}</md:EntityDescriptor>"
    ).encode()


def sp_metadata(entity_id: str) -> bytes:
    """An EntityDescriptor of a service provider."""
    return (
        f"<md:EntityDescriptor {WHOLE_ENTITY} entityID={quoteattr(entity_id)}>"
        f'<md:SPSSODescriptor protocolSupportEnumeration="{SAMLP}">'
        '<md:AssertionConsumerService index="0" Location="https://sp.example/acs"'
        ' Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>'
        "</md:SPSSODescriptor></md:EntityDescriptor>"
    ).encode()


def aggregate(*documents: bytes) -> bytes:
    """An EntitiesDescriptor around them."""
    return b"<md:EntitiesDescriptor xmlns:md='%b'>%b</md:EntitiesDescriptor>" % (
        MD.encode(),
        b"".join(documents),
    )


def signed(document: bytes, signer: KeyPair) -> bytes:
    """The document with an enveloped signature of its root."""
    start = document.index(b" ")
    named = document[:start] + b' ID="_m"' + document[start:]
    key = xmldsig.SigningKey.from_pem(signer.private_pem, signer.certificate_pem)
    return xmldsig.sign(named, key, reference_id="_m")


def key_descriptor(certificate: bytes | KeyPair, use: str | None = "signing") -> str:
    """A KeyDescriptor with one certificate."""
    der = certificate if isinstance(certificate, bytes) else certificate.certificate_der
    return (
        f"<md:KeyDescriptor{f' use={quoteattr(use)}' if use else ''}><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509Certificate>{b64encode(der).decode()}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )


def acme_key() -> KeyPair:
    """The key that Acme's IdP signs with."""
    return key_pair("rsa-2048", "acme")


def other_key() -> KeyPair:
    """A key of somebody else, or of Acme later."""
    return key_pair("rsa-2048", "other")


def federation_key() -> KeyPair:
    """The key of whoever signs metadata for Acme."""
    return key_pair("rsa-2048", "federation")


def another_certificate(pair: KeyPair, *, website: str = "") -> bytes:
    """Another certificate (DER) around the same key; on request that of a web server."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "renewed")]))
        .issuer_name(pair.certificate.issuer)
        .public_key(pair.certificate.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(pair.certificate.not_valid_before_utc)
        .not_valid_after(pair.certificate.not_valid_after_utc)
    )
    if website:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        names = x509.SubjectAlternativeName([x509.DNSName(website)])
        builder = builder.add_extension(usage, critical=False).add_extension(names, critical=False)
    return builder.sign(pair.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def received(document: bytes | None = None, source: str = "idp.xml") -> Received:
    """The document as if it had been uploaded."""
    return Received(document or idp_metadata(), source)


def make_partner(
    slug: str = "acme",
    *,
    name: str | None = None,
    domains: Iterable[str] | None = None,
    document: bytes | None = None,
    metadata: bool = True,
    state: str = "live",
    **agreement: Any,
) -> Partner:
    """A partner, live with metadata and its own e-mail domain unless told otherwise.

    Another slug than ``acme`` has its own entity ID, key and e-mail domain.
    """
    flows.add_partner(
        slug=slug,
        name=name or slug.title(),
        actor=ACTOR,
        email_domains=[f"{slug}.example"] if domains is None else domains,
        **agreement,
    )
    if metadata:
        own = idp_metadata(f"https://idp.{slug}.example/metadata", [key_pair("rsa-2048", slug)])
        flows.import_metadata(slug, received(document or own), actor=ACTOR)
    if state in {"live", "paused"}:
        flows.activate(slug, actor=ACTOR)
    if state == "paused":
        flows.pause(slug, reason="the contract ended", actor=ACTOR)
    return Partner.objects.get(slug=slug)
