"""Metadata signers: which file is a key, and which document it has signed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.partners import signers
from sso_gateway.partners.problems import Declined
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata
from tests.idp.keys import key_pair
from tests.partners.factory import (
    aggregate,
    another_certificate,
    federation_key,
    idp_metadata,
    other_key,
    signed,
)

STRANGER = key_pair("rsa-2048", "stranger")
SMUGGLED = idp_metadata("https://smuggled.example/", [STRANGER])


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder of signers."""
    settings.SSO_CERTS_DIR = tmp_path
    made = tmp_path / "metadata-signers"
    made.mkdir()
    return made


def put(folder: Path, content: bytes, name: str = "federation") -> None:
    (folder / f"{name}.crt").write_bytes(content)


def key_of(raised: pytest.ExceptionInfo[Declined]) -> str:
    [problem] = raised.value.problems
    assert problem.happened
    assert problem.fix
    return problem.key


def test_the_signers_are_the_certificates_in_the_folder(folder: Path) -> None:
    for name in ("b.crt", "a-1.crt", "README.md", ".hidden.crt", "old.crt.bak", "ä.crt"):
        (folder / name).write_bytes(b"")
    assert signers.names() == ["a-1", "b"]


def test_without_a_folder_there_are_none(settings: Settings, tmp_path: Path) -> None:
    settings.SSO_CERTS_DIR = tmp_path
    assert signers.names() == []


def test_a_certificate_is_a_bare_key_in_pem_or_der(folder: Path) -> None:
    ended = key_pair("rsa-2048", "ended", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    for content in (ended.certificate_pem, ended.certificate_der):
        put(folder, content)
        assert signers.key("federation").sha256 == ended.sha256


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no certificate",
        b"0\x82\x00\x01no certificate",
        federation_key().certificate_pem + STRANGER.certificate_pem,
        federation_key().certificate_pem + federation_key().private_pem,
        key_pair("rsa-1024", "small").certificate_pem,
    ],
    ids=["empty", "text", "binary", "two", "private-key", "weak"],
)
def test_a_file_that_is_not_one_good_certificate_signs_nothing(
    folder: Path, content: bytes
) -> None:
    put(folder, content)
    document = signed(idp_metadata(), federation_key())
    with pytest.raises(Declined) as raised:
        signers.signed_octets(document, "federation")
    assert key_of(raised) == "signer_unusable"


@pytest.mark.parametrize("name", ["absent", "", "../signing", "a/b", ".", "..", "x" * 65, "a\x00"])
def test_a_name_without_a_file_signs_nothing(folder: Path, name: str) -> None:
    put(folder.parent, federation_key().certificate_pem, "signing")
    with pytest.raises(Declined) as raised:
        signers.key(name)
    assert key_of(raised) == "signer_unusable"


@pytest.mark.parametrize("document", [idp_metadata(), aggregate(idp_metadata(), SMUGGLED)])
def test_what_the_signer_covers_is_read(folder: Path, document: bytes) -> None:
    put(folder, federation_key().certificate_pem)
    octets, signer = signers.signed_octets(signed(document, federation_key()), "federation")
    assert signer.sha256 == federation_key().sha256
    expected = metadata.read(document).identity_providers
    assert metadata.read(octets).identity_providers == expected


def test_another_certificate_around_the_key_is_as_good(folder: Path) -> None:
    put(folder, another_certificate(federation_key()))
    signers.signed_octets(signed(idp_metadata(), federation_key()), "federation")


INSIDE = signed(idp_metadata(), federation_key())
START, END = INSIDE.index(b"<ds:Signature"), INSIDE.index(b"</ds:Signature>") + 15
SIGNATURE = INSIDE[START:END]
UNSIGNED = INSIDE[:START] + INSIDE[END:]


def around(*parts: bytes, root: bytes = b"") -> bytes:
    """An EntitiesDescriptor with attributes and parts of one's own."""
    return aggregate(*parts).replace(b"<md:EntitiesDescriptor", b"<md:EntitiesDescriptor" + root)


FORGED = {
    "unsigned": (idp_metadata(), "unsigned"),
    "an unsigned aggregate": (aggregate(idp_metadata(), SMUGGLED), "unsigned"),
    "signed by a stranger": (signed(idp_metadata(), STRANGER), "signed_by_another"),
    "an aggregate signed by a stranger": (
        signed(aggregate(idp_metadata()), STRANGER),
        "signed_by_another",
    ),
    "signed by the provider itself": (
        signed(idp_metadata(certificates=[other_key()]), other_key()),
        "signed_by_another",
    ),
    "only the provider inside is signed": (around(INSIDE, SMUGGLED), "unsigned"),
    "the same, in a group signed by a stranger": (
        signed(
            around(INSIDE, SMUGGLED).replace(b'"_m"', b'"_i"').replace(b"#_m", b"#_i"), STRANGER
        ),
        "signed_by_another",
    ),
    "its signature moved to the group around": (
        around(SIGNATURE, UNSIGNED, SMUGGLED, root=b' ID="_m"'),
        "signature_invalid",
    ),
    "the group's signature refers to the provider inside": (
        around(SIGNATURE, UNSIGNED, SMUGGLED, root=b' ID="_r"'),
        "signature_invalid",
    ),
    "two signatures": (INSIDE.replace(SIGNATURE, SIGNATURE * 2), "signature_invalid"),
    "the signature stands deeper": (
        UNSIGNED.replace(b"<md:Extensions>", b"<md:Extensions>" + SIGNATURE),
        "unsigned",
    ),
    "changed afterwards": (
        INSIDE.replace(b"https://idp.acme.example/sso", b"https://evil.example/sso"),
        "signature_invalid",
    ),
    "the signed original is carried in an Object": (
        SMUGGLED.replace(
            b"<md:IDPSSO",
            SIGNATURE.replace(
                b"</ds:Signature>", b"<ds:Object>" + UNSIGNED + b"</ds:Object></ds:Signature>"
            )
            + b"<md:IDPSSO",
            1,
        ),
        "signature_invalid",
    ),
    "an algorithm of another age": (
        INSIDE.replace(b"2001/04/xmldsig-more#rsa-sha256", b"2000/09/xmldsig#rsa-sha1"),
        "signature_invalid",
    ),
    "a reference to the whole document": (
        INSIDE.replace(b'URI="#_m"', b'URI=""'),
        "signature_invalid",
    ),
    "a reference to elsewhere": (
        INSIDE.replace(b'URI="#_m"', b'URI="http://127.0.0.1:1/"'),
        "signature_invalid",
    ),
}


@pytest.mark.parametrize(("document", "key"), FORGED.values(), ids=FORGED)
def test_what_the_signer_does_not_cover_whole_is_declined(
    folder: Path, document: bytes, key: str
) -> None:
    put(folder, federation_key().certificate_pem)
    metadata.read(document)  # it is metadata: only the signature is in the way
    with pytest.raises(Declined) as raised:
        signers.signed_octets(document, "federation")
    assert key_of(raised) == key


def test_what_is_no_metadata_is_refused_as_such(folder: Path) -> None:
    put(folder, federation_key().certificate_pem)
    with pytest.raises(Refusal) as refused:
        signers.signed_octets(b"<html></html>", "federation")
    assert refused.value.reason is Reason.XML_MALFORMED
