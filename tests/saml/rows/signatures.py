"""Refused for how the message is signed."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sso_gateway.refusal import Reason
from sso_gateway.saml.model import SignedPart
from sso_gateway.saml.names import DS, ENVELOPED, EXC_C14N, DigestMethod, SignatureMethod
from tests.idp import signing
from tests.idp.keys import KeyPair, key_pair
from tests.idp.recipe import SIGNATURE_SLOT
from tests.saml.rows import Row, refused
from tests.saml.rows.messages import swap, swap_bytes

STRANGER = key_pair("rsa-2048", "stranger")
IDP = key_pair("rsa-2048", "idp")
OLD = key_pair("rsa-2048", "old", not_after=datetime(2029, 1, 1, tzinfo=UTC))
NEW = key_pair("rsa-2048", "new", not_before=datetime(2031, 1, 1, tzinfo=UTC))
XPATH = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    "<ds:XPath>not(ancestor-or-self::saml:Subject)</ds:XPath></ds:Transform>"
)
XSLT = (
    '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet'
    ' xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/></ds:Transform>'
)
SECOND_REFERENCE = (
    f'<ds:Reference URI="{{}}"><ds:Transforms><ds:Transform Algorithm="{EXC_C14N}"/>'
    "</ds:Transforms>"
    f'<ds:DigestMethod Algorithm="{DigestMethod.SHA256}"/><ds:DigestValue>AA==</ds:DigestValue>'
    "</ds:Reference>"
)


def x509(pair: KeyPair) -> str:
    """A KeyInfo that shows this certificate."""
    body = base64.b64encode(pair.certificate_der).decode()
    return (
        f'<ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{body}</ds:X509Certificate>'
        "</ds:X509Data></ds:KeyInfo>"
    )


def shape(**how: object) -> dict[str, Any]:
    return {"how": how}


def emptied(tag: str, content: str = "") -> Callable[[bytes], bytes]:
    """Put something else into the first element of this name."""

    def spoil(message: bytes) -> bytes:
        pattern = rf"(<ds:{tag}>)[^<]*(</ds:{tag}>)".encode()
        assert re.search(pattern, message)
        return re.sub(pattern, rf"\g<1>{content}\g<2>".encode(), message, count=1)

    return spoil


def second_to_response(message: bytes) -> bytes:
    """Move the assertion's signature up to the response."""
    signature = re.search(rb"<ds:Signature.*</ds:Signature>", message, re.S)
    assert signature is not None
    without = message.replace(signature[0], b"", 1)
    return without.replace(b"</saml:Issuer>", b"</saml:Issuer>" + signature[0], 1)


def doubled(message: bytes) -> bytes:
    signature = re.search(rb"<ds:Signature.*?</ds:Signature>", message, re.S)
    assert signature is not None
    return message.replace(signature[0], signature[0] * 2, 1)


PLACES: tuple[Row, ...] = (
    refused("nothing signed", Reason.SIGNATURE_MISSING, sign="nothing"),
    refused("only the response signed where the assertion must be", Reason.ASSERTION_UNSIGNED,
            sign="response", expect={"signed": SignedPart.ASSERTION}),
    refused("only the assertion signed where the response must be", Reason.SIGNATURE_MISSING,
            expect={"signed": SignedPart.RESPONSE}),
    refused("only the response signed where both must be", Reason.ASSERTION_UNSIGNED,
            sign="response", expect={"signed": SignedPart.BOTH}),
    refused("only the assertion signed where both must be", Reason.SIGNATURE_MISSING,
            expect={"signed": SignedPart.BOTH}),
    refused("the assertion's signature moved to the response", Reason.SIGNATURE_SCOPE,
            spoil=second_to_response),
    refused("the signature twice", Reason.XML_MALFORMED, spoil=doubled),
    refused("a signature at the end of the assertion", Reason.XML_MALFORMED,
            edit=lambda t: t.replace(f"{SIGNATURE_SLOT}<saml:Subject", "<saml:Subject").replace(
                "</saml:Assertion>", f"{SIGNATURE_SLOT}</saml:Assertion>")),
    refused("a stray signature in an attribute", Reason.SIGNATURE_WRAPPING, edit=swap(
        "ada@acme.example</saml:AttributeValue>",
        signing.template("_assertion-1", signing.Signing(key=IDP)) + "</saml:AttributeValue>")),
)  # fmt: skip

WORK: tuple[Row, ...] = (
    refused("another NameID afterwards", Reason.SIGNATURE_INVALID,
            spoil=swap_bytes(b"ada@acme.example", b"eve@acme.example")),
    refused("another attribute afterwards", Reason.SIGNATURE_INVALID,
            spoil=swap_bytes(b"example</saml:AttributeValue>", b"</saml:AttributeValue>")),
    refused("white space added afterwards", Reason.SIGNATURE_INVALID,
            spoil=swap_bytes(b"</saml:Subject>", b"</saml:Subject>\n")),
    refused("another Destination afterwards", Reason.SIGNATURE_INVALID, sign="response",
            spoil=swap_bytes(b'IssueInstant="', b'Consent="urn:x" IssueInstant="')),
    refused("another digest", Reason.SIGNATURE_INVALID,
            spoil=emptied("DigestValue", base64.b64encode(bytes(32)).decode())),
    refused("an empty digest", Reason.SIGNATURE_INVALID, spoil=emptied("DigestValue")),
    refused("a digest that is not base64", Reason.SIGNATURE_SCOPE,
            spoil=swap_bytes(b"<ds:DigestValue>", b"<ds:DigestValue>?")),
    refused("another signature value by the known key", Reason.SIGNATURE_INVALID,
            how={"key_info_xml": x509(IDP)},
            spoil=emptied("SignatureValue", base64.b64encode(bytes(256)).decode())),
    refused("an empty signature value", Reason.KEY_UNKNOWN, spoil=emptied("SignatureValue")),
    refused("the outer of two signatures is wrong", Reason.SIGNATURE_INVALID, sign="both",
            spoil=emptied("DigestValue", base64.b64encode(bytes(32)).decode())),
    refused("the inner of two signatures is a stranger's", Reason.KEY_UNKNOWN, sign="both",
            how={"key": STRANGER}, response_how={"key": IDP}),
    refused("the outer of two signatures is a stranger's", Reason.KEY_UNKNOWN, sign="both",
            response_how={"key": STRANGER}),
    refused("a stranger's key", Reason.KEY_UNKNOWN, key=STRANGER),
    refused("a stranger's key with its certificate", Reason.KEY_UNKNOWN, key=STRANGER,
            how={"key_info_xml": x509(STRANGER)}),
    refused("a stranger's key under the known certificate", Reason.SIGNATURE_INVALID, key=STRANGER,
            how={"key_info_xml": x509(IDP)}),
    refused("a stranger's key as a KeyValue", Reason.KEY_UNKNOWN, key=STRANGER, how={
        "key_info_xml": f'<ds:KeyInfo xmlns:ds="{DS}"><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>'
        "AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
        "</ds:KeyInfo>"}),
    refused("an identity provider without keys", Reason.KEY_UNKNOWN, expect={"keys": ()}),
    refused("a key of another family on file", Reason.KEY_UNKNOWN, expect={"keys": ("ec-256",)}),
    refused("a certificate expired, where the policy minds", Reason.CERT_EXPIRED,
            key=OLD,
            expect={"keys": (OLD,),
                    "refuse_expired_certificate": True}),
    refused("a certificate not yet valid, where the policy minds", Reason.CERT_NOT_YET,
            key=NEW,
            expect={"keys": (NEW,),
                    "refuse_expired_certificate": True}),
)  # fmt: skip

ALGORITHMS: tuple[Row, ...] = (
    refused("RSA with SHA-1", Reason.ALGORITHM_WEAK, **shape(method=signing.RSA_SHA1)),
    refused("SHA-1 only in the digest", Reason.ALGORITHM_WEAK, **shape(digest=signing.SHA1)),
    refused("MD5 in the digest", Reason.ALGORITHM_WEAK, **shape(digest=signing.MD5)),
    refused("RSA with MD5", Reason.ALGORITHM_WEAK, **shape(method=signing.RSA_MD5)),
    refused("HMAC keyed with the certificate", Reason.ALGORITHM_WEAK,
            **shape(method=signing.HMAC_SHA256)),
    refused("ECDSA with SHA-1", Reason.ALGORITHM_WEAK, key="ec-256",
            expect={"keys": ("ec-256",)}, **shape(method=signing.ECDSA_SHA1)),
    refused("no algorithm", Reason.ALGORITHM_WEAK, spoil=swap_bytes(
        SignatureMethod.RSA_SHA256.encode(), b"http://www.w3.org/2000/09/xmldsig#none")),
    refused("an RSA method named for an EC key", Reason.KEY_UNKNOWN, key="ec-256",
            expect={"keys": ("ec-256",)}, **shape(method=SignatureMethod.RSA_SHA256)),
    refused("RSA of 1024 bits", Reason.KEY_TOO_SMALL, key="rsa-1024",
            expect={"keys": ("rsa-1024",)}),
)  # fmt: skip

SCOPE: tuple[Row, ...] = (
    refused("inclusive canonicalisation", Reason.SIGNATURE_SCOPE, **shape(c14n=signing.C14N_10)),
    refused("canonicalisation with comments", Reason.SIGNATURE_SCOPE,
            **shape(c14n=signing.EXC_C14N_COMMENTS)),
    refused("no transforms", Reason.SIGNATURE_SCOPE, **shape(transforms=())),
    refused("only the enveloped transform", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED,))),
    refused("only canonicalisation", Reason.SIGNATURE_SCOPE, **shape(transforms=(EXC_C14N,))),
    refused("transforms in the wrong order", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(EXC_C14N, ENVELOPED))),
    refused("inclusive canonicalisation as transform", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED, signing.C14N_10))),
    refused("canonicalisation 1.1 as transform", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED, signing.C14N_11))),
    refused("canonicalisation twice", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED, EXC_C14N, EXC_C14N))),
    refused("an XPath that leaves the subject out", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED, XPATH, EXC_C14N))),
    refused("a stylesheet as transform", Reason.SIGNATURE_SCOPE,
            **shape(transforms=(ENVELOPED, XSLT, EXC_C14N))),
    refused("a reference to the whole document", Reason.SIGNATURE_SCOPE, **shape(reference_uri="")),
    refused("a reference to the response", Reason.SIGNATURE_SCOPE,
            **shape(reference_uri="#_response-1")),
    refused("a reference to nothing", Reason.SIGNATURE_SCOPE, **shape(reference_uri="#_none")),
    refused("a reference by XPointer", Reason.SIGNATURE_SCOPE,
            **shape(reference_uri="#xpointer(id('_assertion-1'))")),
    refused("a reference to another host", Reason.SIGNATURE_SCOPE,
            **shape(reference_uri="http://127.0.0.1/x")),
    refused("a reference to a file", Reason.SIGNATURE_SCOPE,
            **shape(reference_uri="file:///etc/passwd")),
    refused("a second reference to a file", Reason.SIGNATURE_SCOPE,
            **shape(more_references_xml=SECOND_REFERENCE.format("file:///etc/passwd"))),
    refused("a second reference to the response", Reason.SIGNATURE_SCOPE,
            **shape(more_references_xml=SECOND_REFERENCE.format("#_response-1"))),
    refused("a manifest", Reason.SIGNATURE_SCOPE, **shape(reference_type=f"{DS}Manifest")),
    refused("an Object in the signature", Reason.SIGNATURE_SCOPE,
            **shape(object_xml=f'<ds:Object xmlns:ds="{DS}">x</ds:Object>')),
)  # fmt: skip

ROWS = PLACES + WORK + ALGORITHMS + SCOPE
