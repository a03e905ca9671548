"""A maker of logout messages, good unless told otherwise, signed apart from the product's code.

``request()`` and ``response()`` are signed XML, as HTTP-POST carries it; ``query(text)`` signs a
query for HTTP-Redirect. ``request_xml(name_id="x")`` is the good text with one thing changed.
"""

import base64
import zlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import quote

from lxml import etree

from sso_gateway.saml.names import SAML, SAMLP, XENC, NameIDFormat, SignatureMethod, StatusCode
from tests.idp import signing, workshop
from tests.idp.encryption import Encryption, encrypt
from tests.idp.keys import KeyPair
from tests.idp.recipe import EMAIL, IDP, NOW, SIGNATURE_SLOT, Moment, attributes, element

SLO = "https://sso.example.test/saml/acme/slo/"
NAMESPACES = f'xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}"'


def request_xml(
    *,
    id: str | None = "_logout-1",
    version: str = "2.0",
    issued: Moment = NOW,
    not_on_or_after: Moment = NOW + timedelta(minutes=5),
    destination: str | None = SLO,
    issuer: str | None = IDP,
    issuer_format: str | None = None,
    name_id: str | None = EMAIL,
    name_id_format: str | None = NameIDFormat.EMAIL,
    name_qualifier: str | None = None,
    sp_name_qualifier: str | None = None,
    sp_provided_id: str | None = None,
    name_id_xml: str | None = None,
    encrypt_name_id: Encryption | None = None,
    session_indexes: Sequence[str] = ("_session-1",),
    extensions_xml: str = "",
    root: str = "LogoutRequest",
) -> str:
    """The text of a LogoutRequest, with a slot for its signature."""
    head = attributes(
        ID=id, Version=version, IssueInstant=issued, NotOnOrAfter=not_on_or_after,
        Destination=destination,
    )  # fmt: skip
    name = name_id_xml if name_id_xml is not None else element(
        "saml:NameID", name_id, Format=name_id_format, NameQualifier=name_qualifier,
        SPNameQualifier=sp_name_qualifier, SPProvidedID=sp_provided_id,
    )  # fmt: skip
    if encrypt_name_id is not None:
        name = _encrypted_id(name, encrypt_name_id)
    indexes = "".join(element("samlp:SessionIndex", index) for index in session_indexes)
    return (
        f"<samlp:{root} {NAMESPACES}{head}>"
        f"{element('saml:Issuer', issuer, Format=issuer_format)}{SIGNATURE_SLOT}"
        f"{extensions_xml}{name}{indexes}</samlp:{root}>"
    )


def response_xml(
    *,
    id: str | None = "_answer-1",
    version: str = "2.0",
    issued: Moment = NOW,
    destination: str | None = SLO,
    issuer: str | None = IDP,
    in_response_to: str | None = "_ours-1",
    status: Sequence[str] = (StatusCode.SUCCESS,),
    root: str = "LogoutResponse",
) -> str:
    """The text of a LogoutResponse, with a slot for its signature."""
    head = attributes(
        ID=id, Version=version, IssueInstant=issued, Destination=destination,
        InResponseTo=in_response_to,
    )  # fmt: skip
    codes = ""
    for code in reversed(status):
        codes = f"<samlp:StatusCode{attributes(Value=code)}>{codes}</samlp:StatusCode>"
    return (
        f"<samlp:{root} {NAMESPACES}{head}>{element('saml:Issuer', issuer)}{SIGNATURE_SLOT}"
        f"<samlp:Status>{codes}</samlp:Status></samlp:{root}>"
    )


def posted(
    text: str, key: KeyPair | None = None, spoil: Callable[[bytes], bytes] | None = None, **how: str
) -> bytes:
    """The XML with its enveloped signature; ``spoil`` changes it afterwards."""
    how_signed = signing.Signing(key=key or workshop.idp_key(), **how)  # type: ignore[arg-type]
    head, _, rest = text.partition(SIGNATURE_SLOT)
    _, found, tail = head.rpartition(' ID="')
    identifier = tail.partition('"')[0] if found else ""
    root = etree.fromstring(head + signing.template(identifier, how_signed) + rest)
    signature = next(root.iterchildren("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    signing.fill(signature, how_signed)
    message = etree.tostring(root)
    return spoil(message) if spoil is not None else message


def unsigned(text: str) -> bytes:
    """The XML without any signature."""
    return text.replace(SIGNATURE_SLOT, "").encode()


def query(
    text: str | bytes,
    key: KeyPair | None = None,
    *,
    parameter: str = "SAMLRequest",
    relay_state: str | None = None,
    method: str = SignatureMethod.RSA_SHA256,
) -> str:
    """The query string of HTTP-Redirect, signed as bind 3.4.4.1 says."""
    octets = plain_query(text, parameter=parameter, relay_state=relay_state)
    octets += f"&SigAlg={quote(method, safe='')}"
    value = signing.raw_signature(octets.encode(), method, key or workshop.idp_key())
    return f"{octets}&Signature={quote(base64.b64encode(value), safe='')}"


def plain_query(
    text: str | bytes, *, parameter: str = "SAMLRequest", relay_state: str | None = None
) -> str:
    """The same without a signature."""
    message = unsigned(text) if isinstance(text, str) else text
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    deflated = encoder.compress(message) + encoder.flush()
    octets = f"{parameter}={quote(base64.b64encode(deflated), safe='')}"
    return octets if relay_state is None else f"{octets}&RelayState={quote(relay_state, safe='')}"


def _encrypted_id(name: str, how: Encryption) -> str:
    plain = name.replace("<saml:NameID", f'<saml:NameID xmlns:saml="{SAML}"', 1)
    return (
        f'<saml:EncryptedID xmlns:xenc="{XENC}">'
        f"{encrypt(plain.encode(), how, 'EncryptedID')}</saml:EncryptedID>"
    )
