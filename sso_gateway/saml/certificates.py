"""Certificates of partners: the key is what is trusted, the certificate is its label (IIP-MD12)."""

import binascii
import hashlib
import re
import warnings
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.algorithms import MINIMUM_EC_BITS, MINIMUM_RSA_BITS
from sso_gateway.saml.model import PublicKey, TrustedKey

MINIMUM_RSA_EXPONENT: Final = 65_537

_WHITESPACE: Final = str.maketrans("", "", " \t\r\n")

# How the base64 of an unarmoured private key begins: a SEQUENCE whose first member is the version
# number 0 or 1 (PKCS#8, PKCS#1, SEC 1), where a certificate has another SEQUENCE.
_BARE_PRIVATE_KEY: Final = re.compile(
    rb">\s*(?:MII[A-Za-z0-9+/]{3}IBA[A-P]|MI[GH][A-Za-z0-9+/]AgE[AB]|M[A-P][A-Za-z0-9+/]CAQ[EA])"
)


def trusted_key(der: bytes) -> TrustedKey:
    """The public key of an X.509 certificate in DER; who issued it and when it ends is no matter.

    Refuses UNDECODABLE what is no certificate, KEY_TOO_SMALL an RSA key below 2048 or an elliptic
    curve below 256 bits, ALGORITHM_WEAK any other kind of key and RSA exponents below 65537
    (SDP-MD06, SDP-MD07).
    """
    # The library warns about certificates that RFC 5280 forbids: here they carry a key, no trust.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            certificate = x509.load_der_x509_certificate(der)
            not_before = certificate.not_valid_before_utc
            not_after = certificate.not_valid_after_utc
            public_key = certificate.public_key()
        except UnsupportedAlgorithm as error:
            raise Refusal(Reason.ALGORITHM_WEAK, "its key is of an unknown kind") from error
        except (ValueError, x509.InvalidVersion) as error:
            raise Refusal(
                Reason.UNDECODABLE, "it is not an X.509 certificate", position="0"
            ) from error
    return TrustedKey(
        public_key=_strong(public_key),
        sha256=hashlib.sha256(der).hexdigest(),
        not_before=not_before,
        not_after=not_after,
        der=der,
    )


def certificate_octets(text: str) -> bytes:
    """The DER in an X509Certificate element's text (xmldsig 4.5.4). Refuses UNDECODABLE."""
    try:
        return binascii.a2b_base64(text.translate(_WHITESPACE), strict_mode=True)
    except ValueError as error:
        raise Refusal(Reason.UNDECODABLE, "it is not base64", position="0") from error


def refuse_private_keys(document: bytes) -> None:
    """Refuse XML_FORBIDDEN a document with a private key in it, before anybody stores it."""
    if b"PRIVATE KEY" in document or _BARE_PRIVATE_KEY.search(document):
        raise Refusal(
            Reason.XML_FORBIDDEN,
            "there is a private key in this file. It was not stored. Whoever owns the key must"
            " replace it, because it has left its place",
            expected="certificates only", received="a private key",
        )  # fmt: skip


def _strong(key: object) -> PublicKey:
    if isinstance(key, RSAPublicKey):
        _refuse_small("RSA", key.key_size, MINIMUM_RSA_BITS)
        exponent = key.public_numbers().e
        if exponent < MINIMUM_RSA_EXPONENT:
            raise Refusal(
                Reason.ALGORITHM_WEAK, "the RSA exponent of its key is too small",
                expected=f"{MINIMUM_RSA_EXPONENT} or more", received=f"RSA exponent {exponent}",
            )  # fmt: skip
        return key
    if isinstance(key, EllipticCurvePublicKey):
        _refuse_small("elliptic curve", key.key_size, MINIMUM_EC_BITS)
        return key
    kind = type(key).__name__.removesuffix("PublicKey")
    raise Refusal(
        Reason.ALGORITHM_WEAK, f"its key is of the kind {kind}",
        expected="RSA or elliptic curve", received=kind,
    )  # fmt: skip


def _refuse_small(kind: str, bits: int, minimum: int) -> None:
    if bits < minimum:
        raise Refusal(
            Reason.KEY_TOO_SMALL, f"its {kind} key has {bits} bits, {minimum} are needed",
            expected=f"{minimum} bits", received=f"{bits} bits",
        )  # fmt: skip
