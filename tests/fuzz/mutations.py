"""Changes to a message, drawn from a source of chance: to its tree, or to its octets.

The source is hypothesis's own in the suite, so failures shrink, and a seeded one in the fuzzer.
"""

import base64
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random

from lxml import etree

from tests.fuzz.words import (
    ATTRIBUTES,
    ELEMENTS,
    FIELD_SCRAPS,
    NAMESPACES,
    SCRAPS,
    TEXTS,
    TIMES,
)

TreeChange = Callable[[Random, etree._Element], None]
"""Changes the tree around an element, or the element."""
CHANGES = (1, 1, 1, 2, 4)
"""How many at once. Mostly one: two schema-valid changes together are rare."""
_PLAIN = b"AZaz09+/=.:-_ "
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_TIME = re.compile(r"[0-9]{4}-\S{15,}")


def _name(chance: Random) -> str:
    return f"{{{chance.choice(NAMESPACES)}}}{chance.choice(ELEMENTS)}"


def remove(chance: Random, element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def duplicate(chance: Random, element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.insert(chance.randint(0, len(parent)), deepcopy(element))


def move(chance: Random, element: etree._Element) -> None:
    places = [e for e in element.getroottree().iter() if isinstance(e.tag, str)]
    place = chance.choice(places)
    if element not in (place, *place.iterancestors()):
        place.insert(chance.randint(0, len(place)), element)


def swap(chance: Random, element: etree._Element) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def rewrite(chance: Random, element: etree._Element) -> None:
    """Another value of the same kind, in an attribute or in the text: likely to be valid."""
    places = [str(name) for name in element.attrib]
    if element.text and element.text.strip():
        places.append("")
    if not places:
        return
    place = chance.choice(places)
    value = element.get(place, "") if place else element.text or ""
    value = _of_same_kind(chance, value)
    if place:
        element.set(place, value)
    else:
        element.text = value


def _of_same_kind(chance: Random, value: str) -> str:
    kin = [text for text in TEXTS if text[:4] == value[:4]]
    if _TIME.fullmatch(value):
        kin = list(TIMES)
    elif value.isdigit():
        kin = [text for text in TEXTS if text.isdigit()]
    elif len(value) > 200 and _BASE64.fullmatch(value):
        kin = [_other_octets(chance, value)]
    if kin and chance.random() < 0.7:
        return chance.choice(kin)
    cut = chance.randint(0, len(value))
    return value[:cut] + chr(chance.choice(_PLAIN)) + value[cut + chance.randint(0, 1) :]


def _other_octets(chance: Random, encoded: str) -> str:
    """A certificate, a ciphertext: changed in an octet, mostly where its structure is told."""
    octets = bytearray(base64.b64decode(encoded))
    place = chance.randrange(chance.choice((32, 32, len(octets))))
    octets[place] = chance.choice((0, 1, 2, 3, 0x30, 0x80, 0xFF, octets[place] ^ 1))
    return base64.b64encode(octets).decode()


def rename(chance: Random, element: etree._Element) -> None:
    element.tag = _name(chance)


def change_namespace(chance: Random, element: etree._Element) -> None:
    local = etree.QName(element).localname
    element.tag = chance.choice((local, f"{{{chance.choice(NAMESPACES)}}}{local}"))


def set_attribute(chance: Random, element: etree._Element) -> None:
    present = [str(name) for name in element.attrib]
    element.set(chance.choice((*present, *ATTRIBUTES)), chance.choice(TEXTS))


def drop_attribute(chance: Random, element: etree._Element) -> None:
    if len(element.attrib):
        del element.attrib[chance.choice([str(name) for name in element.attrib])]


def write(chance: Random, element: etree._Element) -> None:
    element.text = chance.choice(TEXTS)


def write_behind(chance: Random, element: etree._Element) -> None:
    if element.getparent() is not None:
        element.tail = chance.choice(TEXTS)


def add(chance: Random, element: etree._Element) -> None:
    child = etree.Element(_name(chance))
    child.text = chance.choice(TEXTS)
    element.insert(chance.randint(0, len(element)), child)


def add_many(chance: Random, element: etree._Element) -> None:
    name = _name(chance)
    for number in range(chance.choice((2, 50, 300))):
        etree.SubElement(element, name).set("ID", f"_{number}")


def add_attributes(chance: Random, element: etree._Element) -> None:
    for number in range(chance.choice((2, 50, 300))):
        element.set(f"{{urn:x:{number % 7}}}a{number}", "v")


def nest(chance: Random, element: etree._Element) -> None:
    name, inside = _name(chance), element
    for _ in range(chance.choice((1, 5, 100, 260))):
        inside = etree.SubElement(inside, name)


def wrap(chance: Random, element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        outer = etree.Element(_name(chance))
        parent.replace(element, outer)
        outer.append(element)


def comment(chance: Random, element: etree._Element) -> None:
    mark = chance.choice((etree.Comment("x"), etree.ProcessingInstruction("x", "y")))
    text = element.text or ""
    cut = chance.randint(0, len(text))
    element.text, mark.tail = text[:cut], text[cut:]
    element.insert(0, mark)


def split_text(chance: Random, element: etree._Element) -> None:
    text = element.text or ""
    cut = chance.randint(0, len(text))
    child = etree.Element(_name(chance))
    element.text, child.tail = text[:cut], text[cut:]
    element.insert(0, child)


TREE_CHANGES: tuple[TreeChange, ...] = (
    *(rewrite,) * 5, *(set_attribute, write) * 2,
    remove, duplicate, move, swap, rename, change_namespace, drop_attribute, write_behind, add,
    add_many, add_attributes, nest, wrap, comment, split_text,
)  # fmt: skip


def parsed(message: bytes) -> etree._Element | None:
    """The message's tree, or None where it has none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
    try:
        return etree.fromstring(message, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def change_tree(chance: Random, message: bytes, donors: Sequence[bytes] = ()) -> bytes:
    """The message with a few changes to its tree; what has no tree is changed by its octets."""
    root = parsed(message)
    if root is None:
        return change_octets(chance, message)
    for _ in range(chance.choice(CHANGES)):
        # The root may have moved away below another; the tree is what counts.
        element = chance.choice([e for e in root.iter() if isinstance(e.tag, str)])
        if donors and chance.random() < 0.15:
            _adopt(chance, element, chance.choice(donors))
        else:
            chance.choice(TREE_CHANGES)(chance, element)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=chance.random() < 0.1)


def _adopt(chance: Random, element: etree._Element, donor: bytes) -> None:
    """A part of another genuine message, here."""
    other = parsed(donor)
    if other is not None:
        element.insert(
            chance.randint(0, len(element)), chance.choice([e for e in other.iter() if len(e)])
        )


def change_octets(chance: Random, message: bytes, scraps: Sequence[bytes] = SCRAPS) -> bytes:
    """The message with a few octets dropped, doubled, put in, replaced, changed or moved."""
    octets = bytearray(message)
    for _ in range(chance.choice(CHANGES)):
        start = chance.randint(0, len(octets))
        end = min(len(octets), start + chance.choice((1, 1, 2, 8, 64, 1024)))
        piece = bytes(octets[start:end])
        match chance.randint(0, 9):
            case 0:
                octets[start:end] = b""
            case 1:
                octets[start:start] = piece * chance.choice((1, 2, 100))
            case 2:
                octets[start:start] = chance.choice(scraps)
            case 3:
                octets[start:end] = chance.choice(scraps)
            case 4 if piece:
                octets[start] ^= 1 << chance.randint(0, 7)
            case 5 | 6 | 7 | 8 if piece:
                octets[start] = chance.choice(_PLAIN)
            case _:
                del octets[start:end]
                place = chance.randint(0, len(octets))
                octets[place:place] = piece
    return bytes(octets)


def change_field(chance: Random, field: bytes) -> bytes:
    """A form field or a query with a few octets changed."""
    return change_octets(chance, field, FIELD_SCRAPS)
