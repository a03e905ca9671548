"""XML decryption: an encrypted element and our private keys in, the octets that were encrypted
out.

Encrypted is not authenticated: what comes out is as hostile as any message, and its caller must
parse it through the same gate and find a signature inside it or around it. One shape is read
(xmlenc 3): CipherValue only, at most two recipients, AES-GCM, or AES-CBC where the caller has
already verified a signature over the ciphertext; RSA-OAEP only.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xml
from sso_gateway.saml.algorithms import MINIMUM_RSA_BITS
from sso_gateway.saml.model import DecryptionKey
from sso_gateway.saml.names import DS, ENCRYPTED_ELEMENT, XENC, XENC11, DataEncryption, KeyTransport

_DATA: Final = f"{{{XENC}}}EncryptedData"
_KEY: Final = f"{{{XENC}}}EncryptedKey"
_METHOD: Final = f"{{{XENC}}}EncryptionMethod"
_CIPHER_DATA: Final = f"{{{XENC}}}CipherData"
_CIPHER_VALUE: Final = f"{{{XENC}}}CipherValue"
_KEY_INFO: Final = f"{{{DS}}}KeyInfo"
_MOST_RECIPIENTS: Final = 2

_KEY_SIZES: Final = {
    DataEncryption.AES128_GCM.value: 16,
    DataEncryption.AES192_GCM.value: 24,
    DataEncryption.AES256_GCM.value: 32,
    DataEncryption.AES128_CBC.value: 16,
    DataEncryption.AES192_CBC.value: 24,
    DataEncryption.AES256_CBC.value: 32,
}
CBC_METHODS: Final = frozenset(
    {
        DataEncryption.AES128_CBC.value,
        DataEncryption.AES192_CBC.value,
        DataEncryption.AES256_CBC.value,
    }
)
_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1(),  # noqa: S303 - safe inside OAEP (IIP-ALG06)
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmlenc#sha512": hashes.SHA512(),
}
_MASKS: Final[dict[str, hashes.HashAlgorithm]] = {
    f"{XENC11}mgf1sha1": hashes.SHA1(),  # noqa: S303
    f"{XENC11}mgf1sha256": hashes.SHA256(),
    f"{XENC11}mgf1sha384": hashes.SHA384(),
    f"{XENC11}mgf1sha512": hashes.SHA512(),
}
ALGORITHMS: Final = frozenset({*_KEY_SIZES, *map(str, KeyTransport), *_DIGESTS, *_MASKS})
"""Everything that may hide a message from others, and what may stand inside of RSA-OAEP."""
_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"
_WHITESPACE: Final = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Decrypted:
    """The octets, and the algorithm that hid them. Not authenticated by itself."""

    octets: bytes
    method: str


def decryption_key(private_pem: bytes, certificate_pem: bytes | None) -> DecryptionKey:
    """Our private key, parsed once. Refuses, by ``ValueError``, anything but RSA of 2048 bits or
    more.
    """
    private_key = serialization.load_pem_private_key(private_pem, None)
    if not isinstance(private_key, rsa.RSAPrivateKey) or private_key.key_size < MINIMUM_RSA_BITS:
        raise ValueError(f"expected an RSA key of {MINIMUM_RSA_BITS} bits or more")
    if certificate_pem is None:
        label = private_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    else:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        label = certificate.public_bytes(serialization.Encoding.DER)
    return DecryptionKey(private_key, hashlib.sha256(label).hexdigest())


def method_of(encrypted: xml.Element) -> str:
    """The data encryption algorithm that ``encrypted`` (EncryptedAssertion, EncryptedID …) names,
    or "".
    """
    found = encrypted.find(f"{_DATA}/{_METHOD}")
    return "" if found is None else found.get("Algorithm", "")


def decrypt(
    encrypted: xml.Element,
    keys: Sequence[DecryptionKey],
    *,
    authenticated: bool,
    denied: frozenset[str] = frozenset(),
) -> Decrypted:
    """The octets inside ``encrypted``; every key is tried (IIP-SP08).

    ``authenticated`` says that a trusted signature covers the ciphertext: only then may it be CBC,
    whose padding would otherwise answer an attacker's questions. Algorithms in ``denied`` are
    refused like those that we do not have (IIP-ALG08). Refuses ENCRYPTED_NO_KEY,
    DECRYPT_FAILED (one answer for all failures), ENC_ALGORITHM, XML_MALFORMED.
    """
    if not keys:
        raise Refusal(Reason.ENCRYPTED_NO_KEY, expected="a decryption key", received="none")
    data = _only(encrypted, _DATA)
    method = _readable(method_of(encrypted), authenticated, denied)
    if data.get("Type") not in (None, ENCRYPTED_ELEMENT):
        raise _malformed("EncryptedData Type", data.get("Type", ""))
    ciphertext = _cipher_value(data)
    transported = [_transported(key, denied) for key in _recipients(encrypted, data)]
    for recipient in transported:
        for key in keys:
            try:
                secret = key.private_key.decrypt(recipient.ciphertext, recipient.padding)
                return Decrypted(_decipher(method, secret, ciphertext), method)
            except (ValueError, InvalidTag):
                continue
    raise Refusal(
        Reason.DECRYPT_FAILED,
        "none of our keys opens it",
        expected=", ".join(key.sha256[:16] for key in keys),
        received=_named_recipient(encrypted),
    )


def _malformed(detail: str, received: str = "") -> Refusal:
    return Refusal(Reason.XML_MALFORMED, f"encryption: {detail}", received=received)


def _only(parent: xml.Element, tag: str) -> xml.Element:
    found = parent.findall(tag)
    if len(found) != 1:
        raise _malformed(f"expected one {tag.rpartition('}')[2]}", str(len(found)))
    return found[0]


def _cipher_value(parent: xml.Element) -> bytes:
    # A CipherReference would be an address to fetch (xmlenc 3.3.1); it is not read.
    return _octets(_only(_only(parent, _CIPHER_DATA), _CIPHER_VALUE))


def _octets(element: xml.Element) -> bytes:
    try:
        return base64.b64decode(_WHITESPACE.sub("", xml.text(element)), validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(f"{xml.local_name(element)} is not base64") from None


def _recipients(encrypted: xml.Element, data: xml.Element) -> list[xml.Element]:
    """EncryptedKey elements, inside KeyInfo or beside EncryptedData (core 2.2.4); both places are
    in use.
    """
    key_info = data.find(_KEY_INFO)
    inside = [] if key_info is None else key_info.findall(_KEY)
    found = inside + encrypted.findall(_KEY)
    if not 1 <= len(found) <= _MOST_RECIPIENTS:
        raise _malformed(f"expected 1 to {_MOST_RECIPIENTS} EncryptedKey", str(len(found)))
    return found


@dataclass(frozen=True, slots=True)
class _Transported:
    ciphertext: bytes
    padding: padding.OAEP


def _readable(method: str, authenticated: bool, denied: frozenset[str]) -> str:
    if method not in _KEY_SIZES or (method in CBC_METHODS and not authenticated):
        raise Refusal(
            Reason.ENC_ALGORITHM,
            "AES-CBC is read only inside a signed response" if method in CBC_METHODS else "",
            expected=DataEncryption.AES256_GCM.value,
            received=method or "none",
        )
    _refuse_denied(denied, method)
    return method


def _refuse_denied(denied: frozenset[str], *methods: str) -> None:
    for method in methods:
        if method in denied:
            raise Refusal(
                Reason.ENC_ALGORITHM,
                "denied to this partner",
                expected="another algorithm",
                received=method,
            )


def _transported(encrypted_key: xml.Element, denied: frozenset[str]) -> _Transported:
    method = _only(encrypted_key, _METHOD)
    algorithm = method.get("Algorithm", "")
    digest = method.find(f"{{{DS}}}DigestMethod")
    mask = method.find(f"{{{XENC11}}}MGF")
    digest_uri = _SHA1 if digest is None else digest.get("Algorithm", "")
    mask_uri = f"{XENC11}mgf1sha1" if mask is None else mask.get("Algorithm", "")
    known = algorithm in (KeyTransport.RSA_OAEP_MGF1P, KeyTransport.RSA_OAEP)
    if not known or digest_uri not in _DIGESTS or mask_uri not in _MASKS:
        raise Refusal(
            Reason.ENC_ALGORITHM,
            "key transport",
            expected=KeyTransport.RSA_OAEP_MGF1P.value,
            received=f"{algorithm} {digest_uri} {mask_uri}",
        )
    if algorithm == KeyTransport.RSA_OAEP_MGF1P:
        # xmlenc 5.4.2: this identifier fixes the mask generation to SHA-1, whatever the digest.
        mask_uri = f"{XENC11}mgf1sha1"
    _refuse_denied(denied, algorithm, digest_uri, mask_uri)
    label = method.find(f"{{{XENC}}}OAEPparams")
    return _Transported(
        _cipher_value(encrypted_key),
        padding.OAEP(
            padding.MGF1(_MASKS[mask_uri]),
            _DIGESTS[digest_uri],
            None if label is None else _octets(label),
        ),
    )


def _decipher(method: str, secret: bytes, ciphertext: bytes) -> bytes:
    if len(secret) != _KEY_SIZES[method]:
        raise ValueError("the key's size does not fit the algorithm")
    if method not in CBC_METHODS:
        # xmlenc11 5.2.4: 96 bit nonce first, 128 bit tag last.
        return AESGCM(secret).decrypt(ciphertext[:12], ciphertext[12:], None)
    decryptor = Cipher(AES(secret), CBC(ciphertext[:16])).decryptor()
    padded = decryptor.update(ciphertext[16:]) + decryptor.finalize()
    # xmlenc 5.2.1: the last octet counts the padding; the octets before it are arbitrary.
    if not padded or not 1 <= padded[-1] <= 16:
        raise ValueError("padding")
    return padded[: -padded[-1]]


def _named_recipient(encrypted: xml.Element) -> str:
    """The certificate that the sender says it encrypted for: a hint for people, nothing is decided
    by it.
    """
    certificate = encrypted.find(f".//{{{DS}}}X509Certificate")
    if certificate is None:
        return "a certificate it does not name"
    try:
        der = base64.b64decode(_WHITESPACE.sub("", certificate.text or ""))
    except (binascii.Error, ValueError):
        return "unreadable"
    return hashlib.sha256(der).hexdigest()
