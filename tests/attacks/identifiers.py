"""Attributes that some processor or other takes for an identifier."""

from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, SAMLP, XML
from tests.attacks import attack
from tests.attacks.anatomy import (
    Element,
    assertion,
    content,
    descendant,
    is_signed,
    local,
    octets,
    on_tree,
    outermost,
    signature,
    take_out,
    tree,
    twin,
    unwrapped,
)
from tests.attacks.attack import (
    ASSERTION,
    BOTH,
    Attack,
    DoesNotApply,
    Transform,
    Verdicts,
    every,
)
from tests.attacks.naive import any_signature
from tests.attacks.places import extensions

WRAPPING, MALFORMED, INVALID = (
    Reason.SIGNATURE_WRAPPING,
    Reason.XML_MALFORMED,
    Reason.SIGNATURE_INVALID,
)
SCOPE = Reason.SIGNATURE_SCOPE
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
FOREIGN = {
    "xml:id": f"{{{XML}}}id",
    "wsu:Id": f"{{{WSU}}}Id",
    "samlp:ID": f"{{{SAMLP}}}ID",
    "AssertionID": "AssertionID",
    "ResponseID": "ResponseID",
    "id": "id",
    "a foreign Id": "{urn:acme}Id",
    "a foreign id": "{urn:acme}id",
}
"""Spellings that SAML does not use; all but the first few are for other vocabularies."""


def on_foreign_element(name: str) -> Transform:
    """A foreign element in Extensions whose attribute is, to some, an ID: the assertion's."""

    def change(root: Element) -> None:
        if is_signed(root):
            take_out(signature(root))
        shown = content(root)
        box = etree.Element("{urn:acme:box}box")
        box.set(name, shown.get("ID", "_x"))
        extensions(root, shown, box)

    return on_tree(change)


def same_on_foreign_element(name: str) -> Transform:
    """The very ID of the assertion once more."""
    change = on_foreign_element(name)

    def transform(message: bytes) -> bytes:
        assertion(tree(message))
        return change(message)

    return transform


def on_forged_assertion(name: str) -> Transform:
    """A forged assertion that carries the genuine one's ID in another spelling."""

    def change(root: Element) -> None:
        unwrapped(root)
        genuine = assertion(root)
        forged = twin(genuine)
        forged.set(name, genuine.get("ID", ""))
        genuine.addnext(forged)

    return on_tree(change)


def on_the_response(name: str) -> Transform:
    """The response carries the assertion's ID in another spelling."""

    def change(root: Element) -> None:
        root.set(name, content(root).get("ID", "_x"))

    return on_tree(change)


def same_as_the_response(root: Element) -> None:
    assertion(root).set("ID", root.get("ID", ""))


def signature_named_like_the_assertion(root: Element) -> None:
    signature(outermost(root)).set("Id", assertion(root).get("ID", ""))


def part_named_like_the_assertion(name: str) -> Transform:
    """A part of the signature has the Id that is the assertion's ID."""

    def change(root: Element) -> None:
        found = signature(outermost(root))
        part = found.find(f"{{{DS}}}{name}")
        if part is None:
            part = etree.SubElement(found, f"{{{DS}}}{name}")
        part.set("Id", assertion(root).get("ID", ""))

    return on_tree(change)


def another(value: str) -> Transform:
    """The outermost signed element has this ID; its signature still names the old one."""
    return on_tree(lambda root: outermost(root).set("ID", value))


def without(pick: Callable[[Element], Element]) -> Transform:
    def change(root: Element) -> None:
        del pick(root).attrib["ID"]

    return on_tree(change)


def newline_in_it(message: bytes) -> bytes:
    """A line break in the ID, which a parser makes a blank of."""
    root = tree(message)
    identifier = outermost(root).get("ID", "")
    apart = f"{identifier[:3]}\n{identifier[3:]}"
    broken = octets(root).replace(f' ID="{identifier}"'.encode(), f' ID="{apart}"'.encode(), 1)
    if broken == octets(root):
        raise DoesNotApply("no ID to break")
    return broken


def declared_in_a_dtd(message: bytes) -> bytes:
    """A document type that makes another attribute an ID."""
    root = tree(message)
    assertion(root)
    name = local(root)
    kind = f"<!DOCTYPE {name} [<!ATTLIST {name} Destination ID #IMPLIED>]>"
    return kind.encode() + octets(root)


def nearest(root: Element) -> Element:
    return outermost(root)


def confirmation_data(root: Element) -> None:
    """xml:id on an element that takes any attribute; signed, so the signature breaks as well."""
    descendant(assertion(root), "{*}SubjectConfirmationData").set(f"{{{XML}}}id", "_scd")


def _foreign() -> Iterable[Attack]:
    for spelling, name in FOREIGN.items():
        yield Attack(
            f"{spelling} on a foreign element",
            (29,),
            on_foreign_element(name),
            every(WRAPPING),
            every(WRAPPING),
        )
        yield Attack(
            f"{spelling} on a forged assertion",
            (27, 29),
            on_forged_assertion(name),
            Verdicts(assertion=WRAPPING, both=WRAPPING),
            fools=None if spelling == "xml:id" else any_signature,
            fools_at=(ASSERTION, BOTH),
        )
        yield Attack(
            f"{spelling} on the response",
            (29,),
            on_the_response(name),
            every(WRAPPING),
            every(WRAPPING),
        )


def _twice() -> Iterable[Attack]:
    yield Attack(
        "ID twice: a foreign element", (11, 29), same_on_foreign_element("ID"), every(WRAPPING)
    )
    yield Attack(
        "ID twice, once as Id: a foreign element",
        (11, 29),
        same_on_foreign_element("Id"),
        every(WRAPPING),
    )
    yield Attack(
        "ID twice, once as Id: a forged assertion",
        (11, 29),
        on_forged_assertion("Id"),
        Verdicts(assertion=WRAPPING, both=WRAPPING),
    )
    yield Attack(
        "ID twice: assertion and response", (11, 29), on_tree(same_as_the_response), every(WRAPPING)
    )
    yield Attack(
        "ID twice: assertion and signature",
        (11, 29),
        on_tree(signature_named_like_the_assertion),
        every(WRAPPING),
    )
    for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object"):
        yield Attack(
            f"ID twice: assertion and {name}",
            (11, 12, 29),
            part_named_like_the_assertion(name),
            every(WRAPPING),
        )


def _values() -> Iterable[Attack]:
    for value in (
        "",
        " ",
        "1",
        "a b",
        "a:b",
        "_a'",
        '_a"',
        "_a' or '1'='1",
        "_a]|//*[1]",
        "é:",
        "-x",
        ".x",
    ):
        yield Attack(f"the ID is {value!r}", (30,), another(value), *attack.outermost(MALFORMED))
    for value in ("_another", "é", "_" + "a" * 5000):
        yield Attack(
            f"the ID is {value[:9]!r}, a name, but another",
            (30,),
            another(value),
            *attack.outermost(SCOPE),
        )
    yield Attack(
        "no ID on what is signed", (3, 29, 74), without(nearest), *attack.outermost(MALFORMED)
    )
    yield Attack("a line break in the ID", (22, 30), newline_in_it, *attack.outermost(MALFORMED))


ATTACKS: tuple[Attack, ...] = (
    *_foreign(),
    *_twice(),
    *_values(),
    Attack("a document type that declares an ID", (23, 29, 47), declared_in_a_dtd,
           every(Reason.XML_FORBIDDEN), fools=any_signature),
    Attack("xml:id where any attribute may stand", (29,), on_tree(confirmation_data),
           every(WRAPPING)),
)  # fmt: skip
