"""pysaml2's cryptography in process, so that its IdP and its client need no xmlsec1 program."""

import importlib.metadata
from pathlib import Path
from typing import Any

import xmlsec
from lxml import etree
from saml2 import SamlBase
from saml2.saml import NAMESPACE as SAML
from saml2.sigver import (
    CryptoBackend,
    CryptoBackendXmlSec1,
    DecryptError,
    SignatureError,
    pre_encrypt_assertion,
)

DS = xmlsec.constants.DSigNs
XENC = xmlsec.constants.EncNs
SESSION_KEYS: dict[str, tuple[Any, int]] = {
    "http://www.w3.org/2001/04/xmlenc#tripledes-cbc": (xmlsec.constants.KeyDataDes, 192),
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc": (xmlsec.constants.KeyDataAes, 128),
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc": (xmlsec.constants.KeyDataAes, 256),
    "http://www.w3.org/2009/xmlenc11#aes128-gcm": (xmlsec.constants.KeyDataAes, 128),
    "http://www.w3.org/2009/xmlenc11#aes192-gcm": (xmlsec.constants.KeyDataAes, 192),
    "http://www.w3.org/2009/xmlenc11#aes256-gcm": (xmlsec.constants.KeyDataAes, 256),
}
AES256_GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"


def with_algorithm(template: object, algorithm: str) -> str:
    """pysaml2's encryption template, which says 3DES, with this data encryption instead."""
    root = etree.fromstring(str(template).encode())
    method = root.find(f"{{{XENC}}}EncryptionMethod")
    assert method is not None
    method.set("Algorithm", algorithm)
    return etree.tostring(root).decode()


def as_text(statement: object) -> str:
    return statement.decode() if isinstance(statement, bytes) else str(statement)


class InProcessBackend(CryptoBackend):  # type: ignore[misc]
    """The five verbs of pysaml2's CryptoBackend on python-xmlsec."""

    def __init__(self, data_encryption: str = AES256_GCM) -> None:
        super().__init__()
        self.data_encryption = data_encryption

    @property
    def version(self) -> str:
        return importlib.metadata.version("xmlsec")

    def sign_statement(
        self, statement: object, node_name: str, key_file: str, node_id: str | None
    ) -> str:
        root = etree.fromstring(as_text(statement).encode())
        signature = _signature_of(root, node_name, node_id)
        parent = signature.getparent()
        assert parent is not None
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(key_file, xmlsec.constants.KeyDataFormatPem)
        context.register_id(parent, "ID")
        context.sign(signature)
        return etree.tostring(root).decode()

    def validate_signature(
        self, signedtext: object, cert_file: str, cert_type: str, node_name: str, node_id: str
    ) -> bool:
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(cert_file, xmlsec.constants.KeyDataFormatCertPem)
        try:
            root = etree.fromstring(as_text(signedtext).encode())
            signature = _signature_of(root, node_name, node_id)
            parent = signature.getparent()
            assert parent is not None
            context.register_id(parent, "ID")
            context.verify(signature)
        except (xmlsec.Error, etree.LxmlError) as error:
            raise SignatureError(str(error)) from error
        return True

    def encrypt(
        self, text: str, recv_key: str, template: str, key_type: str, xpath: str = ""
    ) -> str:
        return self.encrypt_assertion(
            text, recv_key, Path(template).read_text(encoding="utf-8"), key_type, xpath or None
        )

    def encrypt_assertion(
        self,
        statement: object,
        enc_key: str,
        template: object,
        key_type: str = "",
        node_xpath: str | None = None,
        node_id: str | None = None,
    ) -> str:
        if isinstance(statement, SamlBase):
            statement = pre_encrypt_assertion(statement)
        root = etree.fromstring(as_text(statement).encode())
        path = f"{{{SAML}}}EncryptedAssertion/{{{SAML}}}Assertion"
        target = root.find(path)
        assert target is not None
        keys = xmlsec.KeysManager()
        keys.add_key(xmlsec.Key.from_file(enc_key, xmlsec.constants.KeyDataFormatCertPem))
        context = xmlsec.EncryptionContext(keys)
        data_type, bits = SESSION_KEYS[self.data_encryption]
        context.key = xmlsec.Key.generate(data_type, bits, xmlsec.constants.KeyDataTypeSession)
        context.encrypt_xml(
            etree.fromstring(with_algorithm(template, self.data_encryption)), target
        )
        return etree.tostring(root).decode()

    def decrypt(self, enctext: object, key_file: str) -> str:
        keys = xmlsec.KeysManager()
        keys.add_key(xmlsec.Key.from_file(key_file, xmlsec.constants.KeyDataFormatPem))
        try:
            root = etree.fromstring(as_text(enctext).encode())
            encrypted = root.find(f".//{{{XENC}}}EncryptedData")
            if encrypted is None:
                raise DecryptError("nothing is encrypted")
            xmlsec.EncryptionContext(keys).decrypt(encrypted)
        except (xmlsec.Error, etree.LxmlError) as error:
            raise DecryptError(str(error)) from error
        return etree.tostring(root).decode()


class ProgramBackend(CryptoBackendXmlSec1):  # type: ignore[misc]
    """The ordinary xmlsec1 program, told which data encryption to use."""

    def __init__(self, program: str, data_encryption: str = AES256_GCM) -> None:
        super().__init__(program)
        self.data_encryption = data_encryption

    def encrypt_assertion(
        self,
        statement: object,
        enc_key: str,
        template: object,
        key_type: str = "",
        node_xpath: str | None = None,
        node_id: str | None = None,
    ) -> str:
        kind = "des" if "tripledes" in self.data_encryption else "aes"
        bits = SESSION_KEYS[self.data_encryption][1]
        encrypted: str = super().encrypt_assertion(
            statement,
            enc_key,
            with_algorithm(template, self.data_encryption),
            f"{kind}-{bits}",
            node_xpath,
            node_id,
        )
        return encrypted


def _signature_of(root: etree._Element, node_name: str, node_id: str | None) -> etree._Element:
    """The ds:Signature that is a child of the named element; ``node_name`` is namespace:name."""
    namespace, _, name = node_name.rpartition(":")
    for candidate in root.iter(f"{{{namespace}}}{name}"):
        if node_id is None or candidate.get("ID") == node_id:
            signature = candidate.find(f"{{{DS}}}Signature")
            if signature is not None:
                return signature
    raise SignatureError(f"no signature in {node_name} {node_id}")
