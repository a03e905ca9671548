"""The one shape of signature that is read (core 5.4), judged before any cryptography.

One SignedInfo, one Reference to exactly the element around, enveloped-signature and exclusive
canonicalisation in this order, algorithms of the allow-list, and no ds:Object, which the
enveloped transform would leave unauthenticated.
"""

import binascii
from typing import Final, NamedTuple

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xml
from sso_gateway.saml.algorithms import DIGESTS, VERIFIERS
from sso_gateway.saml.names import DS, ENVELOPED, EXC_C14N, DigestMethod, SignatureMethod

_SHAPES: Final = (
    (f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue"),
    (f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue", f"{{{DS}}}KeyInfo"),
)
_SIGNED_INFO_SHAPE: Final = (
    f"{{{DS}}}CanonicalizationMethod",
    f"{{{DS}}}SignatureMethod",
    f"{{{DS}}}Reference",
)
_REFERENCE_SHAPE: Final = (f"{{{DS}}}Transforms", f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue")
_INCLUSIVE: Final = f"{{{EXC_C14N}}}InclusiveNamespaces"
# libxml2 looks each of them up at each element, before anybody is known to have signed anything.
_MOST_PREFIXES: Final = 32


class Claim(NamedTuple):
    """What a signature of acceptable shape says, not yet verified."""

    signed_info: bytes
    method: str
    value: bytes
    digest_method: str
    digest: bytes
    prefixes: tuple[str, ...]


def scope(detail: str, *, expected: str = "", received: str = "") -> Refusal:
    return Refusal(Reason.SIGNATURE_SCOPE, detail, expected=expected, received=received)


def _parts(element: xml.Element, *shapes: tuple[str, ...]) -> list[xml.Element]:
    """The element's children, if they are exactly those of one of ``shapes``."""
    parts = list(element)
    found = tuple([part.tag for part in parts])
    if found not in shapes:
        raise scope(
            xml.local_name(element),
            expected=", ".join(tag.rpartition("}")[2] for tag in shapes[-1]),
            received=", ".join(str(tag).rpartition("}")[2] for tag in found)[:200],
        )
    return parts


def claim(element: xml.Element, signature: xml.Element) -> Claim:
    """What ``signature``, a child of ``element``, says; refuses every shape but ours.

    Nothing is dereferenced, transformed or computed before the shape is exactly right.
    """
    signed_info, value, *_ = _parts(signature, *_SHAPES)
    canonicalization, method, reference = _parts(signed_info, _SIGNED_INFO_SHAPE)
    if canonicalization.get("Algorithm") != EXC_C14N:
        raise scope(
            "CanonicalizationMethod",
            expected=EXC_C14N,
            received=canonicalization.get("Algorithm", ""),
        )
    algorithm = method.get("Algorithm", "")
    if algorithm not in VERIFIERS or len(method):
        raise Refusal(
            Reason.ALGORITHM_WEAK,
            "SignatureMethod",
            expected=SignatureMethod.RSA_SHA256.value,
            received=algorithm,
        )
    digest_method, digest, prefixes = _reference(element, reference)
    return Claim(
        signed_info=xml.canonical(signed_info, _prefixes(canonicalization)),
        method=algorithm,
        value=_octets(value),
        digest_method=digest_method,
        digest=digest,
        prefixes=prefixes,
    )


def _reference(element: xml.Element, reference: xml.Element) -> tuple[str, bytes, tuple[str, ...]]:
    identifier = element.get("ID")
    uri, kind = reference.get("URI"), reference.get("Type")
    if not identifier or uri != "#" + identifier or kind is not None:
        raise scope(
            "the signature refers to something else than the element it stands in",
            expected=f"#{identifier}",
            received=uri or "",
        )
    transforms, digest_method, digest_value = _parts(reference, _REFERENCE_SHAPE)
    steps = list(transforms)
    algorithms = [step.get("Algorithm") for step in steps]
    if algorithms != [ENVELOPED, EXC_C14N] or len(steps[0]):
        raise scope(
            "Transforms",
            expected="enveloped-signature, then exclusive canonicalisation",
            received=", ".join(str(a) for a in algorithms)[:200],
        )
    digest_algorithm = digest_method.get("Algorithm", "")
    if digest_algorithm not in DIGESTS or len(digest_method):
        raise Refusal(
            Reason.ALGORITHM_WEAK,
            "DigestMethod",
            expected=DigestMethod.SHA256.value,
            received=digest_algorithm,
        )
    return digest_algorithm, _octets(digest_value), _prefixes(steps[1])


def _prefixes(method: xml.Element) -> tuple[str, ...]:
    """The PrefixList of InclusiveNamespaces, the only parameter this canonicalisation may have
    (xml-exc-c14n 2.1).
    """
    if not len(method):
        return ()
    [inclusive] = _parts(method, (_INCLUSIVE,))
    prefixes = tuple(inclusive.get("PrefixList", "").split())
    if len(prefixes) > _MOST_PREFIXES:
        raise scope(
            "InclusiveNamespaces",
            expected=f"at most {_MOST_PREFIXES} prefixes",
            received=str(len(prefixes)),
        )
    return prefixes


def _octets(element: xml.Element) -> bytes:
    try:
        # RFC 2045 lines, at most; b64decode alone would skip any other octet in silence.
        encoded = xml.text(element).encode("ascii").translate(None, b" \t\r\n")
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        raise scope(f"{xml.local_name(element)} is not base64") from None
