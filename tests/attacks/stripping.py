"""Signatures that are missing, empty, damaged, moved, or only look like signatures."""

import base64
from collections.abc import Callable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS
from tests.attacks import attack, places
from tests.attacks.anatomy import (
    SIGNATURE,
    Element,
    after_issuer,
    assertion,
    child,
    descendant,
    is_signed,
    on_tree,
    outermost,
    possess,
    signature,
    take_out,
)
from tests.attacks.attack import Attack, Transform, Verdicts, every
from tests.attacks.naive import any_signature
from tests.attacks.signing import Change, assert_signed, outer, showing

MISSING, INVALID, SCOPE = (
    Reason.SIGNATURE_MISSING,
    Reason.SIGNATURE_INVALID,
    Reason.SIGNATURE_SCOPE,
)
MALFORMED, UNKNOWN, WEAK = Reason.XML_MALFORMED, Reason.KEY_UNKNOWN, Reason.ALGORITHM_WEAK


def ds(name: str) -> str:
    return f"{{{DS}}}{name}"


def no_signature(root: Element) -> None:
    assert_signed(root)
    possess(assertion(root))
    for found in list(root.iter(SIGNATURE)):
        take_out(found)


def only_the_inner(root: Element) -> None:
    """The response's signature is gone; the assertion, forged, still carries its own."""
    signature(assertion(root))
    take_out(signature(root))
    possess(assertion(root))


def only_the_outer(root: Element) -> None:
    """The assertion's signature is gone; the response still carries its own."""
    signature(root)
    take_out(signature(assertion(root)))
    possess(assertion(root))


def without(name: str) -> Change:
    def change(found: Element) -> None:
        take_out(descendant(found, ds(name)))

    return change


def emptied(found: Element) -> None:
    for part in list(found):
        found.remove(part)


def renamed(namespace: str) -> Change:
    def change(found: Element) -> None:
        for part in list(found.iter()):
            part.tag = f"{{{namespace}}}{etree.QName(part).localname}"

    return change


def zeros(count: int) -> Change:
    """That many zero octets: r = s = 0 on an elliptic curve (CVE-2022-21449)."""

    def change(found: Element) -> None:
        child(found, ds("SignatureValue")).text = base64.b64encode(bytes(count)).decode()
        showing("")(found)

    return change


def damaged(position: float) -> Change:
    """One character of the value is another one."""

    def change(found: Element) -> None:
        value = child(found, ds("SignatureValue"))
        text = value.text or ""
        at = int(len(text) * position)
        value.text = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        showing("")(found)

    return change


def text_of(name: str, text: str) -> Change:
    def change(found: Element) -> None:
        descendant(found, ds(name)).text = text
        showing("")(found)

    return change


def forged(change: Change) -> Transform:
    """The victim in the assertion, and this done to the outermost signature."""

    def both(root: Element) -> None:
        possess(assertion(root))
        change(signature(outermost(root)))

    return on_tree(both)


def moved_down(root: Element) -> None:
    """The response's signature on a forged assertion."""
    inner = assertion(root)
    signature_of_response = take_out(signature(root))
    if is_signed(inner):
        take_out(signature(inner))
    possess(inner)
    after_issuer(inner, signature_of_response)


def moved_up(root: Element) -> None:
    """The assertion's signature on the response."""
    moved = take_out(signature(assertion(root)))
    if is_signed(root):
        take_out(signature(root))
    possess(assertion(root))
    after_issuer(root, moved)


def moved_to(place: Callable[[Element], Element]) -> Transform:
    """The assertion's signature somewhere else."""

    def change(root: Element) -> None:
        found = take_out(signature(outermost(root)))
        place(root).append(found)

    return on_tree(change)


def one_broken(outer_one: bool) -> Transform:
    """Of two good signatures, one is not good any more."""

    def change(root: Element) -> None:
        pair = (signature(assertion(root)), signature(root))
        zeros(256)(pair[outer_one])

    return on_tree(change)


def subject(root: Element) -> Element:
    return child(assertion(root), "{*}Subject")


BOTH_FORGED = Verdicts(both=INVALID)
SHAPELESS = attack.outermost(MALFORMED)

ATTACKS: tuple[Attack, ...] = (
    Attack("no signature", (1,), on_tree(no_signature), every(MISSING)),
    Attack("only the inner signature is left, forged", (1, 7), on_tree(only_the_inner),
           BOTH_FORGED),
    Attack("only the outer signature is left, forged", (1, 6, 7), on_tree(only_the_outer),
           BOTH_FORGED),
    Attack("an empty signature", (3,), outer(emptied), *SHAPELESS),
    Attack("an empty signature, forged", (3,), forged(emptied), every(MALFORMED)),
    *(Attack(f"a signature without {name}", (3,), outer(without(name)), *SHAPELESS)
      for name in ("SignedInfo", "SignatureValue", "CanonicalizationMethod", "SignatureMethod",
                   "Reference", "DigestMethod", "DigestValue")),
    Attack("a signature without Transforms", (3,), outer(without("Transforms")),
           *attack.outermost(SCOPE)),
    *(Attack(f"a signature in {where}", (3, 28), outer(renamed(namespace)), *SHAPELESS)
      for where, namespace in (("a look-alike namespace", DS.replace("#", "/")),
                               ("a newer namespace", DS.replace("2000/09", "2009/09")))),
    Attack("a signature of nobody's namespace, forged", (3, 28), forged(renamed("urn:acme:sig")),
           every(MALFORMED)),
    *(Attack(f"a value of {count} zero octets", (2, 3), outer(zeros(count)),
             *attack.outermost(UNKNOWN)) for count in (0, 1, 64, 256, 512)),
    *(Attack(f"a value damaged {where}", (4,), outer(damaged(position)),
             *attack.outermost(UNKNOWN))
      for where, position in (("at the beginning", 0.0), ("in the middle", 0.5))),
    Attack("a value that is not base64", (3,), outer(text_of("SignatureValue", "?")),
           *attack.outermost(SCOPE)),
    Attack("an empty digest", (3,), outer(text_of("DigestValue", "")),
           *attack.outermost(INVALID)),
    Attack("a digest of zeros", (4,),
           outer(text_of("DigestValue", base64.b64encode(bytes(32)).decode())),
           *attack.outermost(INVALID)),
    Attack("a digest that is half of one", (4,), outer(text_of("DigestValue", "AAAA")),
           *attack.outermost(INVALID)),
    Attack("the response's signature moved to the assertion", (7, 18), on_tree(moved_down),
           Verdicts(response=SCOPE, both=SCOPE)),
    Attack("the assertion's signature moved to the response", (7, 18), on_tree(moved_up),
           Verdicts(assertion=SCOPE, both=SCOPE)),
    Attack("the signature moved to StatusDetail", (18,), moved_to(places.status_detail_of),
           *attack.outermost(Reason.SIGNATURE_WRAPPING)),
    Attack("the signature moved to Extensions", (18,), moved_to(places.extensions_of),
           *attack.outermost(Reason.SIGNATURE_WRAPPING)),
    Attack("the signature moved to the subject", (18,), moved_to(subject), every(MALFORMED)),
    Attack("the signature at the end of the response", (18,), moved_to(lambda root: root),
           *attack.outermost(MALFORMED)),
    Attack("the outer of two signatures broken", (6,), one_broken(True), Verdicts(both=UNKNOWN),
           fools=any_signature),
    Attack("the inner of two signatures broken", (6,), one_broken(False), BOTH_FORGED),
)  # fmt: skip
