"""Service providers that make the mistakes of the trade: an attack is one only if it fools them."""

import base64
import functools

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from lxml import etree

from sso_gateway.saml.names import DS
from tests.attacks.anatomy import ASSERTION, NAME_ID, SIGNATURE, VALUE, VICTIM, Element
from tests.shapes import shape
from tests.shapes.key_info import DSIG11

_CONSTANTS = xmlsec.constants


def _parse(message: bytes) -> Element:
    """With entities: what a careless parser does."""
    return etree.fromstring(message, etree.XMLParser(no_network=True, huge_tree=True))


def _verifies(root: Element, signature: Element, key: xmlsec.Key) -> bool:
    context = xmlsec.SignatureContext()
    context.key = key
    xmlsec.tree.add_ids(root, ["ID"])
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


@functools.cache
def _public(der: bytes) -> xmlsec.Key:
    return xmlsec.Key.from_memory(der, _CONSTANTS.KeyDataFormatDer)


@functools.cache
def _genuine_keys() -> list[bytes]:
    return [
        pair.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for pair in (shape.rsa(), shape.elliptic())
    ]


def signed_somewhere(message: bytes) -> bool:
    """Any good signature, anywhere, is good enough; the victim is read from some assertion."""
    return _a_signature_holds(message) and _names_the_victim(message)


def any_signature(message: bytes) -> bool:
    """Any good signature, anywhere, is good enough; whom it reads does not matter here."""
    return _a_signature_holds(message)


def _a_signature_holds(message: bytes) -> bool:
    root = _parse(message)
    return any(
        _verifies(root, signature, _public(key))
        for signature in root.iter(SIGNATURE)
        for key in _genuine_keys()
    )


def _names_the_victim(message: bytes) -> bool:
    """Whether one of the usual ways to look for an assertion finds the victim in it."""
    found = list(_parse(message).iter(ASSERTION))
    return any(VICTIM in "".join(map(str, each.itertext())) for each in found)


def first_text(message: bytes) -> bool:
    """Verifies, and reads the text of an element only up to the first thing that is no text."""
    read = [named.text for named in _parse(message).iter(NAME_ID, VALUE)]
    return _a_signature_holds(message) and VICTIM in read


def believes_key_info(message: bytes) -> bool:
    """Verifies with whatever key the message itself shows."""
    root = _parse(message)
    return _names_the_victim(message) and any(
        _verifies(root, signature, _public(key))
        for signature in root.iter(SIGNATURE)
        for key in _shown_keys(signature)
    )


def _shown_keys(signature: Element) -> list[bytes]:
    found = []
    for element in signature.iter(f"{{{DS}}}X509Certificate"):
        certificate = x509.load_der_x509_certificate(base64.b64decode(element.text or ""))
        found.append(_der(certificate.public_key()))
    for element in signature.iter(f"{{{DS}}}RSAKeyValue"):
        modulus, exponent = (int.from_bytes(base64.b64decode(n.text or "")) for n in element)
        found.append(_der(rsa.RSAPublicNumbers(exponent, modulus).public_key()))
    for element in signature.iter(f"{{{DSIG11}}}DEREncodedKeyValue"):
        found.append(_der(load_der_public_key(base64.b64decode(element.text or ""))))
    return found


def _der(key: object) -> bytes:
    assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def hmac_with_certificate(message: bytes) -> bool:
    """Takes the octets it has on file, a certificate, for the key that the algorithm asks for."""
    root = _parse(message)
    secret = xmlsec.Key.from_binary_data(_CONSTANTS.KeyDataHmac, shape.rsa().certificate_der)
    return _names_the_victim(message) and any(
        _verifies(root, signature, secret) for signature in root.iter(SIGNATURE)
    )
