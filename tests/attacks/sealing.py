"""Opening a ciphertext and closing it again: everybody has our public key."""

import functools
import re

import xmlsec
from lxml import etree

from sso_gateway.saml.names import ENCRYPTED_ELEMENT, SAML, XENC
from tests.attacks.anatomy import (
    ENCRYPTED,
    Element,
    assertion,
    child,
    is_signed,
    octets,
    signature,
    take_out,
    tree,
)
from tests.attacks.attack import DoesNotApply, Transform
from tests.idp.encryption import Encryption, encrypt
from tests.idp.workshop import sp_key

_ASSERTION = re.compile(rb"<((?:\w+:)?)Assertion[ >].*</\1Assertion>", re.S)
_DATA, _KEY = f"{{{XENC}}}EncryptedData", f"{{{XENC}}}EncryptedKey"


@functools.cache
def opened(message: bytes) -> bytes:
    """The message with its assertion in the clear, as the identity provider signed it."""
    root = tree(message)
    wrapper = root.find(ENCRYPTED)
    if wrapper is None:
        raise DoesNotApply("the assertion is in the clear")
    data, beside = child(wrapper, _DATA), wrapper.find(_KEY)
    data.set("Type", ENCRYPTED_ELEMENT)  # else libxmlsec makes octets of it and no element
    if beside is not None:
        info = child(data, "{*}KeyInfo")
        info[:] = [beside]
    keys = xmlsec.KeysManager()
    keys.add_key(xmlsec.Key.from_memory(sp_key().private_pem, xmlsec.constants.KeyDataFormatPem))
    xmlsec.EncryptionContext(keys).decrypt(data)
    wrapper.addprevious(child(wrapper, f"{{{SAML}}}Assertion"))
    root.remove(wrapper)
    return octets(root)


def encrypted(plaintext: bytes) -> Element:
    """An EncryptedAssertion around these octets."""
    data = encrypt(plaintext, Encryption(recipient=sp_key()))
    return tree(f'<s:EncryptedAssertion xmlns:s="{SAML}">{data}</s:EncryptedAssertion>'.encode())


def sealed(message: bytes) -> bytes:
    """The message with its assertion encrypted for us, octet by octet as it stood."""
    found = _ASSERTION.search(message)
    if found is None:
        raise DoesNotApply("there is no assertion to encrypt")
    wrapper = etree.tostring(encrypted(found[0]))
    return message[: found.start()] + wrapper + message[found.end() :]


def signed_inside(message: bytes) -> bytes:
    """The opened message without the response's signature; the assertion must have its own."""
    root = tree(opened(message))
    if not is_signed(assertion(root)):
        raise DoesNotApply("the ciphertext holds no signature of its own")
    if is_signed(root):
        take_out(signature(root))
    return octets(root)


def within(change: Transform) -> Transform:
    """Done to the assertion, which is then encrypted for us again: nothing shows from outside."""
    return lambda message: sealed(change(signed_inside(message)))


def with_plaintext(change: Transform) -> Transform:
    """Another plaintext than the genuine one; a signature around it would not hold, and is gone."""

    def transform(message: bytes) -> bytes:
        inner = assertion(tree(opened(message)))
        root = tree(message)
        if is_signed(root):
            take_out(signature(root))
        root.replace(child(root, ENCRYPTED), encrypted(change(etree.tostring(inner))))
        return octets(root)

    return transform
