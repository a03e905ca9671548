"""Ciphertext of the forger's own: anybody can encrypt for us, so it proves nothing."""

import copy
from collections.abc import Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import SAML
from tests.attacks import algorithms, keys, references, stripping, text, transforms, wrapping
from tests.attacks.anatomy import (
    ENCRYPTED,
    NAME_ID,
    VALUE,
    VICTIM,
    Element,
    assertion,
    child,
    descendant,
    is_signed,
    octets,
    on_tree,
    signature,
    take_out,
    tree,
    twin,
)
from tests.attacks.attack import ASSERTION, BOTH, Attack, Transform, Verdicts, every
from tests.attacks.naive import any_signature
from tests.attacks.sealing import sealed, with_plaintext, within
from tests.idp.encryption import Encryption, encrypt
from tests.idp.workshop import sp_key

MISSING, INVALID, SEVERAL = (
    Reason.SIGNATURE_MISSING,
    Reason.SIGNATURE_INVALID,
    Reason.SEVERAL_ASSERTIONS,
)
MALFORMED, FORBIDDEN, WRAPPING = (
    Reason.XML_MALFORMED,
    Reason.XML_FORBIDDEN,
    Reason.SIGNATURE_WRAPPING,
)


def unsigned_and_encrypted(message: bytes) -> bytes:
    root = tree(message)
    found = assertion(root)
    found.addprevious(twin(found))
    take_out(found)
    if is_signed(root):
        take_out(signature(root))
    return sealed(octets(root))


def encrypted_in_a_signed_response(message: bytes) -> bytes:
    root = tree(message)
    signature(root)
    found = assertion(root)
    found.addprevious(twin(found))
    take_out(found)
    return sealed(octets(root))


def forged_ciphertext(*, first: bool) -> Transform:
    """The genuine assertion in the clear, and a forged one in ciphertext."""

    def change(root: Element) -> None:
        found = assertion(root)
        forged = child(tree(unsigned_and_encrypted(octets(root))), ENCRYPTED)
        (found.addprevious if first else found.addnext)(forged)

    return on_tree(change)


def forged_beside_ciphertext(*, first: bool) -> Transform:
    """The genuine ciphertext, and a forged assertion in the clear."""

    def change(root: Element) -> None:
        found = child(root, ENCRYPTED)
        identity = {"ID": "_evil", "Version": "2.0", "IssueInstant": str(root.get("IssueInstant"))}
        forged = etree.Element(f"{{{SAML}}}Assertion", identity)
        forged.append(copy.deepcopy(child(root, f"{{{SAML}}}Issuer")))
        subject = etree.SubElement(forged, f"{{{SAML}}}Subject")
        etree.SubElement(subject, NAME_ID).text = VICTIM
        (found.addprevious if first else found.addnext)(forged)

    return on_tree(change)


def encrypted_name(root: Element) -> None:
    """An EncryptedID of the forger's making in the place of the name."""
    found = descendant(assertion(root), NAME_ID)
    found.addprevious(_part("EncryptedID", f"<s:NameID>{VICTIM}</s:NameID>"))
    take_out(found)


def encrypted_attribute(root: Element) -> None:
    """An EncryptedAttribute of the forger's making beside the others."""
    attribute = child(descendant(assertion(root), VALUE), "..")
    plain = f"<s:AttributeValue>{VICTIM}</s:AttributeValue>"
    attribute.addprevious(
        _part("EncryptedAttribute", f'<s:Attribute Name="email">{plain}</s:Attribute>')
    )


def _part(name: str, plain: str) -> Element:
    plain = plain.replace(">", f' xmlns:s="{SAML}">', 1)
    inner = encrypt(plain.encode(), Encryption(recipient=sp_key()), name)
    return tree(f'<s:{name} xmlns:s="{SAML}">{inner}</s:{name}>'.encode())


DEEP = b"<a:x xmlns:a='urn:a'>" * 300 + b"</a:x>" * 300
WIDE = b"<x " + b" ".join(b"a%d='1'" % n for n in range(11_000)) + b"/>"
PLAINTEXTS: dict[str, tuple[Transform, Reason]] = {
    "nothing": (lambda p: b"", MALFORMED),
    "text": (lambda p: b"boss", MALFORMED),
    "another element": (lambda p: b"<x/>", Reason.NO_ASSERTION),
    "text behind it": (lambda p: p + b"x", MALFORMED),
    "two assertions": (lambda p: p + p, MALFORMED),
    "half an assertion": (lambda p: p[: len(p) // 2], MALFORMED),
    "a way out of its wrapper": (lambda p: p + b"</w><w>" + p, MALFORMED),
    "a document type": (lambda p: b"<!DOCTYPE x>" + p, FORBIDDEN),
    "an entity from a file": (
        lambda p: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///dev/null">]>' + p, FORBIDDEN),
    "an XML declaration": (lambda p: b'<?xml version="1.0"?>' + p, MALFORMED),
    "a stylesheet": (lambda p: b'<?xml-stylesheet href="http://127.0.0.1:9/"?>' + p, FORBIDDEN),
    "a comment": (lambda p: b"<!-- -->" + p, FORBIDDEN),
    "UTF-16": (lambda p: p.decode().encode("utf-16"), FORBIDDEN),
    "octets that are no text": (lambda p: b"\xff\xfe" + p, Reason.UNDECODABLE),
    "a relative namespace": (lambda p: p.replace(b" ID=", b" xmlns:v='1' ID=", 1), MALFORMED),
    "the response's identifier": (lambda p: p, WRAPPING),
    "an assertion nested deep": (lambda p: DEEP, MALFORMED),
    "an element with many attributes": (lambda p: WIDE, Reason.TOO_LARGE),
}  # fmt: skip


def _with_response_id(message: bytes) -> bytes:
    """The plaintext's ID is the response's."""
    identifier = str(tree(message).get("ID"))

    def change(plain: bytes) -> bytes:
        inner = tree(plain)
        inner.set("ID", identifier)
        return octets(inner)

    return with_plaintext(change)(message)


def _plaintexts() -> Iterable[Attack]:
    for name, (change, reason) in PLAINTEXTS.items():
        transform = with_plaintext(change)
        if reason is WRAPPING:
            transform = _with_response_id
        yield Attack(f"the plaintext is {name}", (54, 55, 60), transform, Verdicts(), every(reason))


ENVELOPE = ("the assertion's signature moved", "the signature moved", "issuer of the response")
"""What these change stays outside of the ciphertext."""


def _sealed() -> Iterable[Attack]:
    """What is refused in the clear is refused in ciphertext, for the same reason."""
    shapes = (stripping, keys, algorithms, transforms, references)
    some = [attack for group in shapes for attack in group.ATTACKS[::2]]
    for known in (*wrapping.INSIDE_THE_ASSERTION, *text.ATTACKS, *some):
        reason = known.plain.assertion
        if reason is not None and not known.name.startswith(ENVELOPE):
            yield Attack(
                f"in ciphertext: {known.name}",
                (55, *known.classes),
                within(known.transform),
                Verdicts(),
                Verdicts(assertion=reason, both=reason),
            )


ATTACKS: tuple[Attack, ...] = (
    Attack("the victim, signed by nobody, in ciphertext", (54,), unsigned_and_encrypted,
           every(MISSING)),
    Attack("the victim in ciphertext in a signed response", (54,), encrypted_in_a_signed_response,
           Verdicts(response=INVALID, both=INVALID)),
    Attack("forged ciphertext before the genuine assertion", (15, 55),
           forged_ciphertext(first=True), every(SEVERAL), fools=any_signature,
           fools_at=(ASSERTION, BOTH)),
    Attack("forged ciphertext after the genuine assertion", (15, 55),
           forged_ciphertext(first=False), every(SEVERAL), fools=any_signature,
           fools_at=(ASSERTION, BOTH)),
    Attack("a forged assertion before the genuine ciphertext", (15, 55),
           forged_beside_ciphertext(first=True), Verdicts(), every(SEVERAL)),
    Attack("a forged assertion after the genuine ciphertext", (15, 55),
           forged_beside_ciphertext(first=False), Verdicts(), every(SEVERAL)),
    Attack("an encrypted name of the forger's", (61,), on_tree(encrypted_name), every(INVALID)),
    Attack("an encrypted attribute of the forger's", (61,), on_tree(encrypted_attribute),
           every(INVALID)),
    *_plaintexts(),
    *_sealed(),
)  # fmt: skip
