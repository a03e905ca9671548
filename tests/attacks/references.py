"""References that leave the message, or that cover something else than what is read."""

import base64
import copy
from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, DigestMethod
from tests.attacks import attack
from tests.attacks.anatomy import (
    Element,
    assertion,
    child,
    descendant,
    made,
    on_tree,
    outermost,
    possess,
    signature,
    tree,
)
from tests.attacks.attack import RESPONSE, Attack, Verdicts
from tests.attacks.naive import any_signature
from tests.attacks.signing import (
    Change,
    inner_signed,
    outer,
    outer_signed,
    outer_signed_by_libxmlsec,
    sign,
)
from tests.attacks.uris import ELSEWHERE, WHOLE

SCOPE, MALFORMED, WRAPPING = (
    Reason.SIGNATURE_SCOPE,
    Reason.XML_MALFORMED,
    Reason.SIGNATURE_WRAPPING,
)
TOO_LARGE = Reason.TOO_LARGE
SECOND = (
    '<ds:Reference URI="{uri}"><ds:Transforms><ds:Transform Algorithm='
    '"http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm='
    f'"{DigestMethod.SHA256.value}"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>'
)


def reference(found: Element) -> Element:
    return descendant(found, f"{{{DS}}}Reference")


def pointing(uri: str) -> Change:
    """The reference points there."""

    def change(found: Element) -> None:
        identifier = reference(found).get("URI", "")[1:]
        target = uri.replace("{id}", identifier).replace("{ID}", identifier.swapcase())
        reference(found).set("URI", target)

    return change


def no_uri(found: Element) -> None:
    del reference(found).attrib["URI"]


def second(uri: str, *, first: bool = False) -> Change:
    """A second reference, which is fetched before anything is verified by those who fetch."""

    def change(found: Element) -> None:
        more = made(SECOND.replace("{uri}", uri))
        (reference(found).addprevious if first else reference(found).addnext)(more)

    return change


def many(count: int) -> Change:
    def change(found: Element) -> None:
        written = etree.tostring(reference(found), with_tail=False)
        more = tree(b"<holder>" + written * count + b"</holder>")
        child(found, f"{{{DS}}}SignedInfo").extend(list(more))

    return change


def typed(name: str) -> Change:
    """A type of what is referred to; a Manifest's own references nobody checks."""

    def change(found: Element) -> None:
        reference(found).set("Type", f"{DS}{name}")

    return change


def manifest(found: Element) -> None:
    """The one reference is to a Manifest in an Object; what that lists, core validation ignores."""
    listed = made('<ds:Manifest Id="_manifest"/>')
    listed.append(copy.deepcopy(reference(found)))
    descendant(listed, f"{{{DS}}}DigestValue").text = base64.b64encode(bytes(32)).decode()
    etree.SubElement(found, f"{{{DS}}}Object").append(listed)
    typed("Manifest")(found)
    _point_at(found, "_manifest")


def itself(name: str) -> Change:
    """The reference is to a part of the signature."""

    def change(found: Element) -> None:
        part = found if name == "Signature" else child(found, f"{{{DS}}}{name}")
        part.set("Id", "_part")
        _point_at(found, "_part")

    return change


def own_object(found: Element) -> None:
    """The reference is to an Object inside the signature, and the message is covered by nothing."""
    etree.SubElement(found, f"{{{DS}}}Object", Id="_object").text = "x"
    _point_at(found, "_object")


def _point_at(found: Element, identifier: str) -> None:
    reference(found).set("URI", f"#{identifier}")
    transforms = descendant(found, f"{{{DS}}}Transforms")
    transforms.remove(transforms[0])


def outside_of_signed_info(found: Element) -> None:
    """CVE-2024-45409: a digest that fits, where only a careless search finds it."""
    listed = made("<ds:Manifest/>")
    listed.append(copy.deepcopy(reference(found)))
    holder = etree.Element(f"{{{DS}}}Object", nsmap={"ds": DS})
    holder.append(listed)
    found.append(holder)


def to_the_other(root: Element) -> None:
    """The signature refers to the other of the two elements."""
    near = outermost(root)
    other = assertion(root) if near is root else root
    found = signature(near)
    reference(found).set("URI", f"#{other.get('ID')}")
    sign(found)


def ids_of_nobody(identifier: str) -> Callable[[Element], None]:
    """The ID of the element and the reference to it agree on something that is no name."""

    def change(root: Element) -> None:
        near = outermost(root)
        near.set("ID", identifier)
        found = signature(near)
        reference(found).set("URI", f"#{identifier}")
        sign(found)

    return change


def only_the_issuer(root: Element) -> None:
    """A part of the assertion gets an identifier, and is all that is signed; then forged."""
    near = outermost(root)
    found = signature(near)
    part = child(near, "{*}Issuer")
    part.set("ID", "_issuer")
    reference(found).set("URI", "#_issuer")
    possess(assertion(root))


def _elsewhere() -> Iterable[Attack]:
    for name, uri in ELSEWHERE.items():
        yield Attack(
            f"a reference to {name}",
            (36, 40),
            outer_signed(pointing(uri)),
            *attack.outermost(SCOPE),
        )
    for name, uri in WHOLE.items():
        fools = any_signature
        at = (RESPONSE, attack.BOTH) if "document" in name else attack.PLACEMENTS
        yield Attack(
            f"a reference to {name}",
            (36, 40),
            outer_signed_by_libxmlsec(pointing(uri)),
            *attack.outermost(SCOPE),
            fools=fools,
            fools_at=at,
        )
    yield Attack(
        "a reference to the identifier twice",
        (30, 36),
        outer_signed(pointing("#{id}#{id}")),
        *attack.outermost(MALFORMED),
    )
    yield Attack(
        "a reference to no address", (3, 36), outer_signed(no_uri), *attack.outermost(SCOPE)
    )
    for name in ("a web server", "a file", "the identifier by XPointer"):
        uri = {**ELSEWHERE, **WHOLE}[name]
        yield Attack(
            f"the inner signature refers to {name}",
            (6, 36),
            inner_signed(pointing(uri)),
            Verdicts(both=SCOPE),
        )


def _several() -> Iterable[Attack]:
    for name in ("a web server", "a file", "nothing"):
        for first in (True, False):
            where = "before" if first else "after"
            yield Attack(
                f"a second reference, {where}: {name}",
                (34, 36),
                outer_signed(second(ELSEWHERE[name], first=first)),
                *attack.outermost(SCOPE),
            )
    yield Attack(
        "the same reference a second time",
        (34,),
        outer_signed_by_libxmlsec(many(1)),
        *attack.outermost(SCOPE),
        fools=any_signature,
    )
    yield Attack("five hundred references", (41,), outer(many(500)), *attack.outermost(SCOPE))
    yield Attack(
        "as many references as there may be elements",
        (41, 52),
        outer(many(1400)),
        *attack.outermost(TOO_LARGE),
    )
    yield Attack(
        "a second reference of the inner signature",
        (6, 34),
        inner_signed(many(1)),
        Verdicts(both=SCOPE),
    )


def _others() -> Iterable[Attack]:
    for name in ("Manifest", "Object", "SignatureProperties"):
        yield Attack(
            f"a reference of type {name}",
            (39,),
            outer_signed_by_libxmlsec(typed(name)),
            *attack.outermost(SCOPE),
        )
    yield Attack("a reference to a Manifest", (39,), outer(manifest), *attack.outermost(SCOPE))
    for name in ("SignedInfo", "Signature", "SignatureValue"):
        yield Attack(
            f"a reference to its own {name}", (40,), outer(itself(name)), *attack.outermost(SCOPE)
        )
    yield Attack(
        "a reference to an Object of its own", (12, 40), outer(own_object), *attack.outermost(SCOPE)
    )
    yield Attack(
        "a reference outside of SignedInfo",
        (33,),
        outer(outside_of_signed_info),
        *attack.outermost(SCOPE),
        fools=any_signature,
    )
    yield Attack(
        "a reference to the other element", (7, 18, 40), on_tree(to_the_other), attack.every(SCOPE)
    )
    yield Attack(
        "only the issuer is signed, then forged",
        (40,),
        on_tree(only_the_issuer),
        attack.every(MALFORMED),
    )
    for identifier in ("", "_a'", '_a"', "_a or 1=1", "1a", "a:b", "_a]|//*[1"):
        yield Attack(
            f"the identifier is {identifier!r}",
            (30,),
            on_tree(ids_of_nobody(identifier)),
            *attack.outermost(MALFORMED),
        )


ATTACKS: tuple[Attack, ...] = (*_elsewhere(), *_several(), *_others())
