"""Signs whatever has the outline of a message: a partner's identity provider gone odd or bad."""

import zlib
from xml.sax.saxutils import escape

from lxml import etree

from sso_gateway.saml.names import SAML, SignatureMethod
from tests.fuzz.genuine import idp_ec_key
from tests.fuzz.mutations import parsed
from tests.idp import signing

_ASSERTION = f"{{{SAML}}}Assertion"
_ISSUER = f"{{{SAML}}}Issuer"


def signed(message: bytes) -> bytes:
    """The message with its first assertion signed; every other one (by checksum) signed around it.

    What cannot be parsed or canonicalised comes back as it was.
    """
    root = parsed(message)
    if root is None:
        return message
    parts = [e for e in (next(root.iter(_ASSERTION), None),) if e is not None]
    if zlib.crc32(message) & 1:
        parts.append(root)
    try:
        for part in parts:
            _sign(part)
    except etree.C14NError:
        return message
    return etree.tostring(root, encoding="UTF-8")


def _sign(element: etree._Element) -> None:
    identifier = escape(element.get("ID", ""), {'"': "&quot;"})
    how = signing.Signing(key=idp_ec_key(), method=SignatureMethod.ECDSA_SHA256)
    signature = etree.fromstring(signing.template(identifier, how))
    issuer = element.find(_ISSUER)
    element.insert(0 if issuer is None else element.index(issuer) + 1, signature)
    signing.fill(signature, how)
