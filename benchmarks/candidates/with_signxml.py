"""signxml: verifies signatures and returns what they cover."""

import base64
from typing import Final

from lxml import etree
from signxml import XMLVerifier
from signxml.verifier import SignatureConfiguration

from benchmarks.candidates import Accept, CannotRunError, Maker
from benchmarks.messages import Kind
from sso_gateway.saml.names import DS, SAML
from tests.idp import workshop

_SIGNATURE = f"{{{DS}}}Signature"


def _signxml(kind: Kind) -> Accept:
    if kind is Kind.ENCRYPTED:
        raise CannotRunError("does not decrypt")
    certificate = workshop.idp_key().certificate_pem.decode()
    how = SignatureConfiguration(location="./", expect_references=1)

    def accept(field: str) -> None:
        root = etree.fromstring(base64.b64decode(field))
        assertion = root.find(f"{{{SAML}}}Assertion")
        assert assertion is not None
        for signed in (root, assertion) if kind is Kind.BOTH else (assertion,):
            XMLVerifier().verify(
                signed, x509_cert=certificate, id_attribute="ID", expect_config=how
            )

    return accept


CANDIDATES: Final[dict[str, Maker]] = {"signxml (signatures only)": _signxml}
