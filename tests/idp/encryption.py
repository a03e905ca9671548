"""XML encryption made with cryptography, apart from the product's own decryption."""

import base64
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sso_gateway.saml.names import DS, ENCRYPTED_ELEMENT, XENC, XENC11, DataEncryption, KeyTransport
from tests.idp.keys import KeyPair
from tests.idp.signing import DIGESTS, SHA1

RSA_1_5 = f"{XENC}rsa-1_5"
TRIPLE_DES = f"{XENC}tripledes-cbc"
MGF1: dict[str, hashes.HashAlgorithm] = {
    f"{XENC11}mgf1sha1": hashes.SHA1(),
    f"{XENC11}mgf1sha256": hashes.SHA256(),
    f"{XENC11}mgf1sha384": hashes.SHA384(),
    f"{XENC11}mgf1sha512": hashes.SHA512(),
}
KEY_BYTES: dict[str, int] = {
    DataEncryption.AES128_GCM: 16,
    DataEncryption.AES192_GCM: 24,
    DataEncryption.AES256_GCM: 32,
    DataEncryption.AES128_CBC: 16,
    DataEncryption.AES192_CBC: 24,
    DataEncryption.AES256_CBC: 32,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """For whom and how; the default is what SAML2Int asks for."""

    recipient: KeyPair
    data: str = DataEncryption.AES256_GCM
    transport: str = KeyTransport.RSA_OAEP_MGF1P
    oaep_digest: str | None = None
    """DigestMethod of the key transport; None leaves it out, which means SHA-1 (xmlenc 5.4.2)."""
    mgf: str | None = None
    """Mask generation function; only rsa-oaep of xmlenc11 names one."""
    oaep_params: bytes | None = None
    key_beside_data: bool = False
    """EncryptedKey as the sibling of EncryptedData, found by RetrievalMethod (core 2.3.4)."""
    spoil_key: bool = False
    spoil_data: bool = False
    type_uri: str | None = ENCRYPTED_ELEMENT
    declared_data: str | None = None
    """Algorithm to name instead of the one that was used."""
    recipient_hint: str | None = None
    cipher_reference: str | None = None
    key_name: str = ""


def encrypt(plaintext: bytes, how: Encryption, name: str = "Assertion") -> str:
    """EncryptedData (and EncryptedKey) around the serialised element; ``name`` begins their Id."""
    session_key = os.urandom(KEY_BYTES[how.data])
    data = _encrypt_data(plaintext, session_key, how.data)
    wrapped = _wrap(session_key, how)
    if how.spoil_data:
        data = data[:-1] + bytes([data[-1] ^ 1])
    if how.spoil_key:
        wrapped = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    encrypted_key = _encrypted_key_xml(wrapped, how, name)
    key_info = encrypted_key
    if how.key_beside_data:
        key_info = f'<ds:RetrievalMethod Type="{XENC}EncryptedKey" URI="#{name}-key"/>'
    kind = f' Type="{how.type_uri}"' if how.type_uri else ""
    encrypted_data = (
        f'<xenc:EncryptedData xmlns:xenc="{XENC}" Id="{name}-data"{kind}>'
        f'<xenc:EncryptionMethod Algorithm="{how.declared_data or how.data}"/>'
        f'<ds:KeyInfo xmlns:ds="{DS}">{key_info}</ds:KeyInfo>'
        f"{_cipher_data(data, how.cipher_reference)}</xenc:EncryptedData>"
    )
    return encrypted_data + (encrypted_key if how.key_beside_data else "")


def _encrypted_key_xml(wrapped: bytes, how: Encryption, name: str) -> str:
    method = ""
    if how.oaep_digest is not None:
        method += f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{how.oaep_digest}"/>'
    if how.mgf is not None:
        method += f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{how.mgf}"/>'
    if how.oaep_params is not None:
        params = base64.b64encode(how.oaep_params).decode()
        method = f"<xenc:OAEPparams>{params}</xenc:OAEPparams>{method}"
    recipient = f' Recipient="{how.recipient_hint}"' if how.recipient_hint else ""
    hint = f'<ds:KeyInfo xmlns:ds="{DS}"><ds:KeyName>{how.key_name}</ds:KeyName></ds:KeyInfo>'
    back = f'<xenc:ReferenceList><xenc:DataReference URI="#{name}-data"/></xenc:ReferenceList>'
    return (
        f'<xenc:EncryptedKey xmlns:xenc="{XENC}" Id="{name}-key"{recipient}>'
        f'<xenc:EncryptionMethod Algorithm="{how.transport}">{method}</xenc:EncryptionMethod>'
        f"{hint if how.key_name else ''}{_cipher_data(wrapped, None)}"
        f"{back if how.key_beside_data else ''}</xenc:EncryptedKey>"
    )


def _cipher_data(octets: bytes, reference: str | None) -> str:
    if reference is not None:
        inner = f'<xenc:CipherReference URI="{reference}"/>'
    else:
        inner = f"<xenc:CipherValue>{base64.b64encode(octets).decode()}</xenc:CipherValue>"
    return f"<xenc:CipherData>{inner}</xenc:CipherData>"


def _encrypt_data(plaintext: bytes, key: bytes, algorithm: str) -> bytes:
    """Initialisation vector first, then the ciphertext (xmlenc 5.2, xmlenc11 5.2.4)."""
    if algorithm.endswith("-gcm"):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, None)
    iv = os.urandom(16)
    pad = 16 - len(plaintext) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return iv + encryptor.update(plaintext + bytes(pad - 1) + bytes([pad])) + encryptor.finalize()


def _wrap(session_key: bytes, how: Encryption) -> bytes:
    public_key = how.recipient.private_key.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    if how.transport == RSA_1_5:
        return public_key.encrypt(session_key, padding.PKCS1v15())
    digest = DIGESTS[how.oaep_digest or SHA1]
    mask = MGF1[how.mgf or f"{XENC11}mgf1sha1"]
    return public_key.encrypt(
        session_key, padding.OAEP(padding.MGF1(mask), digest, how.oaep_params)
    )
