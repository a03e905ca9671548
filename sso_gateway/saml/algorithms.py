"""The algorithms that may carry trust: what is not in these two tables is refused.

RSA (PKCS #1 v1.5 and PSS) and ECDSA with SHA-256, SHA-384 or SHA-512. The type of the key must fit
the method, so a public key can never serve as an HMAC secret (CVE-2009-0217 and CVE-2019-1006
classes).
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import DigestMethod, SignatureMethod

MINIMUM_RSA_BITS: Final = 2048
MINIMUM_EC_BITS: Final = 256

Verifier = Callable[[TrustedKey, bytes, bytes], None]
"""Key, signature value, signed octets; raises ``InvalidSignature``."""

DIGESTS: Final[dict[str, Callable[[bytes], Any]]] = {
    DigestMethod.SHA256.value: hashlib.sha256,
    DigestMethod.SHA384.value: hashlib.sha384,
    DigestMethod.SHA512.value: hashlib.sha512,
}

WRITTEN: Final = (
    SignatureMethod.RSA_SHA256.value,
    SignatureMethod.RSA_SHA384.value,
    SignatureMethod.RSA_SHA512.value,
)
"""What our own keys sign with, which are RSA keys; the usual one first."""

_MISFIT: Final = "the key does not fit the algorithm"


def _rsa_pkcs1(algorithm: hashes.HashAlgorithm) -> Verifier:
    def verifier(key: TrustedKey, value: bytes, signed: bytes) -> None:
        if not isinstance(key.public_key, rsa.RSAPublicKey):
            raise InvalidSignature(_MISFIT)
        key.public_key.verify(value, signed, padding.PKCS1v15(), algorithm)

    return verifier


def _rsa_pss(algorithm: hashes.HashAlgorithm) -> Verifier:
    # RFC 9231 2.3.10: MGF1 with the same hash, salt as long as the hash.
    scheme = padding.PSS(mgf=padding.MGF1(algorithm), salt_length=algorithm.digest_size)

    def verifier(key: TrustedKey, value: bytes, signed: bytes) -> None:
        if not isinstance(key.public_key, rsa.RSAPublicKey):
            raise InvalidSignature(_MISFIT)
        key.public_key.verify(value, signed, scheme, algorithm)

    return verifier


def _ecdsa(algorithm: hashes.HashAlgorithm) -> Verifier:
    def verifier(key: TrustedKey, value: bytes, signed: bytes) -> None:
        if not isinstance(key.public_key, ec.EllipticCurvePublicKey):
            raise InvalidSignature(_MISFIT)
        # RFC 4050 3.3 and xmldsig11 6.4.3: r and s, each as long as the order of the curve.
        size = (key.public_key.curve.key_size + 7) // 8
        if len(value) != 2 * size:
            raise InvalidSignature("wrong length")
        r, s = int.from_bytes(value[:size]), int.from_bytes(value[size:])
        key.public_key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(algorithm))

    return verifier


VERIFIERS: Final[dict[str, Verifier]] = {
    SignatureMethod.RSA_SHA256.value: _rsa_pkcs1(hashes.SHA256()),
    SignatureMethod.RSA_SHA384.value: _rsa_pkcs1(hashes.SHA384()),
    SignatureMethod.RSA_SHA512.value: _rsa_pkcs1(hashes.SHA512()),
    SignatureMethod.RSA_PSS_SHA256.value: _rsa_pss(hashes.SHA256()),
    SignatureMethod.RSA_PSS_SHA384.value: _rsa_pss(hashes.SHA384()),
    SignatureMethod.RSA_PSS_SHA512.value: _rsa_pss(hashes.SHA512()),
    SignatureMethod.ECDSA_SHA256.value: _ecdsa(hashes.SHA256()),
    SignatureMethod.ECDSA_SHA384.value: _ecdsa(hashes.SHA384()),
    SignatureMethod.ECDSA_SHA512.value: _ecdsa(hashes.SHA512()),
}


def signature_for(declared: Iterable[str], denied: frozenset[str] = frozenset()) -> str:
    """What to sign with for somebody who declares these, in the order of their preference: the
    first that we can; else RSA-SHA256, which everybody can (IIP-MD10, IIP-ALG02), or what is left
    of ``WRITTEN`` without ``denied``: not everything, or ``ValueError``.
    """
    return _first(declared, WRITTEN, denied)


def digest_for(declared: Iterable[str], denied: frozenset[str] = frozenset()) -> str:
    """Likewise what to digest with, else SHA-256."""
    return _first(declared, DIGESTS, denied)


def _first(declared: Iterable[str], ours: Iterable[str], denied: frozenset[str]) -> str:
    left = [method for method in ours if method not in denied]
    if not left:
        raise ValueError("every algorithm is denied")
    return next((method for method in declared if method in left), left[0])
