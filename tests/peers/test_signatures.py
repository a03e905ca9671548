"""XML signatures and XML encryption of other projects, without the SAML around them."""

import functools
from pathlib import PurePath

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, pkcs12
from lxml import etree

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xml, xmldsig, xmlenc
from sso_gateway.saml.model import DecryptionKey, TrustedKey
from sso_gateway.saml.names import DS, XENC
from tests.idp.keys import key_pair
from tests.peers import corpus, verdicts_interop
from tests.peers.verdicts_signatures import NODE_SAML, SIMPLESAMLPHP, XML_CRYPTO, Judged

pytestmark = pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason=corpus.ABSENT)

INTEROP = "lsh123+xmlsec/tests"
SIGNATURE = f"{{{DS}}}Signature"
FOLDERS = {
    f"{corpus.NODE_SAML}/signatures": (NODE_SAML, ("valid", "invalid")),
    corpus.XML_CRYPTO: (XML_CRYPTO, (".", "integration")),
    corpus.SIMPLESAMLPHP: (SIMPLESAMLPHP, ("vulnerabilities", "response", "assertions")),
}
CASES = {
    f"{folder}/{name}.xml": judged
    for folder, (table, _) in FOLDERS.items()
    for name, judged in table.items()
}


def keys_of(file: str) -> tuple[TrustedKey, ...]:
    """Every certificate that the project keeps beside its test messages."""
    return _keys_of(PurePath(file).parts[0])


@functools.cache
def _keys_of(project: str) -> tuple[TrustedKey, ...]:
    folder = corpus.NODE_SAML if project == "node-saml+node-saml" else corpus.XML_CRYPTO
    found = []
    for name in corpus.files(folder, "*.pem"):
        content = corpus.read(name)
        if b"BEGIN CERTIFICATE" in content:
            found.append(corpus.trusted(corpus.certificate(content)))
    return tuple(found)


def outcome_of(file: str, keys: tuple[TrustedKey, ...]) -> tuple[Reason | None, ...] | Reason:
    """The outcome of each signature; each on a fresh parse, because verifying spends the tree."""
    document = corpus.read(file)
    try:
        count = len(list(xml.parse(document, limits=xml.METADATA).iter(SIGNATURE)))
    except Refusal as refusal:
        return refusal.reason
    return tuple(_verified(document, number, keys) for number in range(count))


def _verified(document: bytes, number: int, keys: tuple[TrustedKey, ...]) -> Reason | None:
    signature = list(xml.parse(document, limits=xml.METADATA).iter(SIGNATURE))[number]
    parent = signature.getparent()
    try:
        xmldsig.verify(signature if parent is None else parent, keys)
    except Refusal as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_an_outcome(folder: str) -> None:
    table, below = FOLDERS[folder]
    found = {file for each in below for file in corpus.files(f"{folder}/{each}", "*.xml")}
    assert {file.removeprefix(f"{folder}/").removesuffix(".xml") for file in found} == set(table)


@pytest.mark.parametrize(("file", "judged"), CASES.items(), ids=CASES)
def test_each_signature_ends_as_argued(file: str, judged: Judged) -> None:
    assert outcome_of(file, keys_of(file)) == judged.outcome


def interop_files() -> tuple[str, ...]:
    below = (corpus.FOLDER / INTEROP).rglob("*.xml")
    return tuple(sorted(str(path.relative_to(corpus.FOLDER / INTEROP)) for path in below))


def is_encryption(name: str) -> bool:
    return name.startswith(verdicts_interop.ENCRYPTION_FOLDERS) and (
        name not in verdicts_interop.SIGNATURES
    )


@functools.cache
def interop_keys() -> tuple[TrustedKey, ...]:
    """Their RSA and EC certificates, so that no signature is refused for want of its key."""
    found = []
    for path in sorted((corpus.FOLDER / INTEROP).rglob("*.crt")):
        try:
            found.append(corpus.trusted(corpus.certificate(path.read_bytes())))
        except (AssertionError, ValueError):
            continue  # a DSA key, or a certificate in another encoding
    return tuple(found)


@pytest.mark.parametrize("name", [name for name in interop_files() if not is_encryption(name)])
def test_no_interoperability_vector_passes_for_a_saml_signature(name: str) -> None:
    outcome = outcome_of(f"{INTEROP}/{name}", interop_keys())
    if name in verdicts_interop.NOT_SIGNED:
        assert outcome in {(), Reason.XML_FORBIDDEN}
        return
    expected, _ = verdicts_interop.SIGNATURES.get(name, (verdicts_interop.ENVELOPING, ""))
    outcomes = outcome if isinstance(outcome, tuple) else (outcome,)
    assert outcomes
    assert set(outcomes) == {expected}


def encrypted_in(name: str) -> etree._Element:
    """The first EncryptedData of a vector, inside an element as SAML has it."""
    root = xml.parse(corpus.read(f"{INTEROP}/{name}"), limits=xml.METADATA)
    data = next(iter(root.iter(f"{{{XENC}}}EncryptedData")), None)
    if data is None:
        raise Refusal(Reason.XML_MALFORMED, "nothing encrypted in it")
    parent = data.getparent()
    if parent is None:
        parent = etree.Element("around")
        parent.append(data)
    return parent


def interop_key(name: str) -> DecryptionKey:
    content = corpus.read(f"{INTEROP}/xmlenc11-interop-2012/{name}.p12")
    private_key, _, _ = pkcs12.load_key_and_certificates(content, b"passwd")
    assert isinstance(private_key, rsa.RSAPrivateKey)
    return DecryptionKey(private_key=private_key, sha256="")


@functools.cache
def phaos_key() -> DecryptionKey:
    private_key = load_der_private_key(
        corpus.read(f"{INTEROP}/01-phaos-xmlenc-3/rsa-priv-key.der"), None
    )
    assert isinstance(private_key, rsa.RSAPrivateKey)
    return DecryptionKey(private_key=private_key, sha256="")


@pytest.mark.parametrize(("name", "key"), verdicts_interop.DECRYPTED.items())
def test_oaep_and_gcm_of_the_interoperability_vectors_are_read(name: str, key: str) -> None:
    found = xmlenc.decrypt(encrypted_in(name), [interop_key(key)], authenticated=False)
    plain = corpus.read(f"{INTEROP}/{name.removesuffix('.xml')}.data")
    assert etree.canonicalize(found.octets.decode()) == etree.canonicalize(plain.decode())


@pytest.mark.parametrize("name", sorted(verdicts_interop.DECRYPTED_IF_SIGNED))
def test_cbc_is_read_only_under_a_signature(name: str) -> None:
    found = xmlenc.decrypt(encrypted_in(name), [phaos_key()], authenticated=True)
    assert found.octets.startswith(b"<CreditCard")
    with pytest.raises(Refusal) as refusal:
        xmlenc.decrypt(encrypted_in(name), [phaos_key()], authenticated=False)
    assert refusal.value.reason is Reason.ENC_ALGORITHM


REFUSED = [
    name
    for name in interop_files()
    if is_encryption(name)
    and name not in verdicts_interop.DECRYPTED
    and name not in verdicts_interop.DECRYPTED_IF_SIGNED
]


@pytest.mark.parametrize("name", REFUSED)
def test_every_other_encryption_vector_is_refused(name: str) -> None:
    keys = [key_pair().decryption, phaos_key()]
    with pytest.raises(Refusal) as refusal:
        xmlenc.decrypt(encrypted_in(name), keys, authenticated=True)
    assert refusal.value.reason in {
        Reason.ENC_ALGORITHM,
        Reason.XML_MALFORMED,
        Reason.XML_FORBIDDEN,
        Reason.DECRYPT_FAILED,
    }
