"""XML signatures made with lxml and cryptography, apart from the product's own signing."""

import base64
import copy
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from sso_gateway.saml.names import DS, ENVELOPED, EXC_C14N, DigestMethod, SignatureMethod
from tests.idp.keys import KeyPair

RSA_SHA1 = f"{DS}rsa-sha1"
SHA1 = f"{DS}sha1"
RSA_MD5 = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"
MD5 = "http://www.w3.org/2001/04/xmldsig-more#md5"
HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
ECDSA_SHA1 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
C14N_10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N_11 = "http://www.w3.org/2006/12/xml-c14n11"
EXC_C14N_COMMENTS = f"{EXC_C14N}WithComments"

DIGESTS: dict[str, hashes.HashAlgorithm] = {
    MD5: hashes.MD5(),
    SHA1: hashes.SHA1(),
    DigestMethod.SHA256: hashes.SHA256(),
    DigestMethod.SHA384: hashes.SHA384(),
    DigestMethod.SHA512: hashes.SHA512(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """How one element is signed; the default is what a good IdP does (core 5.4)."""

    key: KeyPair
    method: str = SignatureMethod.RSA_SHA256
    digest: str = DigestMethod.SHA256
    c14n: str = EXC_C14N
    transforms: tuple[str, ...] = (ENVELOPED, EXC_C14N)
    inclusive_prefixes: str = ""
    reference_uri: str | None = None
    """None means ``#`` and the ID of the element."""
    reference_type: str | None = None
    key_info_xml: str = ""
    object_xml: str = ""
    more_references_xml: str = ""
    prefix: str = "ds"


def template(identifier: str, how: Signing) -> str:
    """A ds:Signature whose digest and value are still empty."""
    p = f"{how.prefix}:" if how.prefix else ""
    xmlns = f"xmlns:{how.prefix}" if how.prefix else "xmlns"
    uri = f"#{identifier}" if how.reference_uri is None else how.reference_uri
    kind = f' Type="{how.reference_type}"' if how.reference_type else ""
    transforms = "".join(_transform(p, name, how.inclusive_prefixes) for name in how.transforms)
    transforms = f"<{p}Transforms>{transforms}</{p}Transforms>" if transforms else ""
    return (
        f'<{p}Signature {xmlns}="{DS}"><{p}SignedInfo>'
        f'<{p}CanonicalizationMethod Algorithm="{how.c14n}"/>'
        f'<{p}SignatureMethod Algorithm="{how.method}"/>'
        f'<{p}Reference URI="{uri}"{kind}>{transforms}'
        f'<{p}DigestMethod Algorithm="{how.digest}"/><{p}DigestValue/></{p}Reference>'
        f"{how.more_references_xml}</{p}SignedInfo><{p}SignatureValue/>"
        f"{how.key_info_xml}{how.object_xml}</{p}Signature>"
    )


def _transform(p: str, algorithm: str, prefixes: str) -> str:
    if algorithm.startswith("<"):
        return algorithm
    inner = ""
    if prefixes and algorithm == EXC_C14N:
        inner = f'<InclusiveNamespaces xmlns="{EXC_C14N}" PrefixList="{prefixes}"/>'
    return f'<{p}Transform Algorithm="{algorithm}">{inner}</{p}Transform>'


def fill(signature: etree._Element, how: Signing) -> None:
    """Compute the digest of what is around the signature, then the value of the signature."""
    last = how.transforms[-1] if how.transforms else C14N_10
    digest = hashes.Hash(DIGESTS[how.digest])
    digest.update(_canonical(_around(signature), last, how.inclusive_prefixes.split()))
    value = signature.find(f".//{{{DS}}}DigestValue")
    signed_info = signature.find(f"{{{DS}}}SignedInfo")
    signature_value = signature.find(f"{{{DS}}}SignatureValue")
    assert value is not None and signed_info is not None and signature_value is not None
    value.text = base64.b64encode(digest.finalize()).decode()
    signature_value.text = base64.b64encode(
        raw_signature(_canonical(signed_info, how.c14n, []), how.method, how.key)
    ).decode()


def _around(signature: etree._Element) -> etree._Element:
    """A copy of the signed element without its signature, where it stands (xmldsig 6.6.4)."""
    parent = signature.getparent()
    assert parent is not None
    tree = parent.getroottree()
    twin = copy.deepcopy(tree).find(tree.getelementpath(parent))
    assert twin is not None
    gone = twin[parent.index(signature)]
    previous = gone.getprevious()
    if previous is None:
        twin.text = (twin.text or "") + (gone.tail or "")
    else:
        previous.tail = (previous.tail or "") + (gone.tail or "")
    twin.remove(gone)
    return twin


def _canonical(element: etree._Element, algorithm: str, prefixes: list[str]) -> bytes:
    exclusive = algorithm in (EXC_C14N, EXC_C14N_COMMENTS)
    return etree.tostring(
        element,
        method="c14n",
        exclusive=exclusive,
        with_comments=algorithm.endswith("WithComments"),
        inclusive_ns_prefixes=prefixes if exclusive and prefixes else None,
    )


def raw_signature(octets: bytes, method: str, key: KeyPair) -> bytes:
    """The SignatureValue for a method's identifier (RFC 6931, RFC 9231)."""
    if method == HMAC_SHA256:
        return hmac.digest(key.certificate_der, octets, "sha256")
    algorithm = _hash_of(method)
    private_key = key.private_key
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private_key.sign(octets, ec.ECDSA(algorithm)))
        size = (private_key.curve.key_size + 7) // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    assert isinstance(private_key, rsa.RSAPrivateKey)
    if "MGF1" in method:
        pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
        return private_key.sign(octets, pss, algorithm)
    return private_key.sign(octets, padding.PKCS1v15(), algorithm)


def _hash_of(method: str) -> hashes.HashAlgorithm:
    for name, algorithm in (
        ("md5", hashes.MD5()),
        ("sha1", hashes.SHA1()),
        ("sha256", hashes.SHA256()),
        ("sha384", hashes.SHA384()),
        ("sha512", hashes.SHA512()),
    ):
        if name in method:
            return algorithm
    raise LookupError(method)
