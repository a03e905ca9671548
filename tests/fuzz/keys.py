"""Keys that are the same every time they are made, so that checked-in messages keep verifying.

No private key is kept: each is worked out from a sentence. Anybody can do that, so nothing but
these tests may ever trust one of them.
"""

import functools
import math
import random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.idp.keys import NOT_AFTER, NOT_BEFORE, KeyPair, PrivateKey

_EXPONENT = 65537
_PRIME_BITS = 1024
_SMALL_PRIMES = math.prod(n for n in range(3, 2000) if all(n % d for d in range(2, n)))
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19)


@functools.cache
def seeded_pair(kind: str, owner: str) -> KeyPair:
    """The pair of this kind (``rsa-2048`` or ``ec-256``) and owner, the same on every machine."""
    private_key = _rsa(owner) if kind == "rsa-2048" else _ec(owner)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{owner} {kind} for fuzzing")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(1)
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        # RSA of PKCS #1 v1.5, because it signs the same octets the same way each time.
        .sign(_rsa("idp"), hashes.SHA256())
    )
    return KeyPair(private_key, certificate)


def _ec(owner: str) -> PrivateKey:
    return ec.derive_private_key(_random(owner).getrandbits(255), ec.SECP256R1())


@functools.cache
def _rsa(owner: str) -> rsa.RSAPrivateKey:
    source = _random(owner)
    p, q = _prime(source), _prime(source)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    ).private_key()


def _random(owner: str) -> random.Random:
    return random.Random(f"a key of {owner}, for fuzzing only")  # noqa: S311 - meant to be repeatable


def _prime(source: random.Random) -> int:
    ones = 3 << (_PRIME_BITS - 2) | 1
    while True:
        candidate = source.getrandbits(_PRIME_BITS) | ones
        if math.gcd(candidate, _SMALL_PRIMES) == 1 and _is_prime(candidate):
            return candidate


def _is_prime(candidate: int) -> bool:
    """Miller and Rabin's test; for numbers of this size, drawn at random, it does not err."""
    twos = ((candidate - 1) & -(candidate - 1)).bit_length() - 1
    odd = (candidate - 1) >> twos
    for witness in _WITNESSES:
        power = pow(witness, odd, candidate)
        if power in (1, candidate - 1):
            continue
        if all((power := power * power % candidate) != candidate - 1 for _ in range(twos - 1)):
            return False
    return True
