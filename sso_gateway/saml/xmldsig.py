"""XML signatures: an element and trusted keys in, the signed bytes out; and signing of what we
write.

One profile is verified and no other (core 5.4): one enveloped signature, a direct child of what it
signs, one reference to exactly that element's ID, exclusive canonicalisation, an algorithm of
``names.SignatureMethod``. The whole shape is judged before any cryptography; key material inside
the message is never used. What is returned is parsed from the very octets whose digest was signed,
so what is read is what was signed, byte for byte.

libxmlsec never meets a message from outside (it dereferences and transforms before it verifies);
it signs ours, and gives the second opinion in the tests. Why: docs/explanation/decisions.md.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import xmlsec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import signature_shape, xml
from sso_gateway.saml.algorithms import DIGESTS, MINIMUM_EC_BITS, MINIMUM_RSA_BITS, VERIFIERS
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import DS, SAML, DigestMethod, SignatureMethod
from sso_gateway.saml.signature_shape import Claim

_SIGNATURE: Final = f"{{{DS}}}Signature"
_CERTIFICATE: Final = f"{{{DS}}}X509Certificate"
_WHITESPACE: Final = re.compile(r"[ \t\r\n]+")
_SIGN: Final = {
    SignatureMethod.RSA_SHA256.value: (xmlsec.constants.TransformRsaSha256, hashes.SHA256()),
    SignatureMethod.RSA_SHA384.value: (xmlsec.constants.TransformRsaSha384, hashes.SHA384()),
    SignatureMethod.RSA_SHA512.value: (xmlsec.constants.TransformRsaSha512, hashes.SHA512()),
}
_DIGEST: Final = {
    DigestMethod.SHA256.value: xmlsec.constants.TransformSha256,
    DigestMethod.SHA384.value: xmlsec.constants.TransformSha384,
    DigestMethod.SHA512.value: xmlsec.constants.TransformSha512,
}


class Signed(NamedTuple):
    """Octets that a trusted key covers, and their parse. Nothing else may be believed."""

    canonical: bytes
    root: xml.Element
    key: TrustedKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Our private key with its certificate, parsed once."""

    private_key: rsa.RSAPrivateKey
    private_pem: bytes
    certificate_pem: bytes
    certificate_der: bytes
    sha256: str

    @classmethod
    def from_pem(cls, private_pem: bytes, certificate_pem: bytes) -> "SigningKey":
        """Refuses, by ``ValueError``, what is not an RSA key of 2048 bits or more, or does not
        match the certificate.
        """
        private_key = serialization.load_pem_private_key(private_pem, None)
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        if (
            not isinstance(private_key, rsa.RSAPrivateKey)
            or private_key.key_size < MINIMUM_RSA_BITS
        ):
            raise ValueError(f"expected an RSA key of {MINIMUM_RSA_BITS} bits or more")
        if private_key.public_key() != certificate.public_key():
            raise ValueError("the certificate does not belong to the private key")
        der = certificate.public_bytes(serialization.Encoding.DER)
        return cls(private_key, private_pem, certificate_pem, der, hashlib.sha256(der).hexdigest())


def signature_of(element: xml.Element) -> xml.Element | None:
    """The element's own signature, or None. Refuses SIGNATURE_SCOPE when there are several."""
    found = list(element.iterchildren(_SIGNATURE))
    if len(found) > 1:
        raise Refusal(Reason.SIGNATURE_SCOPE, expected="one signature", received=str(len(found)))
    return found[0] if found else None


def verify(
    element: xml.Element, keys: Sequence[TrustedKey], denied: frozenset[str] = frozenset()
) -> Signed:
    """The bytes of ``element`` that one of ``keys`` covers.

    The signature is taken out of the tree on the way, so the tree is spent: read from what is
    returned. Refuses SIGNATURE_MISSING, SIGNATURE_SCOPE, ALGORITHM_WEAK, SIGNATURE_INVALID,
    KEY_UNKNOWN, also for an empty ``keys``. Source: core 5.4, xmldsig 3.2, IIP-MD07 (every key is
    tried).
    """
    verified = verify_if_signed(element, keys, denied)
    if verified is None:
        raise Refusal(
            Reason.SIGNATURE_MISSING,
            f"{xml.local_name(element)} is not signed",
            expected="a signature",
            received="none",
        )
    return verified


def verify_if_signed(
    element: xml.Element, keys: Sequence[TrustedKey], denied: frozenset[str] = frozenset()
) -> Signed | None:
    """``verify``, or None for an element that has no signature of its own.

    Algorithms in ``denied`` are refused like those that we do not have (IIP-ALG08).
    """
    signature = signature_of(element)
    if signature is None:
        return None
    claim = signature_shape.claim(element, signature)
    _refuse_denied(claim, denied)
    _detach(signature)
    canonical = xml.canonical(element, claim.prefixes)
    if DIGESTS[claim.digest_method](canonical).digest() != claim.digest:
        raise Refusal(
            Reason.SIGNATURE_INVALID, "the content is not what was signed: the digest differs"
        )
    key = _verifying_key(claim, keys, signature)
    return Signed(canonical, xml.parse_canonical(canonical), key)


def _refuse_denied(claim: Claim, denied: frozenset[str]) -> None:
    for place, method in (
        ("SignatureMethod", claim.method),
        ("DigestMethod", claim.digest_method),
    ):
        if method in denied:
            raise Refusal(
                Reason.ALGORITHM_WEAK,
                f"{place}: denied to this partner",
                expected="another algorithm",
                received=method,
            )


def _detach(signature: xml.Element) -> None:
    # The enveloped-signature transform removes the signature but not the text behind it (xmldsig
    # 6.6.4).
    parent = signature.getparent()
    if parent is None:
        raise Refusal(Reason.SIGNATURE_SCOPE, "the signature stands alone")
    if signature.tail:
        previous = signature.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + signature.tail
        else:
            previous.tail = (previous.tail or "") + signature.tail
    parent.remove(signature)


def _verifying_key(
    claim: Claim, keys: Sequence[TrustedKey], signature: xml.Element | None
) -> TrustedKey:
    verifier = VERIFIERS[claim.method]
    for key in keys:
        try:
            verifier(key, claim.value, claim.signed_info)
        except InvalidSignature:
            continue
        return _long_enough(key)
    raise _no_key(keys, signature)


def _long_enough(key: TrustedKey) -> TrustedKey:
    """The same key. What metadata with short keys would bring is left out there already."""
    rsa_key = isinstance(key.public_key, rsa.RSAPublicKey)
    minimum = MINIMUM_RSA_BITS if rsa_key else MINIMUM_EC_BITS
    if key.public_key.key_size < minimum:
        raise Refusal(
            Reason.KEY_TOO_SMALL,
            expected=f"{minimum} bits",
            received=f"{key.public_key.key_size} bits",
        )
    return key


def _no_key(keys: Sequence[TrustedKey], signature: xml.Element | None) -> Refusal:
    """Why no key fits. The certificate in the message serves this diagnosis and nothing else."""
    on_file = ", ".join(key.sha256[:16] for key in keys) or "no key"
    certificate = None if signature is None else next(signature.iter(_CERTIFICATE), None)
    shown = (
        "a key it does not name" if certificate is None else _fingerprint(certificate.text or "")
    )
    if any(key.sha256 == shown for key in keys):
        return Refusal(
            Reason.SIGNATURE_INVALID,
            "the key is known, but the signature value is not its work",
            expected=on_file,
            received=shown,
        )
    return Refusal(
        Reason.KEY_UNKNOWN,
        "signed with a key that is not on file",
        expected=on_file,
        received=shown,
    )


def _fingerprint(certificate: str) -> str:
    try:
        return hashlib.sha256(base64.b64decode(_WHITESPACE.sub("", certificate))).hexdigest()
    except (binascii.Error, ValueError):
        return "unreadable"


def verify_octets(
    method: str,
    value: bytes,
    signed: bytes,
    keys: Sequence[TrustedKey],
    denied: frozenset[str] = frozenset(),
) -> TrustedKey:
    """The key of ``keys`` that signed these octets: the query signature of HTTP-Redirect (bind
    3.4.4.1).
    """
    if method not in VERIFIERS or method in denied:
        raise Refusal(
            Reason.ALGORITHM_WEAK,
            "SigAlg: denied to this partner" if method in denied else "SigAlg",
            expected=SignatureMethod.RSA_SHA256.value,
            received=method,
        )
    claim = Claim(signed, method, value, "", b"", ())
    return _verifying_key(claim, keys, None)


def sign(
    message: bytes,
    key: SigningKey,
    *,
    reference_id: str,
    method: str = SignatureMethod.RSA_SHA256,
    digest: str = DigestMethod.SHA256,
) -> bytes:
    """``message`` with an enveloped signature over its root, whose ID is ``reference_id``
    (core 5.4).

    For messages that we wrote ourselves. The signature stands behind Issuer where there is one,
    else first. ``method`` is one of ``algorithms.WRITTEN``.
    """
    root = xml.parse_canonical(message)
    signature = xmlsec.template.create(
        root, xmlsec.constants.TransformExclC14N, _SIGN[method][0], ns="ds"
    )
    issuer = root.find(f"{{{SAML}}}Issuer")
    root.insert(0 if issuer is None else root.index(issuer) + 1, signature)
    reference = xmlsec.template.add_reference(signature, _DIGEST[digest], uri="#" + reference_id)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key.private_pem, xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(key.certificate_pem, xmlsec.constants.KeyDataFormatPem)
    context.register_id(root, "ID")
    context.sign(signature)
    return xml.canonical(root)


def sign_query(query: bytes, key: SigningKey, method: str) -> str:
    """Base64 Signature over the octets of a redirect's query, SigAlg included (bind 3.4.4.1)."""
    value = key.private_key.sign(query, padding.PKCS1v15(), _SIGN[method][1])
    return base64.b64encode(value).decode()
