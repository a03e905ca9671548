"""How Acme protects a message: signed here or there, encrypted, or the way it was done in 2005."""

import base64
import hashlib
import os
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sso_gateway.demo import keys
from sso_gateway.demo.message import Words, assertion, response
from sso_gateway.saml import xml, xmldsig
from sso_gateway.saml.names import (
    DS,
    ENCRYPTED_ELEMENT,
    ENVELOPED,
    EXC_C14N,
    XENC,
    DataEncryption,
    KeyTransport,
)
from sso_gateway.saml.xmldsig import SigningKey

_SHA1: Final = f"{DS}sha1"
_RSA_SHA1: Final = f"{DS}rsa-sha1"

# In canonical form already, so that its octets are what is signed.
_SIGNED_INFO: Final = (
    f'<ds:SignedInfo xmlns:ds="{DS}">'
    f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{_RSA_SHA1}"></ds:SignatureMethod>'
    '<ds:Reference URI="#{id}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    f'<ds:Transform Algorithm="{EXC_C14N}"></ds:Transform></ds:Transforms>'
    f'<ds:DigestMethod Algorithm="{_SHA1}"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_SIGNATURE: Final = (
    f'<ds:Signature xmlns:ds="{DS}">{{signed_info}}'
    "<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"
)
_ENCRYPTED: Final = (
    f'<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="{XENC}" Type="{ENCRYPTED_ELEMENT}">'
    f'<xenc:EncryptionMethod Algorithm="{DataEncryption.AES256_GCM}"/>'
    f'<ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey>'
    f'<xenc:EncryptionMethod Algorithm="{KeyTransport.RSA_OAEP_MGF1P}"/>'
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"
    "</ds:X509Data></ds:KeyInfo>"
    "<xenc:CipherData><xenc:CipherValue>{secret}</xenc:CipherValue></xenc:CipherData>"
    "</xenc:EncryptedKey></ds:KeyInfo>"
    "<xenc:CipherData><xenc:CipherValue>{ciphertext}</xenc:CipherValue></xenc:CipherData>"
    "</xenc:EncryptedData></saml:EncryptedAssertion>"
)


def signed_assertion(words: Words, key: SigningKey | None = None) -> str:
    """The assertion with Acme's signature, or another's."""
    text = assertion(words).encode()
    return xmldsig.sign(text, key or keys.signing(), reference_id=words.assertion_id).decode()


def signed_response(words: Words, inside: str) -> str:
    """The Response around ``inside``, with Acme's signature over all of it."""
    text = response(words, inside).encode()
    return xmldsig.sign(text, keys.signing(), reference_id=words.response_id).decode()


def good(words: Words) -> str:
    """What most identity providers send: a plain Response around a signed assertion."""
    return response(words, signed_assertion(words))


def signed_with_sha1(words: Words) -> str:
    """The assertion as identity providers of ten years ago signed it."""
    text = assertion(words)
    canonical = xml.canonical(xml.parse_canonical(text.encode()))
    digest = _base64(hashlib.sha1(canonical).digest())  # noqa: S324 - it is to be refused
    signed_info = _SIGNED_INFO.format(id=words.assertion_id, digest=digest)
    algorithm = hashes.SHA1()  # noqa: S303
    value = keys.signing().private_key.sign(signed_info.encode(), padding.PKCS1v15(), algorithm)
    signature = _SIGNATURE.format(signed_info=signed_info, value=_base64(value))
    return text.replace("</saml:Issuer>", f"</saml:Issuer>{signature}", 1)


def encrypted(text: str, certificate: bytes) -> str:
    """The assertion for the owner of a certificate (DER): AES-256-GCM, its key under RSA-OAEP."""
    recipient = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(recipient, rsa.RSAPublicKey):
        raise ValueError("expected the certificate of an RSA key")
    secret, nonce = AESGCM.generate_key(256), os.urandom(12)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - xmlenc 5.4.2
    return _ENCRYPTED.format(
        certificate=_base64(certificate),
        secret=_base64(recipient.encrypt(secret, oaep)),
        ciphertext=_base64(nonce + AESGCM(secret).encrypt(nonce, text.encode(), None)),
    )


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
