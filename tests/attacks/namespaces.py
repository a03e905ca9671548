"""Names that look like others: re-bound prefixes, look-alike namespaces, void canonicalisation."""

from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import SAML, SAMLP, XSI
from tests.attacks import attack, genuine
from tests.attacks.anatomy import (
    NAME_ID,
    VICTIM,
    Element,
    assertion,
    child,
    descendant,
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

MALFORMED, INVALID = Reason.XML_MALFORMED, Reason.SIGNATURE_INVALID
NOT_A_RESPONSE = Reason.NOT_A_RESPONSE
WRAPPING = Reason.SIGNATURE_WRAPPING
LOOK_ALIKES = {
    "another case": SAML.replace("SAML", "saml"),
    "a slash too many": SAML + "/",
    "a blank too many": SAML + " ",
    "version 2.1": SAML.replace("2.0", "2.1"),
    "version 1.0": SAML.replace("2.0", "1.0"),
    "percent-encoded": SAML.replace("urn:", "urn%3A:"),
    "the protocol's": SAMLP,
    "nothing": "",
}


def moved(element: Element, namespace: str) -> None:
    """Every name of SAML's in it belongs to another namespace now."""
    if not namespace and element.prefix is None:
        raise DoesNotApply("its namespace is the default one")
    for part in element.iter():
        if isinstance(part.tag, str) and part.tag.startswith(f"{{{SAML}}}"):
            local = etree.QName(part).localname
            part.tag = f"{{{namespace}}}{local}" if namespace else local


def look_alike_forged(namespace: str) -> Transform:
    """The genuine assertion, and before it a forged one of a namespace that looks like SAML's."""

    def change(root: Element) -> None:
        unwrapped(root)
        shown = assertion(root)
        forged = twin(shown)
        moved(forged, namespace)
        shown.addprevious(forged)

    return on_tree(change)


def look_alike_in_extensions(namespace: str) -> Transform:
    """The same where the schema lets every foreign element stand. Nobody should read it."""

    def change(root: Element) -> None:
        unwrapped(root)
        shown = assertion(root)
        forged = twin(shown)
        moved(forged, namespace)
        extensions(root, shown, forged)

    return on_tree(change)


def all_of_another(namespace: str) -> Transform:
    """The whole assertion belongs to another namespace."""
    return on_tree(lambda root: moved(assertion(root), namespace))


def root_of(tag: str) -> Transform:
    """Another document element around the same content."""

    def change(root: Element) -> Element:
        renamed = tree(octets(root))
        renamed.tag = tag
        return renamed

    return on_tree(change)


def rebound_subject(message: bytes) -> bytes:
    """The prefix of the assertion means something else inside the subject."""
    root = tree(message)
    prefix = child(assertion(root), f"{{{SAML}}}Subject").prefix
    name = f"{prefix}:Subject" if prefix else "Subject"
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    opened = f'<{name} {declared}="urn:acme:evil">'
    return octets(root).replace(f"<{name}>".encode(), opened.encode(), 1)


def nonsense_declared(declaration: str, *, on: Callable[[Element], Element]) -> Transform:
    """A declaration of a name that nobody uses."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        on(root).set("mark", "1")
        written = octets(root)
        assert written.count(b'mark="1"') == 1
        return written.replace(b'mark="1"', declaration.encode())

    return transform


def response(root: Element) -> Element:
    return root


def nobody_else(root: Element) -> Element:
    """The assertion, signed or not."""
    return assertion(root)


def attribute(name: str, value: str, *, on: Callable[[Element], Element]) -> Transform:
    """One attribute more."""
    return on_tree(lambda root: on(root).set(name, value))


def polluted_identifiers(root: Element) -> None:
    """The forged assertion has the genuine one's ID, in an attribute of the protocol's namespace
    (The Fragile Lock, 2025)."""
    unwrapped(root)
    shown = assertion(root)
    forged = twin(shown)
    forged.set(f"{{{SAMLP}}}ID", shown.get("ID", ""))
    shown.addnext(forged)


def forged_with_polluted_identifier(root: Element) -> None:
    """The genuine assertion is away in Extensions under another attribute."""
    unwrapped(root)
    signed = assertion(root)
    forged = twin(signed)
    signed.addprevious(forged)
    take_out(signed)
    box = etree.Element("{urn:acme:box}box")
    box.set(f"{{{SAMLP}}}ID", signed.get("ID", ""))
    box.append(signed)
    extensions(root, forged, box)


def nil_name(root: Element) -> None:
    found = descendant(assertion(root), NAME_ID)
    found.set(f"{{{XSI}}}nil", "true")


def victim_in_another_namespace(root: Element) -> None:
    """A NameID of nobody's namespace beside the genuine one."""
    found = descendant(assertion(root), NAME_ID)
    forged = etree.Element("{urn:acme}NameID")
    forged.text = VICTIM
    found.addprevious(forged)


VOID = {
    "a relative name": 'xmlns:v="1"',
    "a relative path": 'xmlns:v="../x"',
    "a name without a scheme": "xmlns:v='ns'",
    "a relative name, by reference": 'xmlns:v="&#49;"',
    "a relative name that a colon follows": 'xmlns:v="a/b:c"',
    "a relative default": 'xmlns="ns"',
    "a fragment": 'xmlns:v="#x"',
    "a name with a reference in it": 'xmlns:v="urn:a&#58;b"',
    "a name with an ampersand": 'xmlns:v="http://x/?a=1&amp;b=2"',
    "a name with a line break": 'xmlns:v="urn:a\nb"',
    "a name that is no address": 'xmlns:v="http://[x"',
}


def _look_alikes() -> Iterable[Attack]:
    for name, namespace in LOOK_ALIKES.items():
        fools = None if " " in namespace or "%" in namespace else any_signature
        only = attack.any_shape if namespace else genuine.has_prefixes
        yield Attack(
            f"a forged assertion in a look-alike namespace: {name}",
            (28,),
            look_alike_forged(namespace),
            Verdicts(assertion=MALFORMED, both=MALFORMED),
            fools=fools,
            fools_at=(ASSERTION, BOTH),
            only=only,
        )
        yield Attack(
            f"the assertion in a look-alike namespace: {name}",
            (28,),
            all_of_another(namespace),
            every(MALFORMED),
            only=only,
        )
    for tag, reason in (
        ("Response", NOT_A_RESPONSE),
        (f"{{{SAML}}}Response", NOT_A_RESPONSE),
        (f"{{{SAMLP}/}}Response", NOT_A_RESPONSE),
        (f"{{{SAMLP.upper()}}}Response", NOT_A_RESPONSE),
        (f"{{{SAMLP}}}response", NOT_A_RESPONSE),
        (f"{{{SAMLP}}}ArtifactResponse", NOT_A_RESPONSE),
        (f"{{{SAMLP}}}LogoutResponse", NOT_A_RESPONSE),
        ("{urn:oasis:names:tc:SAML:1.0:protocol}Response", Reason.VERSION),
    ):
        yield Attack(f"the root is {tag}", (17, 28), root_of(tag), every(reason), every(reason))


def _void() -> Iterable[Attack]:
    for name, declaration in VOID.items():
        yield Attack(
            f"void canonicalisation: {name} on the response",
            (26,),
            nonsense_declared(declaration, on=response),
            every(MALFORMED),
            every(MALFORMED),
        )
    for name in ("a relative name", "a name that is no address"):
        yield Attack(
            f"void canonicalisation: {name} on the assertion",
            (26,),
            nonsense_declared(VOID[name], on=nobody_else),
            every(MALFORMED),
        )
        yield Attack(
            f"void canonicalisation: {name} in the signature",
            (26,),
            nonsense_declared(VOID[name], on=lambda root: signature(outermost(root))),
            *attack.outermost(MALFORMED),
        )


def _attributes() -> Iterable[Attack]:
    for name in ("base", "space", "lang"):
        yield Attack(
            f"xml:{name} on the assertion",
            (24, 50),
            attribute(
                f"{{http://www.w3.org/XML/1998/namespace}}{name}", "preserve", on=nobody_else
            ),
            every(MALFORMED),
        )
    yield Attack(
        "a schema location on the assertion",
        (49,),
        attribute(f"{{{XSI}}}schemaLocation", "urn:x http://127.0.0.1:9/x.xsd", on=nobody_else),
        every(INVALID),
    )
    yield Attack(
        "a type of SAML's on the assertion",
        (28, 50),
        attribute(f"{{{XSI}}}type", "xs:string", on=nobody_else),
        every(MALFORMED),
    )
    yield Attack("a NameID that is nil", (77,), on_tree(nil_name), every(MALFORMED))


ATTACKS: tuple[Attack, ...] = (
    *_look_alikes(),
    *_void(),
    *_attributes(),
    Attack("the prefix means something else inside", (28,), rebound_subject, every(MALFORMED)),
    Attack("an ID of the protocol's namespace on a forged assertion", (27,),
           on_tree(polluted_identifiers), Verdicts(assertion=WRAPPING, both=WRAPPING),
           fools=any_signature, fools_at=(ASSERTION, BOTH)),
    Attack("an ID of the protocol's namespace around the genuine one", (27,),
           on_tree(forged_with_polluted_identifier), Verdicts(assertion=WRAPPING, both=WRAPPING)),
    Attack("a NameID of another namespace beside it", (28, 76),
           on_tree(victim_in_another_namespace), every(MALFORMED)),
)  # fmt: skip
UNREAD: tuple[tuple[str, Transform], ...] = tuple(
    (f"a look-alike in Extensions: {name}", look_alike_in_extensions(namespace))
    for name, namespace in LOOK_ALIKES.items()
    if name not in {"the protocol's", "a blank too many", "percent-encoded", "nothing"}
)
"""Where any foreign element may stand, and nobody reads it."""
