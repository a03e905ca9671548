"""The only parser. Every document from outside passes here, gated on its bytes before it is parsed.

Refused on the bytes: NUL, anything but UTF-8, document type declarations, entities, CDATA,
comments (in messages), processing instructions, odd namespace names, more markup than a
message can need. Refused after parsing: whatever libxml2 warns about, and duplicate or foreign
identifiers. Depth is bounded by libxml2 itself, at 256 levels.
"""

import re
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from sso_gateway.refusal import Reason, Refusal

Element = etree._Element

_DECLARATION: Final = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["']1\.0["']"""
    rb"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["'](?i:utf-8)["'])?"""
    rb"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*["'](?:yes|no)["'])?[ \t\r\n]*\?>"""
)
_SPECIAL: Final = re.compile(rb"<[!?]")
_SPECIAL_BUT_COMMENTS: Final = re.compile(rb"<(?:\?|!(?!--))")
# Namespace names that libxml2 canonicalises to nothing (relative ones) or to another name than was
# read (references, written unescaped). A prefix ends at its colon: nothing is looked at twice.
_ODD_NAMESPACE: Final = re.compile(
    rb"""xmlns(?::[^ \t\r\n=:"'<>]+)?[ \t\r\n]*=[ \t\r\n]*(["'])"""
    rb"""(?!\1|[A-Za-z][A-Za-z0-9+.-]*:[^&"'<]*\1)"""
)
_BOM: Final = b"\xef\xbb\xbf"

# Only ``ID`` in no namespace is an identifier of SAML; signatures and encryption have ``Id``.
_IDS = etree.XPath("//@ID | //@Id", smart_strings=False)
# All other spellings that some processor or other takes for one are confusion waiting to be used
# (xmldsig 4.4.3.2). Counting on the bytes whatever may be one tells cheaply that there are no
# others than those of the root and its children; the expressions, exactly.
_LOOKS_LIKE_ID: Final = re.compile(rb"=(?<=[Ii][Dd]=|(?s:.)[ \t\r\n]=)")
_FOREIGN_IDENTIFIERS = etree.XPath(
    "boolean(//@id | //@AssertionID | //@ResponseID | //@*[namespace-uri() and"
    " (local-name() = 'ID' or local-name() = 'Id' or local-name() = 'id')])"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much document is read. Bytes, and counts of markup characters that bound elements and
    attributes.
    """

    max_bytes: int
    max_tags: int
    max_quotes: int
    comments: bool = False


MESSAGE: Final = Limits(max_bytes=2**20, max_tags=8_000, max_quotes=20_000)
"""A sign-in message; the caller's own, lower byte limit was applied before decoding."""
METADATA: Final = Limits(max_bytes=5 * 2**20, max_tags=250_000, max_quotes=500_000, comments=True)
"""An uploaded or fetched metadata file."""


def parse(message: bytes, *, limits: Limits) -> Element:
    """The document element of ``message``.

    Refuses TOO_LARGE, XML_FORBIDDEN (what no identity provider writes and parsers disagree about),
    XML_MALFORMED.
    """
    message = message.removeprefix(_BOM)
    _gate(message, limits)
    return _parse(message, huge=limits.max_bytes > 10_000_000)


def parse_inside(fragment: bytes, *, around: Element) -> Element:
    """The one element of ``fragment``, parsed where ``around`` stood: its namespace prefixes are
    in scope (xmlenc 4.2).

    The fragment is as hostile as any message and meets the same gate.
    """
    _gate(fragment, MESSAGE)
    scope = "".join(
        f' xmlns{":" + prefix if prefix else ""}="{_escaped(uri)}"'
        for prefix, uri in around.nsmap.items()
    )
    wrapper = _parse(b"<w" + scope.encode() + b">" + fragment + b"</w>", huge=False)
    if len(wrapper) != 1 or (wrapper.text or "").strip() or (wrapper[0].tail or "").strip():
        raise Refusal(
            Reason.XML_MALFORMED,
            "the decrypted content is not exactly one element",
            expected="one element",
            received=f"{len(wrapper)} elements",
        )
    return wrapper[0]


def _escaped(uri: str) -> str:
    return uri.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _gate(message: bytes, limits: Limits) -> None:
    """Refuse on the bytes, before any parser has seen them."""
    if len(message) > limits.max_bytes:
        raise Refusal(
            Reason.TOO_LARGE, expected=f"{limits.max_bytes} bytes", received=f"{len(message)} bytes"
        )
    if b"\x00" in message:
        raise Refusal(Reason.XML_FORBIDDEN, "a NUL byte: UTF-16 or binary", received="NUL")
    try:
        message.decode()
    except UnicodeDecodeError as error:
        raise Refusal(
            Reason.UNDECODABLE, "not UTF-8", expected="UTF-8", position=str(error.start)
        ) from None
    _gate_markup(message, limits)


def _gate_markup(message: bytes, limits: Limits) -> None:
    # "<" cannot stand in an attribute value or in text, so "<!" is always a declaration, CDATA or
    # a comment, and "<?" a processing instruction or the XML declaration.
    special = []
    if b"!" in message or b"?" in message:  # most messages have neither, and one octet is cheap
        special = (_SPECIAL_BUT_COMMENTS if limits.comments else _SPECIAL).findall(message)
    if special and _DECLARATION.match(message):
        special.remove(b"<?")
    if special:
        raise Refusal(
            Reason.XML_FORBIDDEN,
            "a document type declaration, CDATA section, comment or processing instruction",
            expected="elements and text only",
            received=special[0].decode(),
        )
    if not limits.comments and _ODD_NAMESPACE.search(message):
        raise Refusal(Reason.XML_MALFORMED, "an odd namespace name", expected="absolute names")
    if len(message) <= limits.max_tags:
        return  # shorter than its markup would have to be
    tags, quotes = message.count(b"<"), message.count(b'"') + message.count(b"'")
    if tags > limits.max_tags:
        raise Refusal(
            Reason.TOO_LARGE,
            "too many elements",
            expected=f"{limits.max_tags} tags",
            received=f"{tags} tags",
        )
    if quotes > limits.max_quotes:
        raise Refusal(
            Reason.TOO_LARGE,
            "too many attributes",
            expected=f"{limits.max_quotes} quotes",
            received=f"{quotes} quotes",
        )


def _parse(message: bytes, *, huge: bool) -> Element:
    # A parser of its own for each document: its error log is then this document's, and threads
    # share nothing.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=huge,
        recover=False,
        strip_cdata=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(message, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(
            Reason.XML_MALFORMED, error.msg or "not XML", received=f"line {error.lineno}"
        ) from None
    if len(parser.error_log):
        first = parser.error_log[0]
        raise Refusal(Reason.XML_MALFORMED, first.message, received=f"line {first.line}")
    return root


def refuse_confusing_identifiers(
    root: Element, source: bytes, *, known: frozenset[str] = frozenset()
) -> frozenset[str]:
    """All identifiers below ``root`` and ``known`` together; ``source`` is what it was parsed from.

    Refuses duplicates and foreign spellings; the schema, what is no name. Source: core 1.3.4,
    xmldsig 4.4.3.2.
    """
    near = [element.get("ID") for element in (root, *root)]
    found = [identifier for identifier in near if identifier is not None]
    others = len(found) != len(_LOOKS_LIKE_ID.findall(source))
    if others:
        found = cast(list[str], _IDS(root))
    values = frozenset(found)
    if len(values) != len(found) or not values.isdisjoint(known):
        raise Refusal(Reason.SIGNATURE_WRAPPING, "an identifier is used twice")
    if others and _FOREIGN_IDENTIFIERS(root):
        raise Refusal(Reason.SIGNATURE_WRAPPING, "an identifier of a foreign form")
    return values | known


def canonical(element: Element, prefixes: tuple[str, ...] = ()) -> bytes:
    """Exclusive canonical XML of ``element`` without comments, with InclusiveNamespaces
    ``prefixes`` (xml-exc-c14n 3).
    """
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=True,
            with_comments=False,
            inclusive_ns_prefixes=list(prefixes) or None,
        )
    except etree.C14NError as error:
        # A canonicalisation that fails must never be read as "empty" (CVE-2025-66568 class).
        raise Refusal(Reason.SIGNATURE_SCOPE, f"cannot be canonicalised: {error}") from None


def parse_canonical(signed: bytes) -> Element:
    """Parse the very bytes that were signed. They came out of our own canonicaliser, so they need
    no gate.
    """
    return _parse(signed, huge=len(signed) > 10_000_000)


def text(element: Element) -> str:
    """The text of an element that may hold nothing else. Refuses XML_FORBIDDEN children: half a
    value is no value.
    """
    if len(element):
        raise Refusal(
            Reason.XML_FORBIDDEN, f"{local_name(element)} holds elements", expected="text only"
        )
    return element.text or ""


def local_name(element: Element) -> str:
    """The element's name without its namespace, for people."""
    return etree.QName(element).localname
