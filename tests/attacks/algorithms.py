"""Algorithms that carry no trust, or that say what they are not."""

from collections.abc import Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, ENVELOPED, EXC_C14N, DigestMethod, SignatureMethod
from tests.attacks import attack
from tests.attacks.anatomy import Element, descendant
from tests.attacks.attack import Attack
from tests.attacks.naive import any_signature
from tests.attacks.signing import (
    Change,
    inner_signed,
    outer,
    outer_signed,
    outer_signed_by_libxmlsec,
    showing,
)
from tests.idp import signing
from tests.shapes.shape import rsa

WEAK, SCOPE, UNKNOWN = Reason.ALGORITHM_WEAK, Reason.SIGNATURE_SCOPE, Reason.KEY_UNKNOWN
MALFORMED = Reason.XML_MALFORMED
MORE, OLD = "http://www.w3.org/2001/04/xmldsig-more#", DS
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"

METHODS = (
    f"{OLD}rsa-sha1",
    f"{OLD}dsa-sha1",
    f"{OLD}hmac-sha1",
    f"{MORE}rsa-md5",
    f"{MORE}rsa-sha224",
    f"{MORE}rsa-ripemd160",
    f"{MORE}hmac-sha256",
    f"{MORE}hmac-md5",
    f"{MORE}ecdsa-sha1",
    f"{MORE}ecdsa-sha224",
    f"{OLD}none",
    f"{OLD}rsa-sha256",
    "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
    "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1",
    "http://www.w3.org/2009/xmldsig11#dsa-sha256",
    f"{MORE}RSA-SHA256",
    f"{MORE}rsa-sha256 ",
    f"{MORE}rsa-sha256/",
    "rsa-sha256",
    "",
)
DIGESTS = (
    f"{OLD}sha1",
    f"{MORE}md5",
    f"{MORE}sha224",
    "http://www.w3.org/2001/04/xmlenc#ripemd160",
    "http://www.w3.org/2001/04/xmlenc#SHA256",
    "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
    "",
)
CANONICALIZATIONS = {
    "inclusive": signing.C14N_10,
    "inclusive 1.1": signing.C14N_11,
    "exclusive with comments": signing.EXC_C14N_COMMENTS,
    "inclusive with comments": f"{signing.C14N_10}#WithComments",
}
NO_CANONICALIZATIONS = {
    "an XPath": XPATH,
    "a stylesheet": XSLT,
    "base64": f"{DS}base64",
    "the enveloped transform": ENVELOPED,
    "nothing": "",
    "a look-alike": EXC_C14N.replace("#", ""),
}


def named(element: str, algorithm: str) -> Change:
    """Another algorithm's name."""

    def change(found: Element) -> None:
        descendant(found, f"{{{DS}}}{element}").set("Algorithm", algorithm)
        showing("")(found)

    return change


def parameter(element: str, tag: str, text: str = "") -> Change:
    """A parameter of the algorithm."""

    def change(found: Element) -> None:
        etree.SubElement(descendant(found, f"{{{DS}}}{element}"), tag).text = text

    return change


def _named() -> Iterable[Attack]:
    for method in METHODS:
        yield Attack(
            f"called {method!r}",
            (3, 42, 43),
            outer(named("SignatureMethod", method)),
            *attack.outermost(WEAK),
        )
    for digest in DIGESTS:
        yield Attack(
            f"digest called {digest!r}",
            (42,),
            outer(named("DigestMethod", digest)),
            *attack.outermost(WEAK),
        )
    for method in (
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.RSA_PSS_SHA256,
    ):
        yield Attack(
            f"called {method.rpartition('#')[2]}, which it is not",
            (43,),
            outer(named("SignatureMethod", method)),
            *attack.outermost(UNKNOWN),
        )
    yield Attack(
        "a digest called longer than it is",
        (42,),
        outer(named("DigestMethod", DigestMethod.SHA512)),
        *attack.outermost(Reason.SIGNATURE_INVALID),
    )


def _signed() -> Iterable[Attack]:
    """By the identity provider itself: libxmlsec verifies these, and they carry no trust."""
    for name, method in (("SHA-1", signing.RSA_SHA1), ("MD5", signing.RSA_MD5)):
        change = named("SignatureMethod", method)
        yield Attack(
            f"signed with RSA and {name}",
            (42,),
            outer_signed(change, lambda _: rsa()),
            *attack.outermost(WEAK),
            fools=any_signature,
        )
        yield Attack(
            f"the inner signature made with {name}",
            (42, 6),
            inner_signed(change),
            attack.Verdicts(both=WEAK),
            fools=any_signature,
        )
    for name, digest in (("SHA-1", signing.SHA1), ("MD5", signing.MD5)):
        yield Attack(
            f"a digest of {name}, signed well",
            (42,),
            outer_signed(named("DigestMethod", digest)),
            *attack.outermost(WEAK),
            fools=any_signature,
        )


def _canonicalizations() -> Iterable[Attack]:
    for name, algorithm in CANONICALIZATIONS.items():
        yield Attack(
            f"canonicalisation of SignedInfo: {name}",
            (36, 50),
            outer_signed_by_libxmlsec(named("CanonicalizationMethod", algorithm)),
            *attack.outermost(SCOPE),
            fools=any_signature,
        )
    for name, algorithm in NO_CANONICALIZATIONS.items():
        yield Attack(
            f"canonicalisation of SignedInfo: {name}",
            (36, 37),
            outer(named("CanonicalizationMethod", algorithm)),
            *attack.outermost(SCOPE),
        )


def _parameters() -> Iterable[Attack]:
    yield Attack(
        "an output length for the signature",
        (43,),
        outer(parameter("SignatureMethod", f"{{{DS}}}HMACOutputLength", "8")),
        *attack.outermost(WEAK),
    )
    yield Attack(
        "parameters of PSS",
        (42,),
        outer(
            parameter("SignatureMethod", "{http://www.w3.org/2007/05/xmldsig-more#}RSAPSSParams")
        ),
        *attack.outermost(MALFORMED),
    )
    yield Attack(
        "a stylesheet in CanonicalizationMethod",
        (37,),
        outer(
            parameter("CanonicalizationMethod", "{http://www.w3.org/1999/XSL/Transform}stylesheet")
        ),
        *attack.outermost(MALFORMED),
    )
    yield Attack(
        "an element in DigestMethod",
        (42,),
        outer_signed(parameter("DigestMethod", "{urn:acme:digest}length", "8")),
        *attack.outermost(WEAK),
    )


ATTACKS: tuple[Attack, ...] = (*_named(), *_signed(), *_canonicalizations(), *_parameters())
