"""The parts of a message, found and taken out, put elsewhere, and written down again."""

import copy
from collections.abc import Callable

from lxml import etree

from sso_gateway.saml.names import DS, SAML, SAMLP
from tests.attacks.attack import DoesNotApply, Transform
from tests.idp.recipe import EMAIL

Element = etree._Element

VICTIM = "boss@acme.example"
"""Whom every forger wants to be; the genuine messages speak of somebody else."""

ASSERTION = f"{{{SAML}}}Assertion"
ENCRYPTED = f"{{{SAML}}}EncryptedAssertion"
ISSUER = f"{{{SAML}}}Issuer"
NAME_ID = f"{{{SAML}}}NameID"
VALUE = f"{{{SAML}}}AttributeValue"
SIGNATURE = f"{{{DS}}}Signature"
STATUS = f"{{{SAMLP}}}Status"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def tree(message: bytes) -> Element:
    """The document element."""
    return etree.fromstring(message, _PARSER)


def octets(root: Element) -> bytes:
    """The document, written down."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def on_tree(change: Callable[[Element], Element | None]) -> Transform:
    """A change of the tree as a change of octets; it returns another root or changes the one."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        changed = change(root)
        return octets(root if changed is None else changed)

    return transform


def child(element: Element, tag: str) -> Element:
    """The first child of this name."""
    found = element.find(tag)
    if found is None:
        raise DoesNotApply(f"{local(element)} holds no {tag.rpartition('}')[2]}")
    return found


def descendant(element: Element, tag: str) -> Element:
    """The first descendant of this name."""
    found = next(element.iter(tag), None)
    if found is None:
        raise DoesNotApply(f"there is no {tag.rpartition('}')[2]}")
    return found


def local(element: Element) -> str:
    return etree.QName(element).localname


def assertion(root: Element) -> Element:
    """The assertion in the clear."""
    found = root.find(ASSERTION)
    if found is None:
        raise DoesNotApply("the assertion is encrypted")
    return found


def content(root: Element) -> Element:
    """The assertion, encrypted or not."""
    found = root.find(ASSERTION)
    return child(root, ENCRYPTED) if found is None else found


def is_signed(element: Element) -> bool:
    return element.find(SIGNATURE) is not None


def signature(element: Element) -> Element:
    """The element's own signature."""
    found = element.find(SIGNATURE)
    if found is None:
        raise DoesNotApply(f"the {local(element).lower()} is not signed")
    return found


def outermost(root: Element) -> Element:
    """The signed element that no other signed element is around."""
    if is_signed(root):
        return root
    inner = root.find(ASSERTION)
    if inner is not None and is_signed(inner):
        return inner
    raise DoesNotApply("the signature is inside the ciphertext")


def take_out(element: Element) -> Element:
    """The element, out of its tree; the text behind it stays where it was."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        raise DoesNotApply("the root cannot be taken out")
    tail, element.tail = element.tail or "", None
    if previous is None:
        parent.text = (parent.text or "") + tail
    else:
        previous.tail = (previous.tail or "") + tail
    parent.remove(element)
    return element


def after_issuer(element: Element, newcomer: Element) -> None:
    """Where a signature belongs: behind Issuer (core 5.4.1)."""
    element.insert(element.index(child(element, ISSUER)) + 1, newcomer)


def twin(element: Element, identifier: str = "_evil") -> Element:
    """A copy without its signature, of another ID, that speaks of the victim."""
    copied = copy.deepcopy(element)
    copied.tail = None
    if is_signed(copied):
        take_out(signature(copied))
    copied.set("ID", identifier)
    possess(copied)
    return copied


def possess(element: Element) -> None:
    """Whoever was named in it, it is the victim now."""
    for named in element.iter(NAME_ID, VALUE):
        if named.text and (EMAIL in named.text or named.tag == NAME_ID):
            named.text = VICTIM


def unwrapped(root: Element) -> None:
    """The response without a signature of its own, where the assertion has one."""
    signature(assertion(root))
    if is_signed(root):
        take_out(signature(root))


def made(xml: str) -> Element:
    """An element of the forger's own; ``saml``, ``samlp`` and ``ds`` are declared."""
    declared = f'xmlns:saml="{SAML}" xmlns:samlp="{SAMLP}" xmlns:ds="{DS}"'
    holder = tree(f"<holder {declared}>{xml}</holder>".encode())
    return holder[0]
