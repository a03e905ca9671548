"""Octets that two parsers read differently, or that one of them never finishes reading."""

from collections.abc import Iterable

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import SAMLP
from tests.attacks.anatomy import Element, octets, on_tree, tree
from tests.attacks.attack import Attack, Naive, Transform, every
from tests.attacks.naive import any_signature
from tests.attacks.places import extensions_of

FORBIDDEN, MALFORMED, UNDECODABLE, LARGE, OTHER = (
    Reason.XML_FORBIDDEN,
    Reason.XML_MALFORMED,
    Reason.UNDECODABLE,
    Reason.TOO_LARGE,
    Reason.NOT_A_RESPONSE,
)


def bare(message: bytes) -> bytes:
    """The message without an XML declaration."""
    return octets(tree(message))


def in_front(prolog: str) -> Transform:
    """This before the document element."""
    return lambda message: prolog.encode() + bare(message)


def behind(epilog: bytes) -> Transform:
    """This after the document element."""
    return lambda message: bare(message) + epilog


def encoded(encoding: str, declared: str | None = None) -> Transform:
    """Another encoding, declared or not."""

    def transform(message: bytes) -> bytes:
        text = bare(message).decode()
        if declared is not None:
            text = f'<?xml version="1.0" encoding="{declared}"?>{text}'
        return text.encode(encoding, "xmlcharrefreplace")

    return transform


def replaced(old: bytes, new: bytes) -> Transform:
    """Other octets in the issuer's name, which every message has."""

    def transform(message: bytes) -> bytes:
        written = bare(message)
        assert old in written, old
        return written.replace(old, new, 1)

    return transform


def extended(xml: str) -> Transform:
    """This in Extensions."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        extensions_of(root).text = "\ue000"
        return octets(root).replace("\ue000".encode(), xml.encode())

    return transform


def inside(tag: str) -> Transform:
    """The whole message inside another document."""
    opened, _, closed = tag.partition("|")
    return lambda message: opened.encode() + bare(message) + closed.encode()


SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>|'
    "</s:Body></s:Envelope>"
)
ARTIFACT = (
    f'<p:ArtifactResponse xmlns:p="{SAMLP}" ID="_r" Version="2.0"'
    ' IssueInstant="2030-01-15T12:00:00Z">|</p:ArtifactResponse>'
)
LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)
)
PROLOGS: dict[str, tuple[str, Reason, Naive | None]] = {
    "a document type": ("<!DOCTYPE Response>", FORBIDDEN, any_signature),
    "a document type in small letters": ("<!doctype Response>", FORBIDDEN, None),
    "a document type from the web": (
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">', FORBIDDEN, any_signature),
    "a document type from a file": ('<!DOCTYPE r SYSTEM "file:///dev/null">', FORBIDDEN,
                                    any_signature),
    "a public document type": ('<!DOCTYPE r PUBLIC "-//x//y" "http://127.0.0.1:9/x">', FORBIDDEN,
                               any_signature),
    "an entity": ('<!DOCTYPE r [<!ENTITY e "x">]>', FORBIDDEN, any_signature),
    "an entity from the web": (
        '<!DOCTYPE r [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>', FORBIDDEN, any_signature),
    "a parameter entity from the web": (
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>', FORBIDDEN, None),
    "a parameter entity of entities": (
        "<!DOCTYPE r [<!ENTITY % p \"<!ENTITY e 'x'>\"> %p;]>", FORBIDDEN, None),
    "a default attribute": (
        '<!DOCTYPE r [<!ATTLIST NameID xmlns CDATA "urn:acme:evil">]>', FORBIDDEN, None),
    "a notation": ('<!DOCTYPE r [<!NOTATION n SYSTEM "x">]>', FORBIDDEN, any_signature),
    "a billion laughs": (LAUGHS + "]>", FORBIDDEN, None),
    "an entity of a megabyte": (
        f'<!DOCTYPE r [<!ENTITY e "{"x" * 10_000}">]>', FORBIDDEN, any_signature),
    "a comment": ("<!-- -->", FORBIDDEN, any_signature),
    "an instruction": ("<?php echo 1 ?>", FORBIDDEN, any_signature),
    "a stylesheet instruction": (
        '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>', FORBIDDEN,
        any_signature),
    "XML 1.1": ('<?xml version="1.1"?>', FORBIDDEN, any_signature),
    "XML 2.0": ('<?xml version="2.0"?>', FORBIDDEN, None),
    "two XML declarations": ('<?xml version="1.0"?><?xml version="1.0"?>', FORBIDDEN, None),
    "a blank before the XML declaration": (' <?xml version="1.0"?>', FORBIDDEN, None),
    "Latin-1 declared": ('<?xml version="1.0" encoding="ISO-8859-1"?>', FORBIDDEN, None),
    "UTF-7 declared": ('<?xml version="1.0" encoding="UTF-7"?>', FORBIDDEN, None),
    "UTF-16 declared": ('<?xml version="1.0" encoding="UTF-16"?>', FORBIDDEN, None),
    "an encoding of nobody's declared": ('<?xml version="1.0" encoding="x"?>', FORBIDDEN, None),
    "an empty encoding declared": ('<?xml version="1.0" encoding=""?>', FORBIDDEN, None),
    "another root": ("<x/>", MALFORMED, None),
    "text": ("x", MALFORMED, None),
    "an octet that is none": ("\x00", FORBIDDEN, None),
    "a CDATA section": ("<![CDATA[x]]>", FORBIDDEN, None),
    "a zero-width space": ("\u200b", MALFORMED, None),
}  # fmt: skip
EPILOGS: dict[str, tuple[bytes, Reason, Naive | None]] = {
    "a second root": (b"<x/>", MALFORMED, None),
    "text": (b"boss", MALFORMED, None),
    "a comment": (b"<!-- -->", FORBIDDEN, any_signature),
    "an instruction": (b"<?x y?>", FORBIDDEN, any_signature),
    "an octet that is none": (b"\x00", FORBIDDEN, None),
    "octets that are no text": (b"\xff", UNDECODABLE, None),
    "half a character": (b"\xc3", UNDECODABLE, None),
    "a document type": (b"<!DOCTYPE r>", FORBIDDEN, None),
    "a megabyte of blanks": (b" " * 2**20, LARGE, any_signature),
}
BOX = "<x:b xmlns:x='urn:acme'>{}</x:b>"
ISSUER = b"Issuer>"
CONTENTS: dict[str, tuple[Transform, Reason]] = {
    "UTF-16": (encoded("utf-16"), FORBIDDEN),
    "UTF-16 declared": (encoded("utf-16", "UTF-16"), FORBIDDEN),
    "UTF-16, little end first": (encoded("utf-16-le"), FORBIDDEN),
    "UTF-16, big end first": (encoded("utf-16-be"), FORBIDDEN),
    "UTF-32": (encoded("utf-32"), FORBIDDEN),
    "UTF-7": (encoded("utf-7", "UTF-7"), FORBIDDEN),
    "EBCDIC": (encoded("cp500"), UNDECODABLE),
    "a surrogate in UTF-8": (replaced(ISSUER, b"Issuer>\xed\xa0\x80"), UNDECODABLE),
    "an octet of Latin-1": (replaced(ISSUER, b"Issuer>\xe9"), UNDECODABLE),
    "a character written too long": (replaced(ISSUER, b"Issuer>\xc0\xbc"), UNDECODABLE),
    "a NUL": (replaced(ISSUER, b"Issuer>\x00"), FORBIDDEN),
    "a control character": (replaced(ISSUER, b"Issuer>\x01"), MALFORMED),
    "a reference to NUL": (replaced(ISSUER, b"Issuer>&#0;"), MALFORMED),
    "a reference to a surrogate": (replaced(ISSUER, b"Issuer>&#xd800;"), MALFORMED),
    "an unfinished reference": (replaced(ISSUER, b"Issuer>&amp"), MALFORMED),
    "a lone ampersand": (replaced(ISSUER, b"Issuer>&"), MALFORMED),
    "the end of a CDATA section": (replaced(ISSUER, b"Issuer>]]>"), MALFORMED),
    "an attribute twice": (replaced(b' Version="2.0"', b' Version="2.0" Version="2.0"'),
                           MALFORMED),
    "an attribute without quotes": (replaced(b' Version="2.0"', b" Version=2.0"), MALFORMED),
    "an undeclared prefix": (replaced(b' Version="2.0"', b' Version="2.0" q:x="1"'), MALFORMED),
    "half of it": (lambda message: message[: len(message) // 2], MALFORMED),
    "nothing": (lambda message: b"", MALFORMED),
    "a SOAP envelope around it": (inside(SOAP), OTHER),
    "an ArtifactResponse around it": (inside(ARTIFACT), OTHER),
    "a response of no namespace around it": (inside("<Response>|</Response>"), OTHER),
    "three hundred levels": (extended("<x xmlns='urn:a'>" + "<x>" * 300 + "</x>" * 301),
                             MALFORMED),
    "nine thousand elements": (extended("<x xmlns='urn:a'/>" * 9000), LARGE),
    "eleven thousand attributes": (extended(
        "<x xmlns='urn:a' " + " ".join(f"a{n}='1'" for n in range(11_000)) + "/>"), LARGE),
    "eleven thousand namespaces": (extended(
        "<x " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(11_000)) + "/>"), LARGE),
}  # fmt: skip


def signed_metadata(root: Element) -> Element:
    """What the identity provider signs of its own accord, in the place of a response."""
    root.tag = "{urn:oasis:names:tc:SAML:2.0:metadata}EntityDescriptor"
    return root


NOT_XML_TO_THE_BINDING = ("UTF-16", "UTF-16 declared", "UTF-32", "EBCDIC", "nothing")
"""What does not even begin like XML, the gateway refuses before the core sees it."""


def renamed(name: str) -> Transform:
    def change(root: Element) -> None:
        root.tag = f"{{{SAMLP}}}{name}"

    return on_tree(change)


def _attacks() -> Iterable[Attack]:
    for name, (prolog, reason, fools) in PROLOGS.items():
        classes = (47, 48) if "entity" in name or "laughs" in name else (24, 35, 47)
        yield Attack(
            f"in front: {name}",
            classes,
            in_front(prolog),
            every(reason),
            every(reason),
            fools=None if fools is None else fools_unless_encrypted,
        )
    for name, (epilog, reason, fools) in EPILOGS.items():
        yield Attack(
            f"behind: {name}",
            (16, 24, 52),
            behind(epilog),
            every(reason),
            every(reason),
            fools=None if fools is None else fools_unless_encrypted,
        )
    for name, (transform, reason) in CONTENTS.items():
        at_acs = UNDECODABLE if name in NOT_XML_TO_THE_BINDING else None
        yield Attack(name, (17, 24, 35, 52), transform, every(reason), every(reason), at_acs=at_acs)
    for name in ("LogoutRequest", "LogoutResponse", "AuthnRequest", "ArtifactResponse"):
        yield Attack(
            f"the root is called {name}", (14, 17, 74), renamed(name), every(OTHER), every(OTHER)
        )
    yield Attack(
        "the root is metadata", (14, 17), on_tree(signed_metadata), every(OTHER), every(OTHER)
    )


def fools_unless_encrypted(message: bytes) -> bool:
    """Any signature that shows; in ciphertext none may show."""
    return b"EncryptedAssertion" in message or any_signature(message)


ATTACKS: tuple[Attack, ...] = tuple(_attacks())
