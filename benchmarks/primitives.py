"""The limit: the primitives that one verification cannot do without, in one go and unchecked.

base64, one lxml parse, exclusive canonicalisation of the assertion and of SignedInfo, SHA-256, one
RSA verification for each signature; for an encrypted assertion RSA-OAEP, AES-256-GCM and a second
parse besides. Nothing is validated, compared or read, so nobody can be as fast and right.
"""

import base64
import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from sso_gateway.saml.names import DS, SAML, XENC
from tests.idp import workshop

_SIGNATURE = f"{{{DS}}}Signature"
_VALUE = f"{{{DS}}}SignatureValue"
_DIGEST = f".//{{{DS}}}DigestValue"
_ASSERTION = f"{{{SAML}}}Assertion"
_CIPHER_VALUE = f"{{{XENC}}}CipherValue"
_PKCS1 = padding.PKCS1v15()
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303
_SHA256 = hashes.SHA256()


class Primitives:
    """The keys, parsed once; each method is one message's work."""

    def __init__(self) -> None:
        trusted = workshop.idp_key().private_key.public_key()
        ours = workshop.sp_key().private_key
        assert isinstance(trusted, rsa.RSAPublicKey) and isinstance(ours, rsa.RSAPrivateKey)
        self.trusted, self.ours = trusted, ours

    def plain(self, field: str) -> None:
        """Assertion signed."""
        self._verify(_parse(base64.b64decode(field)).find(_ASSERTION))

    def both(self, field: str) -> None:
        """Assertion and response signed; the outer one is verified with the inner one in place."""
        root = _parse(base64.b64decode(field))
        self._verify(root)
        self._verify(root.find(_ASSERTION))

    def encrypted(self, field: str) -> None:
        """Assertion signed, then encrypted."""
        root = _parse(base64.b64decode(field))
        key, data = [base64.b64decode(value.text or "") for value in root.iter(_CIPHER_VALUE)]
        secret = self.ours.decrypt(key, _OAEP)
        self._verify(_parse(AESGCM(secret).decrypt(data[:12], data[12:], None)))

    def _verify(self, element: etree._Element | None) -> None:
        assert element is not None
        signature = element.find(_SIGNATURE)
        assert signature is not None
        signed_info = _canonical(signature[0])
        value = base64.b64decode(signature.findtext(_VALUE) or "")
        element.remove(signature)
        digest = hashlib.sha256(_canonical(element)).digest()
        # The comparison costs nothing, and shows that these are the primitives of this message.
        assert base64.b64decode(signature.findtext(_DIGEST) or "") == digest
        self.trusted.verify(value, signed_info, _PKCS1, _SHA256)


def _parse(message: bytes) -> etree._Element:
    return etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
