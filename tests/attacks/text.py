"""Values that read otherwise than they were signed: comments, instructions, CDATA, entities.

The attacker registers as ``boss@acme.example.evil.example``; the identity provider signs that in
good faith; then something is put into the middle (Duo, 2018: VU#475445).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, SAML, XENC
from tests.attacks import attack
from tests.attacks.anatomy import (
    ISSUER,
    NAME_ID,
    VALUE,
    VICTIM,
    Element,
    assertion,
    child,
    descendant,
    octets,
    outermost,
    signature,
    tree,
)
from tests.attacks.attack import Attack, DoesNotApply, Naive, Transform, Verdicts, every
from tests.attacks.naive import any_signature, first_text
from tests.attacks.signing import by_the_idp
from tests.idp.recipe import EMAIL

REGISTERED = f"{VICTIM}.evil.example"
FORBIDDEN, MALFORMED, INVALID = (
    Reason.XML_FORBIDDEN,
    Reason.XML_MALFORMED,
    Reason.SIGNATURE_INVALID,
)
Find = Callable[[Element], Element]


@dataclass(frozen=True, slots=True)
class Trick:
    """How a value is written; ``{}`` are its two halves."""

    name: str
    written: str
    reason: Reason
    classes: tuple[int, ...]
    fools: Naive | None = None
    doctype: str = ""


SPLITS: tuple[Trick, ...] = (
    Trick("a comment inside", "{}<!-- -->{}", FORBIDDEN, (20,), first_text),
    Trick("an empty comment inside", "{}<!---->{}", FORBIDDEN, (20,), first_text),
    Trick("a comment in front", "<!--x-->{}{}", FORBIDDEN, (20,), any_signature),
    Trick("an instruction inside", "{}<?x y?>{}", FORBIDDEN, (21,)),
    Trick("CDATA around it", "<![CDATA[{}{}]]>", FORBIDDEN, (22,), any_signature),
    Trick("CDATA around half of it", "{}<![CDATA[{}]]>", FORBIDDEN, (22,), any_signature),
    Trick("an empty entity inside", "{}&e;{}", FORBIDDEN, (23,), any_signature,
          '<!DOCTYPE r [<!ENTITY e "">]>'),
    Trick("an external entity inside", "{}&e;{}", FORBIDDEN, (23, 47), None,
          '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///dev/null">]>'),
    Trick("a parameter entity declared", "{}{}", FORBIDDEN, (23, 47), any_signature,
          '<!DOCTYPE r [<!ENTITY % p "<!ENTITY e \'x\'>">]>'),
    Trick("an undefined entity inside", "{}&e;{}", MALFORMED, (23,)),
    Trick("a character that is none", "{}&#0;{}", MALFORMED, (86,)),
    Trick("a control character", "{}&#7;{}", MALFORMED, (86,)),
    Trick("a zero-width space inside", "{}&#x200b;{}", INVALID, (85,)),
    Trick("a carriage return inside", "{}&#13;{}", INVALID, (22, 109)),
)  # fmt: skip


def written(find: Find, trick: Trick, split: int | None = None) -> Transform:
    """The text of one element, written like this."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        element = find(root)
        text = element.text or ""
        middle = len(text) // 2 if split is None else split
        element.text = "\ue000"
        how = trick.written.format(text[:middle], text[middle:])
        return trick.doctype.encode() + octets(root).replace("\ue000".encode(), how.encode())

    return transform


def registered(find: Find, trick: Trick) -> Transform:
    """The identity provider signs the attacker's own name, which begins like the victim's."""

    def change(root: Element) -> None:
        find(root).text = REGISTERED

    signed, spoiled = by_the_idp(change), written(find, trick, len(VICTIM))
    return lambda message: spoiled(signed(message))


def name_id(root: Element) -> Element:
    return descendant(assertion(root), NAME_ID)


def address(root: Element) -> Element:
    """The attribute value that is the address."""
    for value in assertion(root).iter(VALUE):
        if value.text and (EMAIL in value.text or VICTIM in value.text):
            return value
    raise DoesNotApply("no attribute holds the address")


def issuer(root: Element) -> Element:
    return child(assertion(root), ISSUER)


def issuer_of_the_response(root: Element) -> Element:
    return child(root, ISSUER)


def audience(root: Element) -> Element:
    return descendant(assertion(root), f"{{{SAML}}}Audience")


def of_the_signature(name: str) -> Find:
    return lambda root: descendant(signature(outermost(root)), f"{{{DS}}}{name}")


def ciphertext(root: Element) -> Element:
    return descendant(root, f"{{{XENC}}}CipherValue")


def _identity() -> Iterable[Attack]:
    for find in (name_id, address):
        for trick in SPLITS:
            yield Attack(
                f"{find.__name__}: {trick.name}",
                trick.classes,
                registered(find, trick),
                every(trick.reason),
                fools=trick.fools,
            )


def _others() -> Iterable[Attack]:
    for find in (issuer, audience):
        for trick in SPLITS[:8]:
            fools = any_signature if trick.fools else None
            yield Attack(
                f"{find.__name__}: {trick.name}",
                trick.classes,
                written(find, trick),
                every(trick.reason),
                fools=fools,
            )
    for trick in SPLITS[:5]:
        yield Attack(
            f"issuer of the response: {trick.name}",
            trick.classes,
            written(issuer_of_the_response, trick),
            every(trick.reason),
            every(trick.reason),
        )


def _of_the_signature() -> Iterable[Attack]:
    for name in ("DigestValue", "SignatureValue"):
        for trick in (SPLITS[0], SPLITS[3], SPLITS[5]):
            yield Attack(
                f"{name}: {trick.name}",
                (32, *trick.classes),
                written(of_the_signature(name), trick),
                *attack.outermost(trick.reason),
            )
    yield Attack(
        "ciphertext: a comment inside",
        (20, 60),
        written(ciphertext, SPLITS[0]),
        Verdicts(),
        every(FORBIDDEN),
    )


ELEMENT = Trick("an element inside", '{}<x:y xmlns:x="urn:acme"/>{}', MALFORMED, (22,))
NAME_IN_NAME = Trick(
    "a NameID inside", f'{{}}<s:NameID xmlns:s="{SAML}">x</s:NameID>{{}}', MALFORMED, (22,)
)
ATTACKS: tuple[Attack, ...] = (
    *_identity(),
    *_others(),
    *_of_the_signature(),
    *(Attack(f"{find.__name__}: {trick.name}", (22,), registered(find, trick), every(reason))
      for find, reason in ((name_id, MALFORMED), (address, INVALID))
      for trick in (ELEMENT, NAME_IN_NAME)),
    *(Attack(f"{find.__name__}: {ELEMENT.name}", (22,), written(find, ELEMENT), every(MALFORMED))
      for find in (issuer, audience)),
)  # fmt: skip
