"""Changes that a genuine message survives, because nobody reads what they change."""

from collections.abc import Iterable

from lxml import etree

from sso_gateway.saml.names import DS, SAML, XSI
from tests.attacks import keys, namespaces
from tests.attacks.anatomy import (
    NAME_ID,
    VICTIM,
    Element,
    child,
    descendant,
    octets,
    on_tree,
    outermost,
    signature,
    tree,
    unwrapped,
)
from tests.attacks.attack import DoesNotApply, Transform
from tests.attacks.places import extensions_of, status_detail_of
from tests.attacks.text import address, name_id
from tests.idp.recipe import EMAIL


def name_in_key_info(root: Element) -> None:
    """A NameID beside the key, in the part of the signature that nothing covers."""
    found = signature(outermost(root))
    info = found.find(f"{{{DS}}}KeyInfo")
    if info is None:
        info = etree.SubElement(found, f"{{{DS}}}KeyInfo")
    etree.SubElement(info, f"{{{SAML}}}NameID").text = VICTIM


def inclusion(root: Element) -> None:
    """XInclude: nobody includes anything."""
    unwrapped(root)
    box = etree.SubElement(extensions_of(root), "{http://www.w3.org/2001/XInclude}include")
    box.set("href", "file:///dev/null")


def schema_location(root: Element) -> None:
    unwrapped(root)
    root.set(f"{{{XSI}}}schemaLocation", "urn:x http://127.0.0.1:9/x.xsd")


def name_in_status_detail(root: Element) -> None:
    unwrapped(root)
    etree.SubElement(status_detail_of(root), NAME_ID).text = VICTIM


def other_identifier_of_the_response(root: Element) -> None:
    unwrapped(root)
    root.set("ID", "_new-envelope")


def by_reference(find: Transform | None = None) -> Transform:
    """The address written with references to its characters: the very same text."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        address(root)
        name_id(root)
        plain = EMAIL.encode()
        written = "".join(f"&#{ord(c)};" for c in EMAIL).encode()
        return octets(root).replace(plain, written)

    return transform


def value_in_lines(root: Element) -> None:
    """The signature's value, in short lines."""
    value = child(signature(outermost(root)), f"{{{DS}}}SignatureValue")
    text = value.text or ""
    value.text = "\r\n".join(text[at : at + 20] for at in range(0, len(text), 20))


def two_byte_order_marks(message: bytes) -> bytes:
    return b"\xef\xbb\xbf" * 2 + octets(tree(message))


def _all() -> Iterable[tuple[str, Transform]]:
    for name, transform in keys.LURES:
        yield f"KeyInfo shows {name}", transform
    yield from namespaces.UNREAD
    yield "a NameID in KeyInfo", on_tree(name_in_key_info)
    yield "an inclusion in Extensions", on_tree(inclusion)
    yield "a schema location on the response", on_tree(schema_location)
    yield "a NameID in StatusDetail", on_tree(name_in_status_detail)
    yield "another ID of an unsigned response", on_tree(other_identifier_of_the_response)
    yield "the address in character references", by_reference()
    yield "the signature's value in lines", on_tree(value_in_lines)
    yield "two byte order marks", two_byte_order_marks


UNREAD: tuple[tuple[str, Transform], ...] = tuple(_all())
__all__ = ["UNREAD", "DoesNotApply", "descendant"]
