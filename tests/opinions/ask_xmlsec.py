"""libxmlsec's opinion of a message: each ds:Signature by itself, with the keys we trust."""

import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from sso_gateway.refusal import Refusal
from sso_gateway.saml import xml, xmldsig
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import DS

SIGNATURE = f"{{{DS}}}Signature"


def theirs(message: bytes, keys: tuple[TrustedKey, ...]) -> tuple[bool, ...]:
    """Whether libxmlsec verifies each signature with one of the keys; KeyInfo is not believed."""
    root = etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
    return tuple(_verifies(signature, keys) for signature in root.iter(SIGNATURE))


def _verifies(signature: etree._Element, keys: tuple[TrustedKey, ...]) -> bool:
    return any(_verifies_with(signature, key) for key in keys)


def _verifies_with(signature: etree._Element, key: TrustedKey) -> bool:
    parent = signature.getparent()
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        xmlsec.constants.KeyDataFormatDer,
    )
    try:
        if parent is not None and parent.get("ID"):
            context.register_id(parent, "ID")
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def ours(message: bytes, keys: tuple[TrustedKey, ...]) -> tuple[bool, ...]:
    """Whether we verify each signature; each on a fresh parse, as verifying spends the tree."""
    count = len(list(etree.fromstring(message).iter(SIGNATURE)))
    return tuple(_we_verify(message, number, keys) for number in range(count))


def _we_verify(message: bytes, number: int, keys: tuple[TrustedKey, ...]) -> bool:
    try:
        signature = list(xml.parse(message, limits=xml.MESSAGE).iter(SIGNATURE))[number]
        parent = signature.getparent()
        xmldsig.verify(signature if parent is None else parent, keys)
    except Refusal:
        return False
    return True
