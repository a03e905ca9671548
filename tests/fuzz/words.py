"""What mutations are made of: names, namespaces, texts and scraps of markup that matter here.

``DICTIONARY`` is the same for libFuzzer.
"""

from sso_gateway.saml import names
from tests.idp.recipe import ACS, EMAIL, IDP, SP

NAMESPACES = (
    names.SAML, names.SAMLP, names.DS, names.XENC, names.MD, names.MDUI, names.XSI, names.EXC_C14N,
    "urn:oasis:names:tc:SAML:1.0:protocol", "urn:acme", "http://www.w3.org/2001/04/xmlenc",
)  # fmt: skip
ELEMENTS = (
    "Response", "Assertion", "EncryptedAssertion", "Issuer", "Subject", "NameID", "BaseID",
    "EncryptedID", "SubjectConfirmation", "SubjectConfirmationData", "Conditions", "Condition",
    "AudienceRestriction", "Audience", "OneTimeUse", "ProxyRestriction", "Advice",
    "AuthnStatement", "AuthnContext", "AuthnContextClassRef", "AttributeStatement", "Attribute",
    "AttributeValue", "EncryptedAttribute", "Status", "StatusCode", "StatusMessage",
    "StatusDetail", "Extensions", "Signature", "SignedInfo", "SignatureValue", "Reference",
    "Transforms", "Transform", "DigestMethod", "DigestValue", "KeyInfo", "X509Data",
    "X509Certificate", "Object", "InclusiveNamespaces", "EncryptedData", "EncryptedKey",
    "CipherData", "CipherValue", "CipherReference", "OAEPparams", "EntityDescriptor",
    "EntitiesDescriptor", "IDPSSODescriptor", "SPSSODescriptor", "KeyDescriptor",
    "SingleSignOnService", "Organization", "Scope",
)  # fmt: skip
ATTRIBUTES = (
    "ID", "Id", "id", "AssertionID", "Version", "IssueInstant", "Destination", "InResponseTo",
    "Format", "NameQualifier", "SPNameQualifier", "Method", "Recipient", "NotBefore",
    "NotOnOrAfter", "Address", "AuthnInstant", "SessionIndex", "SessionNotOnOrAfter", "Name",
    "NameFormat", "FriendlyName", "Value", "Count", "Algorithm", "URI", "Type", "PrefixList",
    "entityID", "validUntil", "cacheDuration", "use", "Binding", "Location", "errorURL",
    "protocolSupportEnumeration", f"{{{names.XSI}}}type", f"{{{names.XSI}}}nil",
    f"{{{names.XML}}}id", f"{{{names.XML}}}lang", f"{{{names.XML}}}base", f"{{{names.SAMLP}}}ID",
)  # fmt: skip
NUMBERS: tuple[str, ...] = ("0", "1", "-1", "1.5", "+5", " 7 ", "9" * 30, "9" * 5000, "NaN")
TIMES: tuple[str, ...] = (
    "2030-01-15T12:00:00Z", "2030-01-15T12:00:00.999999999Z", "2030-01-15T13:00:00+01:00",
    "2030-01-15T11:42:00Z", "2030-01-15T12:03:01Z", "2031-01-15T12:00:00Z", "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z", "2030-02-30T00:00:00Z",
    "2030-01-15T24:00:00Z", "-2030-01-15T12:00:00Z", "2030-01-15T12:00:00",
)  # fmt: skip
TEXTS: tuple[str, ...] = (
    "", " ", "\n", *NUMBERS, "true", "2.0", "1.1",
    EMAIL, "eve@acme.example", "ada@acme.example.evil.example", "ada\u00a0@acme.example",
    "ad\u0131@acme.example", IDP, SP, ACS, "https://idp.other.example/metadata", "urn:x",
    "_response-1", "_assertion-1", "#_assertion-1", "#_response-1", "#", "#xpointer(/)",
    *TIMES, "PT1H", "P999999999Y", "-P1D", "P", "xs:string", "xs:ID", "saml:Issuer",
    "a:b", "xsi:nil", "#default", "xs xsi saml", "AAAA", "AAA", "=", "MA==", "é", "\U0001f600",
    "\u202e", "\ufeff", "\u2028", "x" * 300, "y" * 2000, "xmlns:" * 50, "file:///", "javascript:0",
    "127.0.0.1", "http://localhost/", "https://[::1", "https://x:99999/", "//x",
    *names.SignatureMethod, *names.DigestMethod, *names.DataEncryption, *names.KeyTransport,
    *names.Binding, *names.StatusCode, *names.ConfirmationMethod, *names.NameIDFormat,
    names.ENVELOPED, names.EXC_C14N, f"{names.EXC_C14N}WithComments", f"{names.DS}rsa-sha1",
    f"{names.XENC11}mgf1sha256", f"{names.DS}hmac-sha1", names.ENCRYPTED_ELEMENT,
)  # fmt: skip
SCRAPS = (
    b"<!--", b"-->", b"<!---->", b"<![CDATA[", b"]]>", b"<?x ?>", b"<!DOCTYPE x>",
    b'<!DOCTYPE x [<!ENTITY e "v">]>', b"&e;", b"&amp;", b"&#0;", b"&#65;", b"&#x10FFFF;", b"&#13;",
    b"<?xml version='1.0'?>", b'<?xml version="1.0" encoding="UTF-7"?>', b"\x00", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\r\n", b"\t", b"<", b">", b"/>", b'"', b"'", b"=",
    b"</", b":", b' xmlns=""', b' xmlns="x"', b' xmlns:p="urn:p"', b' xmlns:saml="urn:p"',
    b' xml:id="a"', b' ID="_assertion-1"', b' Id="_x"', b"xmlns:", b"&amp;#120;",
    b"<a/>", b"<w>", b"</w>",
)  # fmt: skip
FIELD_SCRAPS = (
    b"=", b"==", b"+", b"/", b"-", b"_", b" ", b"\r\n", b"\t", b"%2B", b"%25", b"%", b"%u1234",
    b"&", b"&&", b"SAMLRequest=", b"SAMLResponse=", b"RelayState=", b"SigAlg=", b"Signature=",
    b"SAMLEncoding=", b"SAML%52equest=", b"PHNhbWxw", b"eJw=", b"AwA=", b"\xc3\xa9", b"\xff",
    b"\x00",
)  # fmt: skip


def _entry(octets: bytes) -> str:
    return '"' + "".join(f"\\x{octet:02x}" for octet in octets) + '"\n'


def dictionary() -> str:
    """All words of at most 100 octets, in libFuzzer's format."""
    texts = (*NAMESPACES, *ELEMENTS, *(a.rpartition("}")[2] for a in ATTRIBUTES), *TEXTS)
    words = [*(text.encode() for text in texts), *SCRAPS, *FIELD_SCRAPS]
    return "".join(_entry(word) for word in dict.fromkeys(words) if 0 < len(word) <= 100)
