"""Signature wrapping: the signed element is somewhere, another one is where people look.

XSW 1 to 8 are the eight of Somorovsky et al., On Breaking SAML (2012); the other places are every
one in which the schema lets an element stand.
"""

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS
from tests.attacks import places
from tests.attacks.anatomy import (
    Element,
    after_issuer,
    assertion,
    is_signed,
    octets,
    on_tree,
    possess,
    signature,
    take_out,
    tree,
    twin,
    unwrapped,
)
from tests.attacks.attack import (
    ASSERTION,
    BOTH,
    RESPONSE,
    Attack,
    DoesNotApply,
    Transform,
    Verdicts,
)
from tests.attacks.naive import signed_somewhere
from tests.attacks.places import Place, title

SEVERAL, WRAPPING, SCOPE = (
    Reason.SEVERAL_ASSERTIONS,
    Reason.SIGNATURE_WRAPPING,
    Reason.SIGNATURE_SCOPE,
)
MALFORMED = Reason.XML_MALFORMED


def genuine_hidden(place: Place, *, signature_moves: bool = False) -> Transform:
    """A forged assertion shows; the genuine one, which is signed, is hidden at ``place``.

    With ``signature_moves``, the forged one carries the signature of the genuine one.
    """

    def change(root: Element) -> None:
        unwrapped(root)
        genuine = assertion(root)
        forged = twin(genuine)
        genuine.addprevious(forged)
        take_out(genuine)
        if signature_moves:
            after_issuer(forged, take_out(signature(genuine)))
        place(root, forged, genuine)

    return on_tree(change)


def genuine_response_hidden(place: Place, *, signature_moves: bool = False) -> Transform:
    """A forged response around a forged assertion; the genuine, signed response is hidden in it."""

    def change(root: Element) -> Element:
        moved = signature(root)
        forged = twin(root, "_evil-response")
        shown = assertion(forged)
        shown.set("ID", "_evil")
        if is_signed(shown):
            take_out(signature(shown))
        if signature_moves:
            after_issuer(forged, take_out(moved))
        place(forged, shown, root)
        return forged

    return on_tree(change)


def forged_hidden(place: Place) -> Transform:
    """The genuine assertion shows; a forged one waits at ``place`` for whoever looks there."""

    def change(root: Element) -> None:
        if place in places.UNSIGNED + places.UNSIGNED_AGAINST_THE_SCHEMA:
            shown = assertion(root)
            if is_signed(root) and is_signed(shown):
                raise DoesNotApply("the response's signature covers that of the assertion")
        else:
            unwrapped(root)
            shown = assertion(root)
        place(root, shown, twin(shown))

    return on_tree(change)


def forged_in_the_outer_signature(root: Element) -> None:
    """The genuine message; a forged assertion in an Object of the response's signature."""
    shown = assertion(root)
    signature(shown)
    etree.SubElement(signature(root), f"{{{DS}}}Object").append(twin(shown))


def same_identifier(place: Place) -> Transform:
    """The forged assertion has the genuine one's ID and a copy of its signature."""

    def change(root: Element) -> None:
        unwrapped(root)
        genuine = assertion(root)
        forged = tree(octets(genuine))
        possess(forged)
        place(root, genuine, forged)

    return on_tree(change)


def only_the_assertion_is_forged(message: bytes) -> bytes:
    """The victim in the very element that is signed: no trick at all."""
    root = tree(message)
    possess(assertion(root))
    return octets(root)


def at_assertion(reason: Reason) -> Verdicts:
    return Verdicts(assertion=reason, both=reason)


def at_response(reason: Reason) -> Verdicts:
    return Verdicts(response=reason, both=reason)


def _genuine_hidden() -> list[Attack]:
    found = []
    for place in places.ENVELOPE + places.INSIDE:
        found.append(
            Attack(
                f"the genuine assertion hidden: {title(place)}",
                (5, 9, 10, 19),
                genuine_hidden(place),
                at_assertion(SEVERAL),
                fools=signed_somewhere,
                fools_at=(ASSERTION, BOTH),
            )
        )
        found.append(
            Attack(
                f"the genuine assertion hidden, its signature moved: {title(place)}",
                (9, 10, 18),
                genuine_hidden(place, signature_moves=True),
                at_assertion(SEVERAL),
                fools=signed_somewhere,
                fools_at=(ASSERTION, BOTH),
            )
        )
    return found + _hidden_in_its_signature()


def _hidden_against_the_schema() -> list[Attack]:
    found = []
    for place in places.AGAINST_THE_SCHEMA:
        found.append(
            Attack(
                f"the genuine assertion hidden: {title(place)}",
                (9, 10, 50),
                genuine_hidden(place),
                at_assertion(MALFORMED),
                fools=signed_somewhere,
                fools_at=(ASSERTION, BOTH),
            )
        )
    found.append(
        Attack(
            "the genuine assertion as a child of its signature (XSW6)",
            (9, 10, 12),
            genuine_hidden(places.in_the_signature, signature_moves=True),
            at_assertion(MALFORMED),
        )
    )
    return found


def _hidden_in_its_signature() -> list[Attack]:
    found = []
    for place in places.UNSIGNED:
        found.append(
            Attack(
                f"the genuine assertion hidden in its signature (XSW6, XSW8): {title(place)}",
                (9, 10, 12),
                genuine_hidden(place, signature_moves=True),
                at_assertion(SEVERAL),
            )
        )
    return found


def _forged_hidden() -> list[Attack]:
    found = [
        Attack(
            f"a forged assertion hidden: {title(place)}",
            (5, 9, 10, 15),
            forged_hidden(place),
            at_assertion(SEVERAL),
            fools=signed_somewhere,
            fools_at=(ASSERTION, BOTH),
        )
        for place in places.ENVELOPE
    ]
    found += [
        Attack(
            f"a forged assertion in the unsigned part of the signature: {title(place)}",
            (10, 12),
            forged_hidden(place),
            Verdicts(assertion=SEVERAL, response=SEVERAL),
            fools=signed_somewhere,
            fools_at=(ASSERTION, RESPONSE),
        )
        for place in places.UNSIGNED
    ]
    return found


def _responses_hidden() -> list[Attack]:
    valid = (places.status_detail, places.foreign_element_in_extensions, *places.INSIDE)
    invalid = (places.before, places.after, places.extensions, places.in_the_signature)
    found = [
        Attack(
            f"the genuine response hidden: {title(place)}",
            (8, 10),
            genuine_response_hidden(place),
            at_response(SEVERAL),
            fools=signed_somewhere,
            fools_at=(RESPONSE, BOTH),
        )
        for place in valid
    ]
    found += [
        Attack(
            f"the genuine response hidden, its signature moved: {title(place)}",
            (8, 10, 18),
            genuine_response_hidden(place, signature_moves=True),
            at_response(SEVERAL if place in valid + places.UNSIGNED else MALFORMED),
        )
        for place in (*valid, *places.UNSIGNED, *invalid)
    ]
    return found


ATTACKS: tuple[Attack, ...] = (
    *_genuine_hidden(),
    *_hidden_against_the_schema(),
    *_forged_hidden(),
    *_responses_hidden(),
    Attack("a forged assertion in the signature of the response", (12,),
           on_tree(forged_in_the_outer_signature), Verdicts(both=SEVERAL), fools=signed_somewhere),
    Attack("a forged copy with the same ID and signature, before", (11, 15),
           same_identifier(places.before), at_assertion(WRAPPING)),
    Attack("a forged copy with the same ID and signature, after", (11, 15),
           same_identifier(places.after), at_assertion(WRAPPING), fools=signed_somewhere,
           fools_at=(ASSERTION, BOTH)),
    Attack("a forged copy with the same ID and signature, in Extensions", (11, 10),
           same_identifier(places.extensions), at_assertion(WRAPPING)),
    Attack("the victim in the very element that is signed", (4,), only_the_assertion_is_forged,
           Verdicts(*(Reason.SIGNATURE_INVALID,) * 3)),
)  # fmt: skip
_INSIDE = tuple(title(place) for place in places.INSIDE + places.UNSIGNED)
INSIDE_THE_ASSERTION: tuple[Attack, ...] = tuple(
    attack for attack in _genuine_hidden() if attack.name.endswith(_INSIDE)
)
"""Those that put one assertion into the other."""
