"""Keys made when the tests run: no private key is kept in the repository."""

import functools
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from sso_gateway.saml.model import DecryptionKey, TrustedKey

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NOT_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2040, 1, 1, tzinfo=UTC)

CURVES: dict[str, type[ec.EllipticCurve]] = {
    "ec-192": ec.SECP192R1,
    "ec-256": ec.SECP256R1,
    "ec-384": ec.SECP384R1,
    "ec-521": ec.SECP521R1,
}


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and the self-signed certificate around its public half."""

    private_key: PrivateKey
    certificate: x509.Certificate

    @property
    def private_pem(self) -> bytes:
        return self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.certificate_der).hexdigest()

    @property
    def trusted(self) -> TrustedKey:
        """The key as a partner's metadata would give it to us, whatever its size."""
        public_key = self.certificate.public_key()
        assert isinstance(public_key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
        return TrustedKey(
            public_key=public_key,
            sha256=self.sha256,
            not_before=self.certificate.not_valid_before_utc,
            not_after=self.certificate.not_valid_after_utc,
            der=self.certificate_der,
        )

    @property
    def decryption(self) -> DecryptionKey:
        """The key as one of ours, to decrypt with."""
        assert isinstance(self.private_key, rsa.RSAPrivateKey)
        return DecryptionKey(private_key=self.private_key, sha256=self.sha256)


@functools.cache
def key_pair(
    kind: str = "rsa-2048",
    owner: str = "idp",
    not_before: datetime = NOT_BEFORE,
    not_after: datetime = NOT_AFTER,
) -> KeyPair:
    """One pair for each kind, owner and validity, the same throughout a test run.

    ``kind`` is ``rsa-<bits>`` or ``ec-<bits>``; the owner only tells pairs apart.
    """
    private_key = _private_key(kind)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{owner} {kind} for tests")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .sign(private_key, hashes.SHA256())
    )
    return KeyPair(private_key, certificate)


def _private_key(kind: str) -> PrivateKey:
    family, bits = kind.split("-")
    if family == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(bits))
    return ec.generate_private_key(CURVES[kind]())
