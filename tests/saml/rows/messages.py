"""Refused for what the message is: its octets, its root, its envelope, its status."""

from collections.abc import Callable
from datetime import timedelta

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import SAML, SAMLP, StatusCode
from tests.idp.recipe import ACS, IDP, NOW, SIGNATURE_SLOT, SP, Recipe, assertion_xml
from tests.idp.workshop import recipe
from tests.saml.rows import Row, refused

SECOND = timedelta(seconds=1)
SKEW = timedelta(seconds=180)
OLDEST = timedelta(minutes=15)
DTD = '<!DOCTYPE r [<!ENTITY x "eve@acme.example">]>'


def swap(old: str, new: str) -> Callable[[str], str]:
    """Change the text before it is signed; the text must be there."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return edit


def swap_bytes(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Change the octets after they were signed."""

    def spoil(message: bytes) -> bytes:
        assert old in message, old
        return message.replace(old, new, 1)

    return spoil


def before(start: bytes) -> Callable[[bytes], bytes]:
    return lambda message: start + message


def become(message: bytes) -> Callable[[bytes], bytes]:
    return lambda _: message


def another_assertion(**changes: object) -> str:
    """The XML of a second, unsigned assertion."""
    changed: Recipe = recipe(**{"assertion_id": "_assertion-2", **changes})
    return assertion_xml(changed).replace(SIGNATURE_SLOT, "")


EXTENSION = "<samlp:Extensions>{}</samlp:Extensions>"
CODE = StatusCode
DEEP = "<a:x xmlns:a='urn:a'>" + "<a:x>" * 300 + "</a:x>" * 300 + "</a:x>"

XML: tuple[Row, ...] = (
    refused("nothing at all", Reason.XML_MALFORMED, spoil=become(b"")),
    refused("text that is not XML", Reason.XML_MALFORMED, spoil=become(b"not XML")),
    refused("truncated", Reason.XML_MALFORMED, spoil=lambda m: m[:-20]),
    refused("two root elements", Reason.XML_MALFORMED, spoil=lambda m: m + b"<second/>"),
    refused("an undeclared prefix", Reason.XML_MALFORMED,
            spoil=swap_bytes(b"<saml:Subject>", b"<sml:Subject>")),
    refused("a document type declaration", Reason.XML_FORBIDDEN, spoil=before(DTD.encode())),
    refused("a harmless document type declaration", Reason.XML_FORBIDDEN,
            spoil=before(b"<!DOCTYPE Response>")),
    refused("a stylesheet instruction", Reason.XML_FORBIDDEN,
            spoil=before(b'<?xml-stylesheet href="x"?>')),
    refused("a processing instruction in the NameID", Reason.XML_FORBIDDEN,
            edit=swap("ada@acme.example</saml:NameID>", "ada@<?x y?>acme.example</saml:NameID>")),
    refused("a comment in the NameID, signed", Reason.XML_FORBIDDEN,
            edit=swap("ada@acme.example</saml:NameID>", "ada@<!-- -->acme.example</saml:NameID>")),
    refused("a comment in the NameID, added later", Reason.XML_FORBIDDEN,
            spoil=swap_bytes(b"ada@acme.example<", b"ada@acme.example<!--x--><")),
    refused("a CDATA section in the NameID", Reason.XML_FORBIDDEN,
            spoil=swap_bytes(b"ada@acme.example<", b"<![CDATA[ada@acme.example]]><")),
    refused("UTF-16", Reason.XML_FORBIDDEN, spoil=lambda m: m.decode().encode("utf-16")),
    refused("octets that are not UTF-8", Reason.UNDECODABLE,
            spoil=swap_bytes(b"ada@", b"\xe9\xe9a@")),
    refused("another encoding declared", Reason.XML_FORBIDDEN,
            spoil=before(b'<?xml version="1.0" encoding="ISO-8859-1"?>')),
    refused("XML 1.1", Reason.XML_FORBIDDEN, spoil=before(b'<?xml version="1.1"?>')),
    refused("more than a mebibyte", Reason.TOO_LARGE, spoil=lambda m: m + b" " * 2**20),
    refused("more elements than a login needs", Reason.TOO_LARGE,
            extensions_xml=EXTENSION.format("<a xmlns='urn:a'/>" * 9000)),
    refused("more attributes than a login needs", Reason.TOO_LARGE,
            extensions_xml=EXTENSION.format(
                "<a xmlns='urn:a' " + " ".join(f"a{n}='1'" for n in range(11_000)) + "/>")),
    refused("nested three hundred deep", Reason.XML_MALFORMED,
            extensions_xml=EXTENSION.format(DEEP)),
    refused("a relative namespace name", Reason.XML_MALFORMED,
            extensions_xml=EXTENSION.format("<a:x xmlns:a='1'/>")),
)  # fmt: skip

ROOTS: tuple[Row, ...] = (
    refused("a LogoutResponse", Reason.NOT_A_RESPONSE,
            edit=lambda t: t.replace("samlp:Response", "samlp:LogoutResponse")),
    refused("an AuthnRequest", Reason.NOT_A_RESPONSE, spoil=become(
        f'<samlp:AuthnRequest xmlns:samlp="{SAMLP}" ID="_1" Version="2.0"'
        f' IssueInstant="2030-01-15T12:00:00Z"/>'.encode())),
    refused("a bare assertion", Reason.NOT_A_RESPONSE, spoil=become(
        another_assertion().replace("<saml:Assertion", f'<saml:Assertion xmlns:saml="{SAML}"', 1)
        .encode())),
    refused("metadata", Reason.NOT_A_RESPONSE, spoil=become(
        b'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>')),
    refused("a SOAP envelope around it", Reason.NOT_A_RESPONSE,
            edit=lambda t: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            + t + "</s:Body></s:Envelope>"),
    refused("a page of HTML", Reason.NOT_A_RESPONSE, spoil=become(b"<html><body/></html>")),
    refused("a SAML 1.1 response", Reason.VERSION, spoil=become(
        b'<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol" MajorVersion="1"'
        b' MinorVersion="1" ResponseID="_1" IssueInstant="2030-01-15T12:00:00Z"/>')),
    refused("Response in no namespace", Reason.NOT_A_RESPONSE,
            spoil=become(b'<Response ID="_1" Version="2.0"/>')),
)  # fmt: skip

ENVELOPE: tuple[Row, ...] = (
    refused("response of version 1.1", Reason.VERSION, response_version="1.1"),
    refused("response of version 2.1", Reason.VERSION, response_version="2.1"),
    refused("response without version", Reason.XML_MALFORMED, response_version=None),
    refused("response without ID", Reason.XML_MALFORMED, response_id=None),
    refused("response ID that is no NCName", Reason.XML_MALFORMED, response_id="1 b"),
    refused("response without IssueInstant", Reason.XML_MALFORMED, response_issued=None),
    refused("response issued in the future", Reason.ISSUE_INSTANT,
            response_issued=NOW + SKEW + SECOND),
    refused("response issued long ago", Reason.ISSUE_INSTANT,
            response_issued=NOW - OLDEST - SKEW - SECOND),
    refused("the ID of the response is used again", Reason.SIGNATURE_WRAPPING,
            assertion_id="_response-1"),
    refused("an identifier in a foreign form", Reason.SIGNATURE_WRAPPING,
            extensions_xml=EXTENSION.format("<a:x xmlns:a='urn:a' xml:id='_other'/>")),
    refused("response issuer unknown", Reason.ISSUER_MISMATCH,
            response_issuer="https://other.example/idp"),
    refused("response issuer empty", Reason.ISSUER_MISMATCH, response_issuer=""),
    refused("signed response without issuer", Reason.ISSUER_MISSING, response_issuer=None,
            sign="response"),
    refused("response issuer of a foreign format", Reason.ISSUER_MISMATCH,
            response_issuer_format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
    refused("Destination of another host", Reason.DESTINATION_MISMATCH,
            destination="https://other.example/acs/"),
    refused("Destination without its slash", Reason.DESTINATION_MISMATCH, destination=ACS[:-1]),
    refused("Destination that only begins like ours", Reason.DESTINATION_MISMATCH,
            destination=ACS + "x"),
    refused("Destination by http", Reason.DESTINATION_MISMATCH,
            destination=ACS.replace("https", "http")),
    refused("Destination in capitals", Reason.DESTINATION_MISMATCH,
            destination=ACS.replace("acme", "ACME")),
    refused("signed response without Destination", Reason.DESTINATION_MISSING, destination=None,
            sign="response"),
    refused("twice signed response without Destination", Reason.DESTINATION_MISSING,
            destination=None, sign="both"),
    refused("signed response with an empty Destination", Reason.DESTINATION_MISSING,
            destination="", sign="response"),
    refused("no Destination where the partner's policy demands it", Reason.DESTINATION_MISSING,
            destination=None, expect={"destination": True}),
    refused("no assertion", Reason.NO_ASSERTION, assertion_xml="", sign="response"),
    refused("two assertions", Reason.SEVERAL_ASSERTIONS, after_assertion_xml=another_assertion()),
    refused("a second assertion before the first", Reason.SEVERAL_ASSERTIONS,
            before_assertion_xml=another_assertion()),
    refused("an assertion in Extensions", Reason.SEVERAL_ASSERTIONS,
            extensions_xml=EXTENSION.format(another_assertion())),
    refused("an assertion in Advice", Reason.SEVERAL_ASSERTIONS,
            advice_xml=f"<saml:Advice>{another_assertion()}</saml:Advice>"),
    refused("an assertion in StatusDetail", Reason.SEVERAL_ASSERTIONS,
            status_xml=f'<samlp:Status><samlp:StatusCode Value="{CODE.SUCCESS}"/>'
            f"<samlp:StatusDetail>{another_assertion()}</samlp:StatusDetail></samlp:Status>"),
    refused("an assertion in an attribute", Reason.SEVERAL_ASSERTIONS,
            attributes_xml='<saml:AttributeStatement><saml:Attribute Name="email">'
            f"<saml:AttributeValue>{another_assertion()}</saml:AttributeValue></saml:Attribute>"
            "</saml:AttributeStatement>"),
    refused("a response in the response", Reason.XML_MALFORMED,
            extensions_xml=EXTENSION.format(
                f'<samlp:Response ID="_2" Version="2.0" IssueInstant="2030-01-15T12:00:00Z">'
                f'<saml:Issuer>{IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value='
                f'"{CODE.SUCCESS}"/></samlp:Status></samlp:Response>')),
)  # fmt: skip

STATUS: tuple[Row, ...] = (
    refused("no Status", Reason.XML_MALFORMED, status_xml=""),
    refused("two Status elements", Reason.XML_MALFORMED,
            status_xml=2
            * f'<samlp:Status><samlp:StatusCode Value="{CODE.SUCCESS}"/></samlp:Status>'),
    refused("status empty", Reason.IDP_RESPONDER_ERROR, status=("",)),
    refused("status Success in small letters", Reason.IDP_RESPONDER_ERROR,
            status=(CODE.SUCCESS.lower(),)),
    refused("status Responder", Reason.IDP_RESPONDER_ERROR, status=(CODE.RESPONDER,)),
    refused("status Responder around Success", Reason.IDP_RESPONDER_ERROR,
            status=(CODE.RESPONDER, CODE.SUCCESS)),
    refused("status Requester", Reason.IDP_REQUESTER_ERROR, status=(CODE.REQUESTER,)),
    refused("status InvalidNameIDPolicy", Reason.IDP_REQUESTER_ERROR,
            status=(CODE.REQUESTER, CODE.INVALID_NAME_ID_POLICY)),
    refused("status NoAuthnContext", Reason.IDP_REQUESTER_ERROR,
            status=(CODE.RESPONDER, CODE.NO_AUTHN_CONTEXT)),
    refused("status VersionMismatch", Reason.VERSION, status=(CODE.VERSION_MISMATCH,)),
    refused("status NoPassive", Reason.IDP_NO_PASSIVE, status=(CODE.RESPONDER, CODE.NO_PASSIVE)),
    refused("status AuthnFailed", Reason.IDP_AUTHN_FAILED,
            status=(CODE.RESPONDER, CODE.AUTHN_FAILED)),
    refused("status RequestDenied", Reason.IDP_DENIED,
            status=(CODE.RESPONDER, CODE.REQUEST_DENIED)),
    refused("status three levels deep", Reason.IDP_DENIED,
            status=(CODE.RESPONDER, "urn:acme:policy", CODE.REQUEST_DENIED)),
    refused("status of the IdP's own invention", Reason.IDP_RESPONDER_ERROR,
            status=("urn:acme:no",)),
    refused("an unsigned refusal without assertion", Reason.IDP_DENIED, assertion_xml="",
            sign="nothing", status=(CODE.RESPONDER, CODE.REQUEST_DENIED)),
    refused("a signed refusal without assertion", Reason.IDP_DENIED, assertion_xml="",
            sign="response", status=(CODE.RESPONDER, CODE.REQUEST_DENIED)),
)  # fmt: skip

ROWS = XML + ROOTS + ENVELOPE + STATUS
__all__ = ["ROWS", "SP"]
