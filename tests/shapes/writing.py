"""Ways of writing one and the same message down: prefixes, white space, where names are declared.

Each takes the text as the workshop wrote it, not signed yet, and returns it written otherwise.
"""

import re
from collections.abc import Callable

from lxml import etree

from sso_gateway.saml.names import SAML, SAMLP, XS, XSI

Edit = Callable[[str], str]
SCHEMA_NAMES = f' xmlns:xs="{XS}" xmlns:xsi="{XSI}"'


def prefixes(samlp: str, saml: str) -> Edit:
    """These prefixes instead of ``samlp`` and ``saml``."""

    def edit(text: str) -> str:
        for old, new in (("samlp", samlp), ("saml", saml)):
            text = re.sub(rf"(</?|xmlns:){old}(?=[:=])", rf"\g<1>{new}", text)
        return text

    return edit


def declared_where_used(text: str) -> str:
    """The assertion's namespace on Issuer and Assertion, not on the Response."""
    name = f' xmlns:saml="{SAML}"'
    text = text.replace(name, "", 1)
    text = text.replace("<saml:Issuer", f"<saml:Issuer{name}", 1)
    return text.replace("<saml:Assertion", f"<saml:Assertion{name}")


def default_namespace(text: str) -> str:
    """No prefix on what belongs to the assertion's namespace."""
    text = declared_where_used(text).replace(f' xmlns:saml="{SAML}"', f' xmlns="{SAML}"')
    return re.sub(r"(</?)saml:", r"\g<1>", text)


def no_prefixes(text: str) -> str:
    """No prefix anywhere: one default namespace inside the other."""
    text = default_namespace(text).replace(f' xmlns:samlp="{SAMLP}"', f' xmlns="{SAMLP}"')
    return re.sub(r"(</?)samlp:", r"\g<1>", text)


def schema_names_on_values(text: str) -> str:
    """xs and xsi declared on every AttributeValue, not on the Response."""
    bare = text.replace(SCHEMA_NAMES, "", 1)
    return re.sub(r"(<(?:\w+:)?AttributeValue)", rf"\g<1>{SCHEMA_NAMES}", bare)


def schema_names_on_assertion(text: str) -> str:
    """xs and xsi declared on the Assertion, not on the Response."""
    bare = text.replace(SCHEMA_NAMES, "", 1)
    return re.sub(r"(<(?:\w+:)?Assertion)(?=[ >])", rf"\g<1>{SCHEMA_NAMES}", bare)


def indented(space: str) -> Edit:
    """One element a line."""

    def edit(text: str) -> str:
        root = etree.fromstring(text)
        etree.indent(root, space)
        return etree.tostring(root, encoding="unicode")

    return edit


def swapped(old: str, new: str) -> Edit:
    """Other words in the same place; they must be there."""

    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return edit


def after_opening(element: str, inner: str) -> Edit:
    """``inner`` as the first child of the first ``element`` (named with its prefix)."""

    def edit(text: str) -> str:
        assert re.search(rf"<{element}[ >]", text), element
        return re.sub(rf"(<{element}(?: [^>]*)?>)", lambda m: m[1] + inner, text, count=1)

    return edit


def declaration(text: str) -> Callable[[bytes], bytes]:
    """An XML declaration, or anything else, before the message; after it was signed."""
    return lambda message: text.encode() + message
