"""Keys strong enough to be trusted, and private keys that must not be stored."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata
from tests.saml.documents import certificate_around, entity, key, pair, read, role, x509_key

PRIVATE = pair().private_key
EXPONENT_3 = rsa.generate_private_key(public_exponent=3, key_size=2048).public_key()
ED25519 = ed25519.Ed25519PrivateKey.generate().public_key()
CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (b"", Reason.UNDECODABLE),
        (pair().certificate_der + b"\x00", Reason.UNDECODABLE),
        (pair("rsa-1024").certificate_der, Reason.KEY_TOO_SMALL),
        (pair("ec-192").certificate_der, Reason.KEY_TOO_SMALL),
        (certificate_around(EXPONENT_3), Reason.ALGORITHM_WEAK),
        (certificate_around(ED25519), Reason.ALGORITHM_WEAK),
    ],
)
def test_a_key_too_weak_to_be_trusted_is_refused(der: bytes, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        metadata.trusted_key(der)

    assert refused.value.reason is reason


@pytest.mark.parametrize("kind", ["rsa-2048", "rsa-3072", "ec-256", "ec-384", "ec-521"])
def test_a_key_strong_enough_is_trusted(kind: str) -> None:
    strong = pair(kind)

    assert metadata.trusted_key(strong.certificate_der) == strong.trusted


@pytest.mark.parametrize(
    "private",
    [
        private_key.private_bytes(Encoding.DER, private_format, NoEncryption())
        for private_key in (PRIVATE, CURVE)
        for private_format in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
    ],
)
@pytest.mark.parametrize("use", ["signing", "encryption"])
def test_a_private_key_in_place_of_a_certificate_refuses_the_document(
    private: bytes, use: str
) -> None:
    wrapped = base64.encodebytes(private).decode()
    keys = x509_key() + key(
        f"<ds:X509Data><ds:X509Certificate>\n{wrapped}</ds:X509Certificate></ds:X509Data>",
        f' use="{use}"',
    )

    with pytest.raises(Refusal, match="It was not stored") as refused:
        read(entity(role(keys=keys)))

    assert refused.value.reason is Reason.XML_FORBIDDEN


@pytest.mark.parametrize(
    "private_format", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH]
)
def test_a_private_key_anywhere_refuses_the_document(private_format: PrivateFormat) -> None:
    pem = PRIVATE.private_bytes(Encoding.PEM, private_format, NoEncryption())

    for document in (
        pem,
        entity().encode() + b"<!--" + pem + b"-->",
        pair().certificate_pem + pem,
    ):
        with pytest.raises(Refusal, match=r"private key in this file\. It was not stored"):
            metadata.read(document)
        with pytest.raises(Refusal, match="It was not stored"):
            metadata.verify(document, (pair().trusted,))
