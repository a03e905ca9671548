"""One partner's word for another's: keys, issuers and messages mixed between identity providers.

Every identity provider in ``genuine`` belongs to one partner, so the mixes inside of a partner are
made here as well; those between partners come from ``STRANGER``, whom that partner does not know.
"""

import functools
from collections.abc import Callable

from sso_gateway.refusal import Reason
from tests.attacks import genuine
from tests.attacks.anatomy import (
    ENCRYPTED,
    ISSUER,
    SIGNATURE,
    Element,
    assertion,
    child,
    is_signed,
    octets,
    signature,
    take_out,
    tree,
)
from tests.attacks.attack import (
    ASSERTION,
    BOTH,
    RESPONSE,
    Attack,
    DoesNotApply,
    Transform,
    Verdicts,
    every,
)
from tests.attacks.sealing import encrypted
from tests.attacks.signing import show, sign, sign_all
from tests.idp.keys import KeyPair, key_pair
from tests.shapes import key_info
from tests.shapes.shape import Shape, shape

UNKNOWN, MISMATCH, NOBODY = Reason.KEY_UNKNOWN, Reason.ISSUER_MISMATCH, Reason.ISSUER_UNKNOWN
GLOBEX = "https://idp.globex.example/metadata"
THEIRS = Reason.ISSUER_WRONG_PARTNER
"""What the gateway says of an issuer that another of its partners has."""


def globex_key() -> KeyPair:
    """The key of another partner's identity provider."""
    return key_pair("rsa-2048", "globex")


@functools.cache
def globex() -> Shape:
    """A genuine message of the other partner's identity provider, about a user of ours."""
    shown = key_info.key_info(key_info.certificate(globex_key()))
    return shape("Globex", issuer=GLOBEX, key=globex_key(), how={"key_info_xml": shown})


def signed_like(root: Element) -> bytes:
    """Globex's message, signed in the same places as this one."""
    inner = root.find("{*}Assertion")
    if inner is None:
        raise DoesNotApply("the assertion is encrypted")
    if is_signed(root):
        return globex().message(BOTH if is_signed(inner) else RESPONSE)
    return globex().message(ASSERTION)


def theirs(change: Callable[[Element, Element], None]) -> Transform:
    """Globex's genuine message, after something of the genuine one was put into it."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        other = tree(signed_like(root))
        change(other, root)
        return octets(other)

    return transform


def as_it_is(other: Element, root: Element) -> None:
    """Just posted to the wrong partner's address."""


def under_our_issuer(other: Element, root: Element) -> None:
    """Its response names our issuer."""
    child(other, ISSUER).text = child(root, ISSUER).text


def both_under_our_issuer(other: Element, root: Element) -> None:
    """Response and assertion name our issuer, and Globex's key signs that."""
    under_our_issuer(other, root)
    child(assertion(other), ISSUER).text = child(root, ISSUER).text
    sign_all(other, lambda _: globex_key())


def their_assertion_in_our_response(message: bytes) -> bytes:
    """Our response with Globex's signed assertion in it."""
    root = tree(message)
    ours = assertion(root)
    signature(ours)
    if is_signed(root):
        take_out(signature(root))
    ours.addprevious(assertion(tree(globex().message(ASSERTION))))
    take_out(ours)
    return octets(root)


def our_assertion_in_their_response(message: bytes) -> bytes:
    """Globex's response around our signed assertion, signed by Globex."""
    root = tree(message)
    ours = assertion(root)
    signature(ours)
    other = tree(globex().message(RESPONSE))
    other.replace(assertion(other), ours)
    sign(signature(other), lambda _: globex_key())
    return octets(other)


def our_envelope_signed_by_them(message: bytes) -> bytes:
    """Our response's signature made with Globex's key; the assertion's own is genuine."""
    root = tree(message)
    signature(assertion(root))
    found = signature(root)
    show(root, "")
    sign(found, lambda _: globex_key())
    return octets(root)


def our_assertion_signed_by_them(message: bytes) -> bytes:
    """Our assertion's signature made with Globex's key; the response's own is genuine."""
    root = tree(message)
    outer, inner = signature(root), signature(assertion(root))
    for found in root.iter(SIGNATURE):
        shown = found.find("{*}KeyInfo")
        if shown is not None:
            take_out(shown)
    sign(inner, lambda _: globex_key())
    sign(outer)
    return octets(root)


def their_ciphertext(message: bytes) -> bytes:
    """Our envelope around Globex's assertion in ciphertext."""
    root = tree(message)
    found = child(root, ENCRYPTED)
    if is_signed(root):
        take_out(signature(root))
    root.replace(found, encrypted(octets(assertion(tree(globex().message(ASSERTION))))))
    return octets(root)


def colleague(issuer: str) -> str:
    """Another identity provider of the same partner."""
    return next(known for known in genuine.expected().identity_providers if known != issuer)


def under_a_colleague(*, response: bool, inner: bool) -> Transform:
    """The same partner's other identity provider named in the response, the assertion or both."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        named = assertion(root)
        other = colleague(str(child(named, ISSUER).text))
        if response:
            child(root, ISSUER).text = other
        if inner:
            child(named, ISSUER).text = other
        sign_all(root)
        return octets(root)

    return transform


ATTACKS: tuple[Attack, ...] = (
    Attack("another partner's message", (80, 90), theirs(as_it_is), every(NOBODY), at_acs=THEIRS),
    Attack("another partner's message under our issuer", (80, 81), theirs(under_our_issuer),
           every(NOBODY), at_acs=THEIRS),
    Attack("another partner signs in our issuer's name", (79, 80), theirs(both_under_our_issuer),
           every(UNKNOWN)),
    Attack("another partner's assertion in our response", (80, 81),
           their_assertion_in_our_response, Verdicts(assertion=NOBODY, both=NOBODY),
           at_acs=THEIRS),
    Attack("our assertion in another partner's signed response", (81,),
           our_assertion_in_their_response, Verdicts(assertion=UNKNOWN, both=UNKNOWN)),
    Attack("our response signed by another partner", (6, 80), our_envelope_signed_by_them,
           Verdicts(both=UNKNOWN)),
    Attack("our assertion signed by another partner, our response around it", (6, 80),
           our_assertion_signed_by_them, Verdicts(both=UNKNOWN)),
    Attack("another partner's assertion in our ciphertext", (55, 80), their_ciphertext, Verdicts(),
           every(UNKNOWN)),
    Attack("the response of a colleague", (81,), under_a_colleague(response=True, inner=False),
           every(MISMATCH)),
    Attack("the assertion of a colleague", (81,), under_a_colleague(response=False, inner=True),
           every(MISMATCH)),
)  # fmt: skip
