"""The genuine ciphertext, damaged, renamed, taken elsewhere, or asked about."""

import base64
import copy
from collections.abc import Callable, Iterable

from lxml import etree

from sso_gateway.refusal import Reason
from sso_gateway.saml.names import DS, XENC, DataEncryption
from tests.attacks import places
from tests.attacks.anatomy import (
    ENCRYPTED,
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
)
from tests.attacks.attack import (
    Attack,
    DoesNotApply,
    Transform,
    Verdicts,
    any_shape,
    every,
)
from tests.attacks.sealing import encrypted, opened
from tests.idp.encryption import RSA_1_5, TRIPLE_DES
from tests.shapes import products_encrypted
from tests.shapes.shape import Shape

INVALID, WRAPPING, MALFORMED = (
    Reason.SIGNATURE_INVALID,
    Reason.SIGNATURE_WRAPPING,
    Reason.XML_MALFORMED,
)
FAILED, ALGORITHM = Reason.DECRYPT_FAILED, Reason.ENC_ALGORITHM
Find = Callable[[Element], Element]


def x(name: str) -> str:
    return f"{{{XENC}}}{name}"


def uses_cbc(shape: Shape) -> bool:
    return shape is products_encrypted.AD_FS


def uses_gcm(shape: Shape) -> bool:
    return not uses_cbc(shape)


def data(root: Element) -> Element:
    return child(child(root, ENCRYPTED), x("EncryptedData"))


def key(root: Element) -> Element:
    return descendant(child(root, ENCRYPTED), x("EncryptedKey"))


def value(holder: Element) -> Element:
    return child(child(holder, x("CipherData")), x("CipherValue"))


def flipped(find: Find, position: float) -> Transform:
    """One bit of it is another one."""

    def change(root: Element) -> None:
        element = value(find(root))
        raw = bytearray(base64.b64decode("".join((element.text or "").split())))
        raw[min(int(len(raw) * position), len(raw) - 1)] ^= 1
        element.text = base64.b64encode(raw).decode()

    return on_tree(change)


def written(find: Find, text: str) -> Transform:
    """This in the place of the ciphertext."""

    def change(root: Element) -> None:
        value(find(root)).text = text

    return on_tree(change)


def named(find: Find, algorithm: str) -> Transform:
    """The encryption is called something else."""

    def change(root: Element) -> None:
        method = child(find(root), x("EncryptionMethod"))
        if method.get("Algorithm") == algorithm:
            raise DoesNotApply("it is called that already")
        method.set("Algorithm", algorithm)

    return on_tree(change)


def weak_digest(root: Element) -> None:
    """OAEP with MD5."""
    method = child(key(root), x("EncryptionMethod"))
    for part in list(method):
        method.remove(part)
    name = "http://www.w3.org/2001/04/xmldsig-more#md5"
    etree.SubElement(method, f"{{{DS}}}DigestMethod", Algorithm=name)


def by_reference(find: Find, uri: str) -> Transform:
    """The ciphertext is to be fetched from there."""

    def change(root: Element) -> None:
        holder = child(find(root), x("CipherData"))
        holder.remove(holder[0])
        etree.SubElement(holder, x("CipherReference"), URI=uri)

    return on_tree(change)


def keys(count: int) -> Transform:
    """This many encrypted keys, each of which would cost a private operation."""

    def change(root: Element) -> None:
        found = key(root)
        for part in found.iter():
            part.attrib.pop("Id", None)
        for _ in range(count - 1):
            found.addnext(copy.deepcopy(found))

    return on_tree(change)


def no_key(root: Element) -> None:
    take_out(key(root))
    info = child(data(root), f"{{{DS}}}KeyInfo")
    info[:] = []
    etree.SubElement(info, f"{{{DS}}}KeyName").text = "yours"


def fetched_key(root: Element) -> None:
    """The key is to be fetched."""
    no_key(root)
    info = child(data(root), f"{{{DS}}}KeyInfo")
    etree.SubElement(info, f"{{{DS}}}RetrievalMethod", URI="http://127.0.0.1:9/key")


def typed(kind: str) -> Transform:
    return on_tree(lambda root: data(root).set("Type", kind))


def moved_to(place: Find) -> Transform:
    """The ciphertext stands somewhere else."""

    def change(root: Element) -> None:
        found = take_out(child(root, ENCRYPTED))
        place(root).append(found)

    return on_tree(change)


def nested(root: Element) -> None:
    """The ciphertext of a ciphertext."""
    found = child(root, ENCRYPTED)
    root.replace(found, encrypted(etree.tostring(found)))


def unsigned(message: bytes) -> bytes:
    """The signature around the ciphertext is gone, and it holds none of its own."""
    root = tree(message)
    if _has_padding(root):
        raise DoesNotApply("the cipher has padding, which is refused first")
    take_out(signature(root))
    if is_signed(assertion(tree(opened(message)))):
        raise DoesNotApply("the ciphertext holds a signature of its own")
    return octets(root)


def unsigned_cbc(message: bytes) -> bytes:
    """No signature around ciphertext whose padding could be asked about."""
    root = tree(message)
    if not _has_padding(root):
        raise DoesNotApply("the cipher has no padding")
    take_out(signature(root))
    return octets(root)


def _has_padding(root: Element) -> bool:
    return child(data(root), x("EncryptionMethod")).get("Algorithm", "").endswith("cbc")


def touched(reason: Reason) -> Verdicts:
    """A response's signature is looked at first, whatever was done to what it covers."""
    return Verdicts(reason, INVALID, INVALID)


def _damaged() -> Iterable[Attack]:
    for where, position in (("the nonce", 0.0), ("the middle", 0.5), ("the tag", 1.0)):
        yield Attack(
            f"one bit of the data: {where}",
            (56, 58, 59),
            flipped(data, position),
            Verdicts(),
            touched(FAILED),
        )
    for where, position in (("the beginning", 0.0), ("the middle", 0.5), ("the end", 1.0)):
        yield Attack(
            f"one bit of the key: {where}",
            (57, 59),
            flipped(key, position),
            Verdicts(),
            touched(FAILED),
        )
    for name, find in (("data", data), ("key", key)):
        for what, text in (("nothing", ""), ("one octet", "AA=="), ("zeros", "A" * 344)):
            yield Attack(
                f"the {name} is {what}", (59, 60), written(find, text), Verdicts(), touched(FAILED)
            )
        for uri in ("http://127.0.0.1:9/", "file:///dev/null", "#_response-1"):
            yield Attack(
                f"the {name} is to be fetched from {uri}",
                (60,),
                by_reference(find, uri),
                Verdicts(),
                touched(MALFORMED),
            )


def _renamed() -> Iterable[Attack]:
    for algorithm in (
        TRIPLE_DES,
        DataEncryption.AES256_CBC,
        DataEncryption.AES128_CBC,
        f"{XENC}kw-aes256",
        "urn:acme:cipher",
        "",
    ):
        name = algorithm.rpartition("#")[2]
        yield Attack(
            f"the data is called {name!r}",
            (56, 58),
            named(data, algorithm),
            Verdicts(),
            touched(ALGORITHM),
            only=uses_gcm if "aes256-cbc" in name else any_shape,
        )
    for algorithm in (RSA_1_5, f"{XENC}kw-aes256", "urn:acme:transport", ""):
        name = algorithm.rpartition("#")[2]
        yield Attack(
            f"the key is called {name!r}",
            (57,),
            named(key, algorithm),
            Verdicts(),
            touched(ALGORITHM),
        )
    yield Attack(
        "the data is called AES-192-GCM",
        (58,),
        named(data, DataEncryption.AES192_GCM),
        Verdicts(),
        touched(FAILED),
    )
    yield Attack("OAEP with MD5", (57, 42), on_tree(weak_digest), Verdicts(), touched(ALGORITHM))


ATTACKS: tuple[Attack, ...] = (
    *_damaged(),
    *_renamed(),
    *(Attack(f"{count} keys", (41, 60), keys(count), Verdicts(), touched(MALFORMED))
      for count in (3, 50)),
    Attack("no key", (60,), on_tree(no_key), Verdicts(), touched(MALFORMED)),
    Attack("hundreds of keys", (41, 52, 60), keys(1500), Verdicts(), every(Reason.TOO_LARGE)),
    Attack("a key that is to be fetched", (60,), on_tree(fetched_key), Verdicts(),
           touched(MALFORMED)),
    *(Attack(f"data of type {kind.rpartition('#')[2]}", (60,), typed(kind), Verdicts(),
             touched(MALFORMED))
      for kind in (f"{XENC}Content", f"{XENC}EncryptedKey", "urn:acme:type")),
    Attack("ciphertext in Extensions", (10, 55), moved_to(places.extensions_of), Verdicts(),
           every(WRAPPING)),
    Attack("ciphertext in StatusDetail", (10, 55), moved_to(places.status_detail_of), Verdicts(),
           every(WRAPPING)),
    Attack("ciphertext of ciphertext", (55, 60), on_tree(nested), Verdicts(),
           touched(Reason.NO_ASSERTION)),
    Attack("no signature around the ciphertext, and none in it", (1, 54), unsigned, Verdicts(),
           Verdicts(response=Reason.SIGNATURE_MISSING), only=uses_gcm),
    Attack("no signature around ciphertext with padding", (56,), unsigned_cbc, Verdicts(),
           Verdicts(response=ALGORITHM, both=ALGORITHM), only=uses_cbc),
)  # fmt: skip
