"""The same thing twice: one reader takes the first, another the last."""

import copy
from collections.abc import Callable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, SAML, StatusCode
from tests.attacks import attack, genuine, places
from tests.attacks.anatomy import (
    ENCRYPTED,
    ISSUER,
    NAME_ID,
    STATUS,
    VICTIM,
    Element,
    after_issuer,
    assertion,
    child,
    content,
    descendant,
    on_tree,
    outermost,
    possess,
    signature,
    twin,
)
from tests.attacks.attack import ASSERTION, BOTH, Attack, DoesNotApply, Transform, Verdicts, every
from tests.attacks.naive import any_signature
from tests.attacks.places import Place
from tests.attacks.signing import Change, outer, outer_signed

MALFORMED, INVALID = Reason.XML_MALFORMED, Reason.SIGNATURE_INVALID
SEVERAL, WRAPPING, SCOPE = (
    Reason.SEVERAL_ASSERTIONS,
    Reason.SIGNATURE_WRAPPING,
    Reason.SIGNATURE_SCOPE,
)


def copied(element: Element) -> Element:
    found = copy.deepcopy(element)
    found.tail = None
    return found


def assertion_again_before(root: Element) -> None:
    found = assertion(root)
    found.addprevious(copied(found))


def assertion_or_ciphertext_again_after(root: Element) -> None:
    found = content(root)
    found.addnext(copied(found))


def assertion_again_of_another_id(root: Element) -> None:
    found = assertion(root)
    again = copied(found)
    again.set("ID", "_again")
    found.addnext(again)


def ciphertext_again_without_ids(root: Element) -> None:
    found = child(root, f"{{{SAML}}}EncryptedAssertion")
    again = copied(found)
    for part in again.iter():
        part.attrib.pop("Id", None)
    found.addnext(again)


def forged_without_id(root: Element) -> None:
    found = assertion(root)
    forged = twin(found)
    del forged.attrib["ID"]
    found.addnext(forged)


def doubled(name: str) -> Change:
    """A part of the signature twice."""

    def change(found: Element) -> None:
        part = descendant(found, f"{{{DS}}}{name}")
        part.addnext(copied(part))

    return change


def forged_signed_info_first(found: Element) -> None:
    """SAMLStorm (CVE-2025-29774): the first SignedInfo is the forger's."""
    part = child(found, f"{{{DS}}}SignedInfo")
    again = copied(part)
    descendant(again, f"{{{DS}}}DigestValue").text = "AAAA"
    part.addprevious(again)


def signature_again(root: Element) -> None:
    found = signature(outermost(root))
    found.addnext(copied(found))


def signature_of_the_assertion_also_on_the_response(root: Element) -> None:
    found = signature(assertion(root))
    if root.find(f"{{{DS}}}Signature") is not None:
        raise DoesNotApply("the response has a signature already")
    after_issuer(root, copied(found))


def part_again(tag: str, edit: Callable[[Element], None] = lambda part: None) -> Transform:
    """A part of the assertion twice; the second is the forger's."""

    def change(root: Element) -> None:
        part = descendant(assertion(root), f"{{{SAML}}}{tag}")
        again = copied(part)
        edit(again)
        part.addnext(again)

    return on_tree(change)


def named_victim(element: Element) -> None:
    if element.tag == NAME_ID:
        element.text = VICTIM
    possess(element)


def victim_first(root: Element) -> None:
    found = descendant(assertion(root), NAME_ID)
    again = copied(found)
    again.text = VICTIM
    found.addprevious(again)


def issuer_of_the_response_again(root: Element) -> None:
    found = child(root, ISSUER)
    again = copied(found)
    again.text = "https://other.example/idp"
    found.addnext(again)


def status_again(*, first: bool) -> Transform:
    """Success and failure in one message."""

    def change(root: Element) -> None:
        found = child(root, STATUS)
        again = copied(found)
        descendant(again, STATUS + "Code").set("Value", StatusCode.RESPONDER)
        (found.addprevious if first else found.addnext)(again)

    return on_tree(change)


def status_code_again(root: Element) -> None:
    found = descendant(root, STATUS + "Code")
    again = etree.SubElement(child(root, STATUS), STATUS + "Code", Value=StatusCode.RESPONDER)
    found.addnext(again)


def stray(place: Place) -> Transform:
    """A copy of the signature where none belongs."""

    def change(root: Element) -> None:
        again = copied(signature(outermost(root)))
        place(root, assertion(root), again)

    return on_tree(change)


def stray_around_ciphertext(root: Element) -> None:
    child(root, ENCRYPTED)
    again = copied(signature(outermost(root)))
    places.extensions_of(root).append(again)


STRAY = {
    places.extensions: WRAPPING,
    places.foreign_element_in_extensions: WRAPPING,
    places.status_detail: WRAPPING,
    **dict.fromkeys(places.INSIDE, WRAPPING),
    places.signature_object: WRAPPING,
    # There the schema wants other namespaces than the signature's own.
    places.signature_properties: MALFORMED,
    places.key_info: MALFORMED,
}
SHAPELESS = attack.outermost(MALFORMED)
ATTACKS: tuple[Attack, ...] = (
    Attack("the assertion again, before", (11, 15), on_tree(assertion_again_before),
           every(WRAPPING), fools=any_signature, fools_at=(ASSERTION, BOTH)),
    Attack("the assertion again, after", (11, 15), on_tree(assertion_or_ciphertext_again_after),
           every(WRAPPING), every(WRAPPING)),
    Attack("the assertion again with another ID", (15,), on_tree(assertion_again_of_another_id),
           every(SEVERAL), fools=any_signature, fools_at=(ASSERTION, BOTH)),
    Attack("the ciphertext again without identifiers", (15, 55),
           on_tree(ciphertext_again_without_ids), Verdicts(), every(SEVERAL)),
    Attack("a forged assertion without an ID", (15, 29), on_tree(forged_without_id),
           every(MALFORMED)),
    *(Attack(f"a second copy of the signature: {places.title(place)}", (6, 10, 18), stray(place),
             every(reason)) for place, reason in STRAY.items()),
    Attack("a second copy of the signature around ciphertext", (6, 10, 18),
           on_tree(stray_around_ciphertext), Verdicts(),
           Verdicts(response=WRAPPING, both=WRAPPING)),
    Attack("the signature twice", (6, 41), on_tree(signature_again), *SHAPELESS),
    Attack("the assertion's signature also on the response", (7, 18),
           on_tree(signature_of_the_assertion_also_on_the_response), Verdicts(assertion=SCOPE),
           fools=any_signature),
    *(Attack(f"{name} twice", classes, outer(doubled(name)), *SHAPELESS)
      for name, classes in (("SignedInfo", (31,)), ("SignatureValue", (31,)),
                            ("CanonicalizationMethod", (31,)), ("SignatureMethod", (31, 42)),
                            ("DigestMethod", (32,)), ("DigestValue", (32,)),
                            ("Transforms", (41,)))),
    Attack("KeyInfo twice", (41,), outer(doubled("KeyInfo")), *SHAPELESS, only=genuine.shows_key),
    Attack("a forged SignedInfo first", (31,), outer(forged_signed_info_first), *SHAPELESS),
    Attack("Reference twice", (34,), outer_signed(doubled("Reference")),
           *attack.outermost(SCOPE)),
    *(Attack(f"{tag} twice", classes, part_again(tag, edit), every(reason))
      for tag, classes, edit, reason in (
          ("Issuer", (73,), named_victim, MALFORMED),
          ("Subject", (76,), named_victim, MALFORMED),
          ("NameID", (76,), named_victim, MALFORMED),
          ("Conditions", (67,), named_victim, MALFORMED),
          ("AudienceRestriction", (62,), named_victim, INVALID),
          ("Audience", (62,), named_victim, INVALID),
          ("SubjectConfirmation", (68,), named_victim, INVALID),
          ("SubjectConfirmationData", (68,), named_victim, MALFORMED),
          ("AuthnStatement", (75,), named_victim, INVALID),
          ("AuthnContext", (75,), named_victim, MALFORMED),
          ("AttributeStatement", (77,), named_victim, INVALID),
          ("Attribute", (77,), named_victim, INVALID),
          ("AttributeValue", (77, 87), named_victim, INVALID))),
    Attack("the victim's NameID first", (76,), on_tree(victim_first), every(MALFORMED)),
    Attack("the response's Issuer twice", (73, 81), on_tree(issuer_of_the_response_again),
           every(MALFORMED), every(MALFORMED)),
    Attack("a failure before Success", (72,), status_again(first=True), every(MALFORMED),
           every(MALFORMED)),
    Attack("a failure after Success", (72,), status_again(first=False), every(MALFORMED),
           every(MALFORMED)),
    Attack("two codes in one Status", (72,), on_tree(status_code_again), every(MALFORMED),
           every(MALFORMED)),
)  # fmt: skip
