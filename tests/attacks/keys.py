"""Keys that nobody gave us: shown in the message, swapped, or taken for something else."""

import base64
import functools
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, XENC, SignatureMethod
from tests.attacks.anatomy import (
    SIGNATURE,
    Element,
    assertion,
    child,
    descendant,
    octets,
    outermost,
    possess,
    signature,
    tree,
)
from tests.attacks.attack import Attack, DoesNotApply, Naive, Transform, every
from tests.attacks.naive import believes_key_info, hmac_with_certificate
from tests.attacks.signing import show, showing, sign_all
from tests.idp.keys import KeyPair, key_pair
from tests.idp.signing import HMAC_SHA256
from tests.idp.workshop import sp_key
from tests.shapes import key_info
from tests.shapes.key_info import certificate, certificates
from tests.shapes.shape import elliptic
from tests.shapes.shape import rsa as idp_key

UNKNOWN, INVALID, WEAK = Reason.KEY_UNKNOWN, Reason.SIGNATURE_INVALID, Reason.ALGORITHM_WEAK
FORGER = key_pair("rsa-2048", "forger")
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


@functools.cache
def clone() -> KeyPair:
    """The forger's key in a certificate that says in every field what the genuine one says."""
    genuine = idp_key().certificate
    key = FORGER.private_key
    copied = (
        x509.CertificateBuilder()
        .subject_name(genuine.subject)
        .issuer_name(genuine.issuer)
        .public_key(key.public_key())
        .serial_number(genuine.serial_number)
        .not_valid_before(genuine.not_valid_before_utc)
        .not_valid_after(genuine.not_valid_after_utc)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(key, copied)


def forged(method: str, key: KeyPair, shown: str) -> Transform:
    """The victim, signed with this key and method, and this KeyInfo shown."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        possess(assertion(root))
        for found in descendants(root):
            found.set("Algorithm", method)
        show(root, shown)
        sign_all(root, lambda _: key)
        return octets(root)

    return transform


def descendants(root: Element) -> list[Element]:
    found = list(root.iter(f"{{{DS}}}SignatureMethod"))
    if not found:
        raise DoesNotApply("the signature is inside the ciphertext")
    return found


@dataclass(frozen=True, slots=True)
class Lure:
    """A KeyInfo, and why it does not help."""

    name: str
    parts: tuple[str, ...]
    reason: Reason = UNKNOWN
    fools: Naive | None = None
    classes: tuple[int, ...] = (44,)


def lures() -> Iterable[Lure]:
    """What a forger could write into KeyInfo beside a signature of its own."""
    own, genuine = certificate(FORGER), certificate(idp_key())
    naive = believes_key_info
    yield Lure("its own certificate", (own,), fools=naive)
    yield Lure("the genuine certificate", (genuine,), INVALID)
    yield Lure(
        "the genuine certificate, then its own", (certificates(idp_key(), FORGER),), INVALID, naive
    )
    yield Lure(
        "its own certificate, then the genuine one", (certificates(FORGER, idp_key()),), fools=naive
    )
    yield Lure("a cloned certificate", (certificate(clone()),), fools=naive)
    yield Lure("its own KeyValue", (key_info.key_value(FORGER),), fools=naive)
    yield Lure("its own DEREncodedKeyValue", (key_info.der_encoded(FORGER),), fools=naive)
    yield Lure(
        "its own KeyValue beside the genuine certificate",
        (genuine, key_info.key_value(FORGER)),
        INVALID,
        naive,
    )
    yield Lure(
        "the genuine subject over its own certificate",
        (key_info.with_subject(clone()),),
        fools=naive,
    )
    yield Lure(
        "a hundred certificates", (certificates(*(FORGER,) * 100),), classes=(41, 44), fools=naive
    )


def hints() -> Iterable[Lure]:
    """KeyInfo that only points somewhere, or at nothing."""
    yield Lure("the genuine key's name", (key_info.key_name("idp"),))
    yield Lure("the genuine issuer and serial number", (key_info.issuer_serial(idp_key()),))
    for uri in ("http://127.0.0.1:9/key", "file:///dev/null", "#_key"):
        yield Lure(f"a key to be fetched from {uri}", (key_info.retrieval_method(uri),))
    yield Lure(
        "a reference to a security token",
        (
            f'<w:SecurityTokenReference xmlns:w="{WSSE}"><w:Reference URI="#t"/>'
            "</w:SecurityTokenReference>",
        ),
    )
    yield Lure(
        "a certificate that is none",
        ("<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>",),
    )
    yield Lure("a certificate that is empty", ("<ds:X509Data><ds:X509Certificate/></ds:X509Data>",))
    yield Lure(
        "an encrypted key",
        (
            f'<x:EncryptedKey xmlns:x="{XENC}"><x:CipherData><x:CipherReference'
            ' URI="http://127.0.0.1:9/"/></x:CipherData></x:EncryptedKey>',
        ),
    )
    yield Lure("management data", ("<ds:MgmtData>key</ds:MgmtData>",))


def _shown() -> Iterable[Attack]:
    method = SignatureMethod.RSA_SHA256
    yield Attack(
        "a forger's key, nothing shown", (1, 44), forged(method, FORGER, ""), every(UNKNOWN)
    )
    for lure in (*lures(), *hints()):
        shown = key_info.key_info(*lure.parts)
        yield Attack(
            f"a forger's key, shown: {lure.name}",
            lure.classes,
            forged(method, FORGER, shown),
            every(lure.reason),
            fools=lure.fools,
        )


def _others() -> Iterable[Attack]:
    for name, key in (
        ("our own key", sp_key()),
        ("a short key", key_pair("rsa-1024", "forger")),
    ):
        shown = key_info.key_info(certificate(key))
        yield Attack(
            f"signed with {name}",
            (45, 46),
            forged(SignatureMethod.RSA_SHA256, key, shown),
            every(UNKNOWN),
            fools=believes_key_info,
        )
    for method in (SignatureMethod.RSA_SHA512, SignatureMethod.RSA_PSS_SHA256):
        yield Attack(
            f"a forger's key with {method.rpartition('#')[2]}",
            (44,),
            forged(method, FORGER, key_info.key_info(certificate(FORGER))),
            every(UNKNOWN),
            fools=believes_key_info,
        )
    curve = key_pair("ec-256", "forger")
    yield Attack(
        "a forger's elliptic curve",
        (44,),
        forged(SignatureMethod.ECDSA_SHA256, curve, key_info.key_info(certificate(curve))),
        every(UNKNOWN),
        fools=believes_key_info,
    )


def _mismatched() -> Iterable[Attack]:
    yield Attack(
        "an RSA method, signed with an elliptic curve",
        (43, 46),
        forged(SignatureMethod.RSA_SHA256, elliptic(), ""),
        every(UNKNOWN),
    )
    yield Attack(
        "an elliptic method, signed with RSA",
        (43, 46),
        forged(SignatureMethod.ECDSA_SHA256, FORGER, ""),
        every(UNKNOWN),
    )


def _public() -> dict[str, bytes]:
    """Octets about the genuine key that everybody has."""
    public_key = idp_key().private_key.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    modulus = public_key.public_numbers().n
    return {
        "the certificate in PEM": idp_key().certificate_pem,
        "the public key": public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "the public key in PEM": public_key.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ),
        "the modulus": modulus.to_bytes((modulus.bit_length() + 7) // 8, "big"),
        "nothing": b"",
    }


def by_hmac(secret: Callable[[], bytes], length: int | None = None) -> Transform:
    """A keyed hash with what everybody knows; ``length`` truncates it (CVE-2009-0217)."""

    def transform(message: bytes) -> bytes:
        root = tree(forged(HMAC_SHA256, idp_key(), "")(message))
        for found in root.iter(SIGNATURE):
            if length is not None:
                method = descendant(found, f"{{{DS}}}SignatureMethod")
                etree.SubElement(method, f"{{{DS}}}HMACOutputLength").text = str(length)
            info = child(found, f"{{{DS}}}SignedInfo")
            signed = etree.tostring(info, method="c14n", exclusive=True)
            value = hmac.digest(secret(), signed, "sha256")[: length and length // 8]
            child(found, f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
        return octets(root)

    return transform


def _keyed_hashes() -> Iterable[Attack]:
    yield Attack(
        "HMAC with the certificate for a key",
        (43,),
        forged(HMAC_SHA256, idp_key(), ""),
        every(WEAK),
        fools=hmac_with_certificate,
    )
    for name in _public():
        secret = functools.partial(lambda which: _public()[which], name)
        yield Attack(f"HMAC with {name} for a key", (43,), by_hmac(secret), every(WEAK))
    for bits in (0, 1, 8, 80):
        yield Attack(f"HMAC cut to {bits} bits", (43,), by_hmac(lambda: b"", bits), every(WEAK))


ATTACKS: tuple[Attack, ...] = (*_shown(), *_others(), *_mismatched(), *_keyed_hashes())


def lured(message: bytes, lure: Lure) -> bytes:
    """A genuine signature under a KeyInfo that shows another key."""
    root = tree(message)
    showing(key_info.key_info(*lure.parts))(signature(outermost(root)))
    return octets(root)


LURES: tuple[tuple[str, Transform], ...] = tuple(
    (lure.name, functools.partial(lured, lure=lure)) for lure in (*lures(), *hints())
)
"""The same beside a genuine signature: never looked at, and so it changes nothing."""
