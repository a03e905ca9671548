"""libxmlsec through its Python binding: decrypts and verifies signatures, and nothing more."""

import base64
from typing import Final

import xmlsec
from lxml import etree

from benchmarks.candidates import Accept, Maker
from benchmarks.messages import Kind
from sso_gateway.saml.names import DS, SAML, XENC
from tests.idp import workshop

_SIGNATURE = f"{{{DS}}}Signature"


def _direct(kind: Kind) -> Accept:
    trusted = xmlsec.Key.from_memory(
        workshop.idp_key().certificate_pem, xmlsec.constants.KeyDataFormatCertPem
    )
    decryption = xmlsec.KeysManager()
    decryption.add_key(
        xmlsec.Key.from_memory(workshop.sp_key().private_pem, xmlsec.constants.KeyDataFormatPem)
    )

    def accept(field: str) -> None:
        root = etree.fromstring(base64.b64decode(field))
        if kind is Kind.ENCRYPTED:
            encrypted = root.find(f".//{{{XENC}}}EncryptedData")
            assert encrypted is not None
            xmlsec.EncryptionContext(decryption).decrypt(encrypted)
        assertion = root.find(f".//{{{SAML}}}Assertion")
        for signed in (root, assertion) if kind is Kind.BOTH else (assertion,):
            _verify(signed, trusted)

    return accept


def _verify(signed: etree._Element | None, trusted: xmlsec.Key) -> None:
    assert signed is not None
    signature = signed.find(_SIGNATURE)
    assert signature is not None
    context = xmlsec.SignatureContext()
    context.key = trusted
    context.register_id(signed, "ID")
    context.verify(signature)


CANDIDATES: Final[dict[str, Maker]] = {"python-xmlsec (signatures only)": _direct}
