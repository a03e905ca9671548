"""Signed metadata: what the key covers is read, and nothing else."""

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, xmldsig
from sso_gateway.saml.model import TrustedKey
from tests.saml.documents import entity, group, pair


def signed(document: str, owner: str = "federation") -> bytes:
    signer = pair("rsa-2048", owner)
    signing = xmldsig.SigningKey.from_pem(signer.private_pem, signer.certificate_pem)
    return xmldsig.sign(document.encode(), signing, reference_id="_m")


FEDERATION = pair("rsa-2048", "federation").trusted


AGGREGATE = group(entity(entity_id="urn:a"), entity(entity_id="urn:b"), attributes='ID="_m"')


def test_signed_metadata_is_read_from_the_octets_that_the_key_covers() -> None:
    document = signed(AGGREGATE)
    assert metadata.read(document).signed

    octets = metadata.verify(document, (pair().trusted, FEDERATION))

    providers = metadata.read(octets).identity_providers
    assert [provider.entity_id for provider in providers] == ["urn:a", "urn:b"]


def test_unsigned_metadata_does_not_verify() -> None:
    with pytest.raises(Refusal) as refused:
        metadata.verify(AGGREGATE.encode(), (FEDERATION,))

    assert refused.value.reason is Reason.SIGNATURE_MISSING


@pytest.mark.parametrize("keys", [(), (pair().trusted,)])
def test_metadata_of_another_signer_does_not_verify(
    keys: tuple[TrustedKey, ...],
) -> None:
    with pytest.raises(Refusal) as refused:
        metadata.verify(signed(AGGREGATE), keys)

    assert refused.value.reason is Reason.KEY_UNKNOWN


def test_metadata_changed_after_signing_does_not_verify() -> None:
    with pytest.raises(Refusal) as refused:
        metadata.verify(signed(AGGREGATE).replace(b"urn:b", b"urn:c"), (FEDERATION,))

    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_a_signature_inside_does_not_speak_for_the_root() -> None:
    inside = signed(entity(attributes='ID="_m"')).decode()
    around = group(inside, entity(entity_id="urn:smuggled"), attributes='ID="_r"')

    with pytest.raises(Refusal) as refused:
        metadata.verify(around.encode(), (FEDERATION,))

    assert refused.value.reason is Reason.SIGNATURE_MISSING


def test_a_signature_moved_to_another_root_does_not_verify() -> None:
    document = signed(entity(attributes='ID="_m"')).decode()
    start, end = document.index("<ds:Signature"), document.index("</ds:Signature>") + 15
    moved = group(
        document[start:end],
        document[:start] + document[end:],
        entity(entity_id="urn:smuggled"),
        attributes='ID="_m"',
    )

    with pytest.raises(Refusal) as refused:
        metadata.verify(moved.encode(), (FEDERATION,))

    assert refused.value.reason is Reason.SIGNATURE_INVALID


def test_metadata_that_cannot_be_canonicalised_does_not_verify() -> None:
    # A canonicalisation that fails must not count as one of nothing (CVE-2025-66568 class).
    document = signed(AGGREGATE).replace(b"</md:Ext", b'<x:y xmlns:x="relative"/></md:Ext')

    with pytest.raises(Refusal) as refused:
        metadata.verify(document, (FEDERATION,))

    assert refused.value.reason in (Reason.SIGNATURE_SCOPE, Reason.XML_MALFORMED)
