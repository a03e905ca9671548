"""What a person wants to know of a certificate."""

import hashlib
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sso_gateway.saml.model import PublicKey, TrustedKey

_WARN_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate in words."""

    sha256: str
    """64 lower-case hexadecimal digits."""
    key_sha256: str
    """Of the SubjectPublicKeyInfo: two certificates around one key share it."""
    subject: str
    issuer: str
    key: str
    not_before: datetime
    not_after: datetime
    is_website: bool
    """It looks like the certificate of a web server, which changes every few months."""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 in groups of four."""
        return grouped(self.sha256)

    def days_left(self, now: datetime) -> int:
        """Whole days until it ends; negative when it has ended."""
        return (self.not_after - now).days

    def ends_soon(self, now: datetime) -> bool:
        """Whether somebody should ask the partner for the next one."""
        return self.days_left(now) < _WARN_DAYS


def describe(key: TrustedKey) -> CertificateFacts:
    """The facts of the certificate that ``key`` came in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what RFC 5280 forbids is no matter for a mere label
        certificate = x509.load_der_x509_certificate(key.der)
        subject, issuer = _name(certificate, "subject"), _name(certificate, "issuer")
        is_website = subject != issuer and _serves_websites(certificate)
    spki = key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return CertificateFacts(
        sha256=key.sha256,
        key_sha256=hashlib.sha256(spki).hexdigest(),
        subject=subject,
        issuer=issuer,
        key=_kind(key.public_key),
        not_before=key.not_before,
        not_after=key.not_after,
        is_website=is_website,
    )


def grouped(sha256: str) -> str:
    """``ab12cd…`` as ``AB12 CD…``: made to be read out on the telephone."""
    digits = sha256.upper()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _kind(key: PublicKey) -> str:
    return f"RSA {key.key_size}" if isinstance(key, RSAPublicKey) else f"EC {key.curve.name}"


def _name(certificate: x509.Certificate, which: str) -> str:
    """The common name, else the whole name, as printable text."""
    try:
        name = certificate.subject if which == "subject" else certificate.issuer
        common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
        text = str(common[0].value) if common else name.rfc4514_string()
    except ValueError:
        return ""
    return "".join(part if part.isprintable() else "?" for part in text)[:200]


def _serves_websites(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.SERVER_AUTH in usage
