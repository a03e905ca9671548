"""Where something can be hidden in a message, so that one reader finds it and another does not.

A place is a function of the response, the assertion that shows, and what is to be hidden.
"""

import copy
from collections.abc import Callable

from lxml import etree

from sso_gateway.saml.names import DS, SAML, SAMLP
from tests.attacks.anatomy import (
    ISSUER,
    STATUS,
    Element,
    child,
    descendant,
    is_signed,
    signature,
    twin,
)

Place = Callable[[Element, Element, Element], None]


def before(root: Element, shown: Element, hidden: Element) -> None:
    shown.addprevious(hidden)


def after(root: Element, shown: Element, hidden: Element) -> None:
    root.append(hidden)


def _first(root: Element, newcomer: Element) -> None:
    """Behind Issuer and Signature, where Extensions belong."""
    position = root.index(child(root, ISSUER)) + 1 + is_signed(root)
    root.insert(position, newcomer)


def extensions(root: Element, shown: Element, hidden: Element) -> None:
    extensions_of(root).append(hidden)


def extensions_of(root: Element) -> Element:
    """The response's Extensions, new where there were none."""
    there = root.find(f"{{{SAMLP}}}Extensions")
    if there is None:
        there = etree.SubElement(root, f"{{{SAMLP}}}Extensions")
        _first(root, there)
    return there


def foreign_element_in_extensions(root: Element, shown: Element, hidden: Element) -> None:
    etree.SubElement(extensions_of(root), "{urn:acme:box}box").append(hidden)


def status_detail(root: Element, shown: Element, hidden: Element) -> None:
    status_detail_of(root).append(hidden)


def status_detail_of(root: Element) -> Element:
    """A new StatusDetail."""
    return etree.SubElement(child(root, STATUS), f"{{{SAMLP}}}StatusDetail")


def response_in_status_detail(root: Element, shown: Element, hidden: Element) -> None:
    inner = etree.SubElement(status_detail_of(root), root.tag, {**root.attrib, "ID": "_inner"})
    inner.append(copy.deepcopy(child(root, ISSUER)))
    inner.append(copy.deepcopy(child(root, STATUS)))
    inner[1].remove(inner[1][-1])
    inner.append(hidden)


def twice_deep(root: Element, shown: Element, hidden: Element) -> None:
    """In the advice of an assertion in Extensions."""
    outer = twin(shown, "_outer")
    extensions_of(root).append(outer)
    advice(root, outer, hidden)


def child_of_the_assertion(root: Element, shown: Element, hidden: Element) -> None:
    shown.append(hidden)


def first_child_of_the_assertion(root: Element, shown: Element, hidden: Element) -> None:
    shown.insert(0, hidden)


def advice(root: Element, shown: Element, hidden: Element) -> None:
    found = etree.SubElement(shown, f"{{{SAML}}}Advice")
    child(shown, f"{{{SAML}}}Conditions").addnext(found)
    found.append(hidden)


def subject(root: Element, shown: Element, hidden: Element) -> None:
    child(shown, f"{{{SAML}}}Subject").append(hidden)


def name_id(root: Element, shown: Element, hidden: Element) -> None:
    descendant(shown, f"{{{SAML}}}NameID").append(hidden)


def confirmation_data(root: Element, shown: Element, hidden: Element) -> None:
    descendant(shown, f"{{{SAML}}}SubjectConfirmationData").append(hidden)


def attribute_value(root: Element, shown: Element, hidden: Element) -> None:
    statement = etree.SubElement(shown, f"{{{SAML}}}AttributeStatement")
    attribute = etree.SubElement(statement, f"{{{SAML}}}Attribute", Name="x")
    etree.SubElement(attribute, f"{{{SAML}}}AttributeValue").append(hidden)


def context_declaration(root: Element, shown: Element, hidden: Element) -> None:
    reference = descendant(shown, f"{{{SAML}}}AuthnContextClassRef")
    found = etree.SubElement(child(reference, ".."), f"{{{SAML}}}AuthnContextDecl")
    reference.addnext(found)
    found.append(hidden)


def _signature_near(root: Element, shown: Element) -> Element:
    return signature(shown if is_signed(shown) else root)


def in_the_signature(root: Element, shown: Element, hidden: Element) -> None:
    _signature_near(root, shown).append(hidden)


def signature_object(root: Element, shown: Element, hidden: Element) -> None:
    etree.SubElement(_signature_near(root, shown), f"{{{DS}}}Object").append(hidden)


def signature_properties(root: Element, shown: Element, hidden: Element) -> None:
    found = etree.SubElement(_signature_near(root, shown), f"{{{DS}}}Object")
    found = etree.SubElement(found, f"{{{DS}}}SignatureProperties")
    etree.SubElement(found, f"{{{DS}}}SignatureProperty", Target="#x").append(hidden)


def key_info(root: Element, shown: Element, hidden: Element) -> None:
    near = _signature_near(root, shown)
    found = near.find(f"{{{DS}}}KeyInfo")
    if found is None:
        found = etree.SubElement(near, f"{{{DS}}}KeyInfo")
    found.append(hidden)


ENVELOPE: tuple[Place, ...] = (
    before,
    after,
    extensions,
    foreign_element_in_extensions,
    status_detail,
    response_in_status_detail,
    twice_deep,
)
INSIDE: tuple[Place, ...] = (
    advice,
    confirmation_data,
    attribute_value,
    context_declaration,
)
AGAINST_THE_SCHEMA: tuple[Place, ...] = (
    child_of_the_assertion,
    first_child_of_the_assertion,
    subject,
    name_id,
)
UNSIGNED: tuple[Place, ...] = (signature_object, signature_properties, key_info)
"""Inside the signature, which the enveloped transform takes away unread."""
UNSIGNED_AGAINST_THE_SCHEMA: tuple[Place, ...] = (in_the_signature,)


def title(place: Place) -> str:
    """The place's name, for people."""
    return place.__name__.replace("_", " ")
