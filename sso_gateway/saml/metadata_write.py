"""Our own metadata: a service provider as one partner shall know it (meta 2.4.4), by pysaml2."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from saml2 import SamlBase, element_to_extension_element, md, saml
from saml2.extension import algsupport, idpdisc, mdattr, mdui
from saml2.xmldsig import KeyInfo, X509Certificate, X509Data

from sso_gateway.saml import xmldsig
from sso_gateway.saml.algorithms import DIGESTS, VERIFIERS, digest_for, signature_for
from sso_gateway.saml.names import (
    ALG,
    DS,
    IDPDISC,
    MD,
    MDUI,
    SAMLP,
    Binding,
    DataEncryption,
    KeyTransport,
    NameIDFormat,
)

# What we can decrypt and prefer (IIP-ALG04, IIP-ALG06); RSA-OAEP without further parameters means
# SHA-1 and MGF1 with SHA-1, which every partner can do (SDP-ALG01).
_ENCRYPTION_METHODS: Final = (
    DataEncryption.AES256_GCM,
    DataEncryption.AES128_GCM,
    KeyTransport.RSA_OAEP_MGF1P,
    KeyTransport.RSA_OAEP,
)
_NAME_ID_FORMATS: Final = (NameIDFormat.EMAIL, NameIDFormat.PERSISTENT)
_PREFIXES: Final = {"md": MD, "mdui": MDUI, "alg": ALG, "idpdisc": IDPDISC, "ds": DS}
_LANGUAGE: Final = "en"
SUBJECT_ID_REQUIREMENT: Final = "urn:oasis:names:tc:SAML:profiles:subject-id:req"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of us, and its size in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpDescription:
    """What a partner needs to know of us."""

    entity_id: str
    acs_urls: tuple[str, ...]
    """At least one. The first has index 0 and is the default."""
    signing: tuple[bytes, ...]
    """Certificates in DER: the current one, then the next."""
    encryption: tuple[bytes, ...]
    """Likewise. A partner encrypts for the first; messages for either can be read (IIP-SP08)."""
    display_name: str
    description: str = ""
    logo: Logo | None = None
    information_url: str = ""
    """Likewise of https, and left out where it is empty."""
    privacy_url: str = ""
    subject_id: Literal["none", "any", "subject-id", "pairwise-id"] = "none"
    """The subject identifier that we need (SDP-SP15)."""
    contact_email: str = ""
    """The technical contact (SDP-MD11), without "mailto:"; left out where it is empty."""
    valid_until: datetime | None = None
    cache_duration: timedelta = timedelta(days=1)
    logout_url: str | None = None
    denied_algorithms: frozenset[str] = frozenset()
    """Those that this partner may not use; they are not listed and not used."""
    discovery_url: str | None = None
    """Where a discovery service may send people back to (disco 2.5), without a query."""


def write(description: SpDescription) -> bytes:
    """The EntityDescriptor, unsigned, in UTF-8. The same description gives the same bytes."""
    return _identified(description)[1]


def write_signed(description: SpDescription, key: xmldsig.SigningKey) -> bytes:
    """The EntityDescriptor with our enveloped signature (meta 3), in UTF-8."""
    identifier, document = _identified(description)
    denied = description.denied_algorithms
    return xmldsig.sign(
        document,
        key,
        reference_id=identifier,
        method=signature_for((), denied),
        digest=digest_for((), denied),
    )


def _identified(description: SpDescription) -> tuple[str, bytes]:
    """The document and its ID, which is drawn from the content: another content, another ID."""
    entity = _entity(description)
    identifier = "_" + hashlib.sha256(entity.to_string(_PREFIXES)).hexdigest()[:40]
    entity.id = identifier
    document: bytes = entity.to_string(_PREFIXES)
    return identifier, document


def _entity(description: SpDescription) -> md.EntityDescriptor:
    entity = md.EntityDescriptor(
        entity_id=description.entity_id,
        cache_duration=f"PT{int(description.cache_duration.total_seconds())}S",
        extensions=_entity_attributes(description),
        spsso_descriptor=_role(description),
    )
    if description.valid_until is not None:
        entity.valid_until = description.valid_until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if description.contact_email:
        entity.contact_person = md.ContactPerson(
            contact_type="technical",
            email_address=md.EmailAddress(text=f"mailto:{description.contact_email}"),
        )
    return entity


def _entity_attributes(description: SpDescription) -> md.Extensions:
    """Which subject identifier we need: said also where it is none (subject-id 4.1)."""
    needed = saml.Attribute(
        name=SUBJECT_ID_REQUIREMENT,
        name_format=saml.NAME_FORMAT_URI,
        attribute_value=[saml.AttributeValue(text=description.subject_id)],
    )
    attributes = mdattr.EntityAttributes(attribute=[needed])
    return md.Extensions(extension_elements=[element_to_extension_element(attributes)])


def _role(description: SpDescription) -> md.SPSSODescriptor:
    if not description.acs_urls:
        raise ValueError("a service provider needs an AssertionConsumerService (meta 2.4.4)")
    role = md.SPSSODescriptor(
        protocol_support_enumeration=SAMLP,
        authn_requests_signed="true",
        want_assertions_signed="true",
        extensions=_extensions(description),
        key_descriptor=_key_descriptors(description),
        name_id_format=[md.NameIDFormat(text=value) for value in _NAME_ID_FORMATS],
        assertion_consumer_service=[
            md.AssertionConsumerService(
                binding=Binding.POST,
                location=url,
                index=str(index),
                is_default="true" if index == 0 else None,
            )
            for index, url in enumerate(description.acs_urls)
        ],
    )
    if description.logout_url is not None:
        role.single_logout_service = [
            md.SingleLogoutService(binding=binding, location=description.logout_url)
            for binding in (Binding.REDIRECT, Binding.POST)
        ]
    return role


def _extensions(description: SpDescription) -> md.Extensions:
    # What we verify, in no order of preference: each is as good as the next (IIP-MD09).
    elements: list[SamlBase] = [_user_interface(description)]
    denied = description.denied_algorithms
    elements += [algsupport.DigestMethod(algorithm=m) for m in DIGESTS if m not in denied]
    elements += [algsupport.SigningMethod(algorithm=m) for m in VERIFIERS if m not in denied]
    if description.discovery_url is not None:
        elements.append(
            idpdisc.DiscoveryResponse(
                binding=idpdisc.BINDING_DISCO, location=description.discovery_url, index="1"
            )
        )
    return md.Extensions(extension_elements=[element_to_extension_element(e) for e in elements])


def _user_interface(description: SpDescription) -> mdui.UIInfo:
    """What people are shown of us, as far as it is known (SDP-MD09, SDP-MD10)."""
    info = mdui.UIInfo(display_name=mdui.DisplayName(lang=_LANGUAGE, text=description.display_name))
    if description.description:
        info.description = mdui.Description(lang=_LANGUAGE, text=description.description)
    if description.information_url:
        info.information_url = mdui.InformationURL(lang=_LANGUAGE, text=description.information_url)
    if description.privacy_url:
        info.privacy_statement_url = mdui.PrivacyStatementURL(
            lang=_LANGUAGE, text=description.privacy_url
        )
    if description.logo is not None:
        width, height = str(description.logo.width), str(description.logo.height)
        info.logo = mdui.Logo(text=description.logo.url, width=width, height=height)
    return info


def _key_descriptors(description: SpDescription) -> list[md.KeyDescriptor]:
    signing = [md.KeyDescriptor(use="signing", key_info=_key(der)) for der in description.signing]
    encryption = [
        md.KeyDescriptor(
            use="encryption",
            key_info=_key(der),
            encryption_method=[
                md.EncryptionMethod(algorithm=method)
                for method in _ENCRYPTION_METHODS
                if method not in description.denied_algorithms
            ],
        )
        for der in description.encryption
    ]
    return signing + encryption


def _key(der: bytes) -> KeyInfo:
    certificate = X509Certificate(text=base64.b64encode(der).decode())
    return KeyInfo(x509_data=X509Data(x509_certificate=certificate))
