"""Attribute statements in the ways that products write them."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from tests.idp.recipe import EMAIL

FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
BASIC, URI, UNSPECIFIED = f"{FORMAT}basic", f"{FORMAT}uri", f"{FORMAT}unspecified"
WS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
MS = "http://schemas.microsoft.com/identity/claims/"
MS2008 = "http://schemas.microsoft.com/ws/2008/06/identity/claims/"
MAIL, GIVEN_NAME, SURNAME = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "urn:oid:2.5.4.42",
    "urn:oid:2.5.4.4",
)


def attribute(
    name: str,
    *values: str,
    name_format: str = "",
    friendly: str = "",
    kind: str = "",
    more: str = "",
    raw: bool = False,
) -> str:
    """One saml:Attribute; ``kind`` is the xsi:type of its values, which are text unless ``raw``."""
    head = f" Name={quoteattr(name)}"
    head += f' NameFormat="{name_format}"' if name_format else ""
    head += f" FriendlyName={quoteattr(friendly)}" if friendly else ""
    typed = f' xsi:type="{kind}"' if kind else ""
    inner = "".join(
        f"<saml:AttributeValue{typed}>{value if raw else escape(value)}</saml:AttributeValue>"
        for value in values
    )
    return f"<saml:Attribute{head}{more}>{inner}</saml:Attribute>"


def statement(*attributes: str) -> str:
    """An AttributeStatement around them."""
    return f"<saml:AttributeStatement>{''.join(attributes)}</saml:AttributeStatement>"


def claims(*, kind: str = "", email: str = EMAIL) -> str:
    """What Entra ID sends when nobody has changed anything."""
    pairs: Iterable[tuple[str, tuple[str, ...]]] = (
        (f"{MS}tenantid", ("5e2b3a5c-0c5e-4b8b-9a51-4f3c2d1e0f9a",)),
        (f"{MS}objectidentifier", ("d3b07384-d9a0-4c9b-8f3e-1a2b3c4d5e6f",)),
        (f"{MS}displayname", ("Ada Example",)),
        (f"{MS2008}groups", ("0f1e2d3c-aaaa-4bbb-8ccc-111111111111", "22222222-aaaa-4bbb")),
        (f"{MS}identityprovider", ("https://sts.windows.net/5e2b3a5c-0c5e-4b8b-9a51/",)),
        (
            "http://schemas.microsoft.com/claims/authnmethodsreferences",
            ("http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password",),
        ),
        (f"{WS}givenname", ("Ada",)),
        (f"{WS}surname", ("Example",)),
        (f"{WS}emailaddress", (email,)),
        (f"{WS}name", (email,)),
    )
    return statement(*(attribute(name, *values, kind=kind) for name, values in pairs))


def oids(*, kind: str = "xs:string", more: str = "") -> str:
    """What Shibboleth and its kin send: OIDs with a FriendlyName."""
    return statement(
        attribute(MAIL, EMAIL, name_format=URI, friendly="mail", kind=kind),
        attribute(GIVEN_NAME, "Ada", name_format=URI, friendly="givenName", kind=kind),
        attribute(SURNAME, "Example", name_format=URI, friendly="sn", kind=kind),
        more,
    )


def named(*, name_format: str = BASIC, kind: str = "xs:string", **values: str) -> str:
    """Plain names, one value each; the e-mail address unless told otherwise."""
    return statement(
        *(
            attribute(name, value, name_format=name_format, kind=kind)
            for name, value in (values or {"email": EMAIL}).items()
        )
    )
