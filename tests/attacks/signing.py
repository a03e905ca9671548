"""Signing anew: by the identity provider, as if it had said so; or by the forger."""

import functools
from collections.abc import Callable

import xmlsec

from sso_gateway.saml.names import DS, EXC_C14N, SignatureMethod
from tests.attacks.anatomy import (
    SIGNATURE,
    Element,
    assertion,
    child,
    descendant,
    made,
    octets,
    outermost,
    possess,
    signature,
    take_out,
    tree,
)
from tests.attacks.attack import DoesNotApply, Transform
from tests.idp import signing
from tests.idp.keys import KeyPair, key_pair
from tests.shapes.shape import elliptic, rsa

Change = Callable[[Element], None]
Keyring = Callable[[str], KeyPair]
"""The key for a signature method's identifier."""


def genuine(method: str) -> KeyPair:
    """The identity provider's own key."""
    return elliptic() if "ecdsa" in method else rsa()


def forger(method: str) -> KeyPair:
    """The forger's own key."""
    return key_pair("ec-256" if "ecdsa" in method else "rsa-2048", "forger")


def sign(signature: Element, keys: Keyring = genuine) -> None:
    """Digest and value anew, as the signature's own SignedInfo says."""
    method = descendant(signature, f"{{{DS}}}SignatureMethod").get("Algorithm", "")
    transforms = signature.findall(f".//{{{DS}}}Transform")
    prefixes = signature.find(f".//{{{DS}}}Transform/{{{EXC_C14N}}}InclusiveNamespaces")
    signing.fill(
        signature,
        signing.Signing(
            key=keys(method),
            method=method,
            digest=descendant(signature, f"{{{DS}}}DigestMethod").get("Algorithm", ""),
            c14n=descendant(signature, f"{{{DS}}}CanonicalizationMethod").get("Algorithm", ""),
            transforms=tuple(str(step.get("Algorithm")) for step in transforms),
            inclusive_prefixes="" if prefixes is None else prefixes.get("PrefixList", ""),
        ),
    )


def sign_all(root: Element, keys: Keyring = genuine) -> None:
    """Every signature anew, the inner ones first."""
    if keys in (genuine, forger):
        quicker(root)
    for found in sorted(root.iter(SIGNATURE), key=lambda s: -len(list(s.iterancestors()))):
        sign(found, keys)


def quicker(root: Element) -> None:
    """Whoever has a key of each kind signs with the quicker one."""
    for method in root.iter(f"{{{DS}}}SignatureMethod"):
        method.set("Algorithm", SignatureMethod.ECDSA_SHA256)


def by_the_idp(change: Change) -> Transform:
    """As if the identity provider had said it: changed, then signed with its key."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        change(root)
        assert_signed(root)
        sign_all(root)
        return octets(root)

    return transform


def by_the_forger(change: Change) -> Transform:
    """Changed, and signed with the forger's key; no key is shown."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        change(root)
        assert_signed(root)
        show(root, "")
        sign_all(root, forger)
        return octets(root)

    return transform


def left_unsigned(change: Change) -> Transform:
    """Changed, and nothing more: the signatures stay as they were."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        change(root)
        return octets(root)

    return transform


def outer(change: Change) -> Transform:
    """A change of the outermost signature; the value stays as it was."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        change(signature(outermost(root)))
        return octets(root)

    return transform


def outer_signed(change: Change, keys: Keyring = genuine) -> Transform:
    """A change of the outermost signature, which is then made anew: only its shape is wrong."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        found = signature(outermost(root))
        if keys is genuine:
            quicker(found)
        change(found)
        sign(found, keys)
        return octets(root)

    return transform


def outer_signed_by_libxmlsec(change: Change, then: Change = lambda root: None) -> Transform:
    """The same, signed by libxmlsec, which knows every transform; afterwards ``then`` forges."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        found = signature(outermost(root))
        change(found)
        method = descendant(found, f"{{{DS}}}SignatureMethod").get("Algorithm", "")
        sign_by_libxmlsec(found, genuine(method))
        then(root)
        return octets(root)

    return transform


def inner_signed(change: Change) -> Transform:
    """The same with the inner of two signatures; the outer one is made anew and is good."""

    def transform(message: bytes) -> bytes:
        root = tree(message)
        found, around = signature(assertion(root)), signature(root)
        quicker(root)
        change(found)
        sign(found)
        sign(around)
        return octets(root)

    return transform


def assert_signed(root: Element) -> None:
    if next(root.iter(SIGNATURE), None) is None:
        raise DoesNotApply("the signature is inside the ciphertext")


def show(root: Element, key_info: str) -> None:
    """This KeyInfo in every signature, "" for none."""
    for found in root.iter(SIGNATURE):
        showing(key_info)(found)


def showing(key_info: str) -> Change:
    """This KeyInfo in the signature, "" for none."""

    def change(found: Element) -> None:
        shown = found.find(f"{{{DS}}}KeyInfo")
        if shown is not None:
            take_out(shown)
        if key_info:
            value = child(found, f"{{{DS}}}SignatureValue")
            found.insert(found.index(value) + 1, made(key_info))

    return change


def possessed(root: Element) -> None:
    """The victim, where the message named somebody else."""
    possess(assertion(root))


@functools.cache
def _loaded(key: KeyPair) -> xmlsec.Key:
    return xmlsec.Key.from_memory(key.private_pem, xmlsec.constants.KeyDataFormatPem)


def sign_by_libxmlsec(signature: Element, key: KeyPair) -> None:
    """Digests and value as libxmlsec computes them, whatever the transforms and references say."""
    root = signature.getroottree().getroot()
    context = xmlsec.SignatureContext()
    context.key = _loaded(key)
    xmlsec.tree.add_ids(root, ["ID"])
    context.sign(signature)
