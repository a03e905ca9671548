"""The workshop's own signatures are right: xmlsec, an implementation apart, verifies them."""

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from sso_gateway.saml.names import DS, DigestMethod, SignatureMethod
from tests.idp import workshop
from tests.idp.keys import KeyPair, key_pair

KINDS = {"RSA": "rsa-2048", "ECDSA": "ec-256"}


def xmlsec_verifies(message: bytes, key: KeyPair) -> int:
    """How many signatures there are; raises where one does not verify."""
    root = etree.fromstring(message)
    signatures = root.findall(f".//{{{DS}}}Signature")
    public = key.private_key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    for signature in signatures:
        parent = signature.getparent()
        assert parent is not None
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(public, xmlsec.constants.KeyDataFormatDer)
        context.register_id(parent, "ID")
        context.verify(signature)
    return len(signatures)


@pytest.mark.parametrize("method", SignatureMethod)
@pytest.mark.parametrize("digest", DigestMethod)
def test_every_signature_method_and_digest_verifies(
    method: SignatureMethod, digest: DigestMethod
) -> None:
    key = key_pair("ec-384" if "ecdsa" in method else "rsa-2048")
    message = workshop.response(key=key, sign="both", how={"method": method, "digest": digest})
    assert xmlsec_verifies(message, key) == 2


@pytest.mark.parametrize("kind", ["ec-256", "ec-384", "ec-521", "rsa-3072"])
def test_every_kind_of_key_signs(kind: str) -> None:
    method = SignatureMethod.ECDSA_SHA256 if kind.startswith("ec") else SignatureMethod.RSA_SHA256
    message = workshop.response(key=key_pair(kind), how={"method": method})
    assert xmlsec_verifies(message, key_pair(kind)) == 1


def test_a_changed_message_does_not_verify() -> None:
    message = workshop.response(spoil=lambda m: m.replace(b"ada@", b"eve@"))
    with pytest.raises(xmlsec.Error):
        xmlsec_verifies(message, workshop.idp_key())


def test_a_signature_with_inclusive_namespaces_verifies() -> None:
    message = workshop.response(sign="both", how={"inclusive_prefixes": "xs xsi saml"})
    assert xmlsec_verifies(message, workshop.idp_key()) == 2


def test_a_signature_without_a_prefix_verifies() -> None:
    assert xmlsec_verifies(workshop.response(how={"prefix": ""}), workshop.idp_key()) == 1


def test_nothing_is_signed_where_nothing_was_asked() -> None:
    assert xmlsec_verifies(workshop.unsigned(), workshop.idp_key()) == 0
