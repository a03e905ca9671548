"""Genuine messages with features that the standard allows and some identity provider uses."""

from datetime import timedelta

from sso_gateway.saml.names import ConfirmationMethod, NameIDFormat, StatusCode
from tests.idp.recipe import EMAIL, NOW, Confirmation
from tests.shapes import writing
from tests.shapes.attributes import BASIC, MAIL, URI, attribute, named, statement
from tests.shapes.shape import ACS, PLACEMENTS, SP, Shape, shape

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SKEW, OLDEST = timedelta(seconds=180), timedelta(minutes=15)
OURS = Confirmation(recipient=ACS)
EMAIL_ATTRIBUTE = attribute("email", EMAIL)


def beside(*attributes: str) -> str:
    """The e-mail address and these."""
    return statement(EMAIL_ATTRIBUTE, *attributes)


def value(inner: str, name: str = "urn:acme:more") -> str:
    """The e-mail address and an attribute whose value is this XML."""
    return beside(attribute(name, inner, raw=True))


WRITTEN: tuple[Shape, ...] = (
    shape("one element a line, spaces", edit=writing.indented("  ")),
    shape("one element a line, tabs", edit=writing.indented("\t")),
    shape("lines that end in CR LF", edit=writing.swapped("><", ">\r\n<")),
    shape("no prefix anywhere", edit=writing.no_prefixes, how={"prefix": ""}),
    shape("the protocol as default namespace", edit=writing.prefixes("p", "a")),
    shape("a byte order mark", spoil=lambda m: b"\xef\xbb\xbf" + m),
    shape("attributes in single quotes", spoil=lambda m: m.replace(b'"', b"'")),
    shape("white space around the address",
          edit=writing.swapped(f">{EMAIL}<", f">\n      {EMAIL}\n    <")),
    shape("white space around the context class",
          edit=writing.swapped("PasswordProtectedTransport<", "PasswordProtectedTransport\n  <")),
    shape("character references",
          edit=writing.swapped(f">{EMAIL}<", ">&#97;da&#x40;acme.example<")),
    shape("namespaces that nobody uses",
          name_id_xml='<saml:NameID xmlns:unused="urn:acme">ada@acme.example</saml:NameID>'),
    shape("a message of 100 KB", attributes_xml=beside(
        attribute("groups", *(f"CN=Group {n},OU=Groups,DC=acme,DC=example" for n in range(1500))))),
)  # fmt: skip

PEOPLE: tuple[Shape, ...] = (
    shape("many values and many attributes", attributes_xml=beside(
        attribute("groups", *(f"group-{n}" for n in range(200))),
        *(attribute(f"urn:acme:a{n}", "x", "y") for n in range(40)))),
    shape("names in other letters", attributes_xml=beside(
        attribute("givenName", "Zoë Ωmega"), attribute("sn", "Łódź 山田 שלום 😀"))),
    shape("an apostrophe and a plus in the address", name_id="o'neil+sso@acme.example",
          attributes_xml=statement(attribute("email", "o'neil+sso@acme.example")),
          names="o'neil+sso@acme.example"),
    shape("markup in values, escaped", attributes_xml=beside(
        attribute("title", "R&D <lead> \"x\" ]]>"))),
    shape("the address in capitals", name_id="Ada@ACME.example", attributes={}),
    shape("the address only in the NameID", attributes={}),
    shape("the address only in an attribute", name_id_xml="",
          attributes_xml=named(mail=EMAIL)),
    shape("the address twice, the same", attributes_xml=statement(
        attribute("email", EMAIL), attribute(MAIL, EMAIL, name_format=URI))),
    shape("an attribute in two elements", attributes_xml=beside(
        attribute("Role", "a", name_format=BASIC), attribute("Role", "b", name_format=BASIC))),
    shape("two attribute statements", attributes_xml=beside() + named(givenName="Ada")),
    shape("a NameID of 256 characters", name_id="n" * 256,
          name_id_format=NameIDFormat.PERSISTENT),
    shape("an attribute of 256 characters", attributes_xml=beside(attribute("note", "v" * 256))),
    shape("a persistent NameID with both qualifiers", name_id="_x9",
          name_id_format=NameIDFormat.PERSISTENT, sp_name_qualifier=SP,
          name_qualifier="https://idp.acme.example/metadata"),
    shape("a transient NameID", name_id="_t9", name_id_format=NameIDFormat.TRANSIENT),
    shape("a NameID of a format of nobody's", name_id="4711", name_id_format="urn:acme:number"),
    shape("a Windows account name", name_id="ACME\\ada", name_id_format=(
        "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName")),
    shape("nothing that is an address", name_id="4711", attributes={},
          name_id_format=NameIDFormat.PERSISTENT, names=None),
)  # fmt: skip

TYPED = {
    "xs:string": "x",
    "xs:integer": "4711",
    "xs:boolean": "true",
    "xs:anyURI": "urn:x",
    "xs:dateTime": "2030-01-15T12:00:00Z",
    "xs:base64Binary": "AAEC",
}
VALUES: tuple[Shape, ...] = (
    *(shape(f"values of type {kind}", attributes_xml=beside(attribute("more", said, kind=kind)))
      for kind, said in TYPED.items()),
    shape("values of a type that only they know", attributes_xml=beside(
        attribute("more", "x", kind="a:Code"), ), edit=writing.swapped(
        'xsi:type="a:Code"', 'xmlns:a="urn:acme" xsi:type="a:Code"')),
    shape("a value that is nil", attributes_xml=beside(attribute("more", "")), edit=writing.swapped(
        'Name="more"><saml:AttributeValue>', 'Name="more"><saml:AttributeValue xsi:nil="true">')),
    shape("an empty value", attributes_xml=beside(attribute("more", ""))),
    shape("an attribute without values", attributes_xml=beside(attribute("more"))),
    shape("elements of another namespace in a value", attributes_xml=value(
        '<a:who xmlns:a="urn:acme"><a:dn>cn=ada</a:dn></a:who>')),
    shape("a NameID in a value", attributes_xml=value(
        f'<saml:NameID Format="{NameIDFormat.PERSISTENT}">x</saml:NameID>')),
)  # fmt: skip

PARTS: tuple[Shape, ...] = (
    shape("extensions of another namespace", extensions_xml=(
        '<samlp:Extensions><a:x xmlns:a="urn:acme" b="c">d</a:x></samlp:Extensions>')),
    shape("a status message and detail", status_xml=(
        f'<samlp:Status><samlp:StatusCode Value="{StatusCode.SUCCESS}"/><samlp:StatusMessage>Hej'
        '</samlp:StatusMessage><samlp:StatusDetail><a:x xmlns:a="urn:acme"/></samlp:StatusDetail>'
        "</samlp:Status>")),
    shape("a code of their own below Success", status=(StatusCode.SUCCESS, "urn:acme:fine")),
    shape("advice without an assertion", advice_xml=(
        "<saml:Advice><saml:AssertionURIRef>urn:x</saml:AssertionURIRef></saml:Advice>")),
    shape("several restrictions, each of which names us",
          audiences=((SP,), ("urn:other", SP), (SP, "urn:another"))),
    shape("several audiences in one restriction", audiences=(("urn:other", SP, "urn:x"),)),
    shape("ProxyRestriction", more_conditions_xml=(
        '<saml:ProxyRestriction Count="0"><saml:Audience>urn:x</saml:Audience>'
        "</saml:ProxyRestriction>")),
    shape("OneTimeUse", more_conditions_xml="<saml:OneTimeUse/>"),
    shape("several bearer confirmations, the last one ours", confirmations=(
        Confirmation(recipient="https://other.example/acs/"),
        Confirmation(recipient=ACS, not_on_or_after=NOW - HOUR), OURS)),
    shape("holder of key beside bearer", confirmations=(
        Confirmation(method=ConfirmationMethod.HOLDER_OF_KEY), OURS)),
    shape("a NameID in the confirmation", edit=writing.after_opening(
        "saml:SubjectConfirmation", "<saml:NameID>urn:acme:confirming</saml:NameID>")),
    shape("something in SubjectConfirmationData", confirmations=(
        Confirmation(recipient=ACS, inner_xml='<a:x xmlns:a="urn:acme"/>'),)),
    shape("SubjectLocality", edit=writing.swapped("<saml:AuthnContext>", (
        '<saml:SubjectLocality Address="2001:db8::7" DNSName="pc"/><saml:AuthnContext>'))),
    shape("a context declaration beside the class", edit=writing.swapped(
        "</saml:AuthnContextClassRef>", "</saml:AuthnContextClassRef><saml:AuthnContextDeclRef>"
        "urn:acme:declared</saml:AuthnContextDeclRef>")),
    shape("a context declaration instead of the class", authn_context=None),
    shape("an authenticating authority", edit=writing.swapped(
        "</saml:AuthnContextClassRef>", "</saml:AuthnContextClassRef><saml:AuthenticatingAuthority>"
        "urn:acme:upstream</saml:AuthenticatingAuthority>")),
    shape("two authentication statements", more_statements_xml=(
        '<saml:AuthnStatement AuthnInstant="2030-01-15T11:00:00Z"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:acme:card</saml:AuthnContextClassRef>"
        "</saml:AuthnContext></saml:AuthnStatement>")),
    shape("without Destination", destination=None, placements=PLACEMENTS[:1]),
    shape("without the response's issuer", response_issuer=None,
          placements=PLACEMENTS[:1]),
    shape("without SessionIndex", session_index=None),
)  # fmt: skip

ENDING = shape("a session that ends within the skew", session_not_on_or_after=NOW - SKEW + SECOND)
"""Accepted by the core; the gateway has no time left in which to open a session."""

TIMES: tuple[Shape, ...] = (
    shape("fractions of nine digits", issued="2030-01-15T12:00:00.123456789Z"),
    shape("times without a window", not_before=None, not_on_or_after=None),
    shape("not before, at the edge of the skew", not_before=NOW + SKEW),
    shape("not on or after, within the skew", not_before=NOW - HOUR,
          not_on_or_after=NOW - SKEW + SECOND,
          confirmations=(Confirmation(recipient=ACS, not_on_or_after=NOW - SKEW + SECOND),)),
    shape("issued at the edge of the skew", issued=NOW + SKEW),
    shape("issued as long ago as may be", issued=NOW - OLDEST - SKEW),
    shape("authenticated last week", authn_instant=NOW - timedelta(days=7)),
    ENDING,
    shape("a window of a day", not_before=NOW - 12 * HOUR, not_on_or_after=NOW + 12 * HOUR),
    shape("no skew at all", not_before=NOW, expect={"skew": 0}),
    shape("an answer to our request", in_response_to="_request-1",
          expect={"request_id": "_request-1"}),
)  # fmt: skip

ALL = WRITTEN + PEOPLE + VALUES + PARTS + TIMES
