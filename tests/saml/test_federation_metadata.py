"""Metadata of real federations and products: as many providers as an independent count finds."""

import base64
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata

SHARED = Path(__file__).parents[3] / "shared"
ABSENT = "the data of other projects (../shared/peers) is not part of the repository"

PYFF = "peers/IdentityPython+pyFF/src/pyff/test/data/"
PYSAML2 = "peers/IdentityPython+pysaml2/tests/"
PYTHON3_SAML = "peers/SAML-Toolkits+python3-saml/tests/data/metadata/"
NODE_SAML = "peers/node-saml+node-saml/test/static/"
XML_CRYPTO = "peers/node-saml+xml-crypto/test/static/"
SIMPLESAMLPHP = "peers/simplesamlphp+saml2/tests/resources/xml/"
SPRING = "peers/spring-projects+spring-security/saml2/saml2-service-provider/src/test/resources/"

# File: identity providers that speak SAML 2.0, of them those with a usable signing key, service
# providers. Counted without our code, by ElementTree and cryptography.
COUNTED = {
    f"{PYFF}bad_metadata/stockholmstad-c1107b3ceb78c5e9.xml": (0, 0, 1),
    f"{PYFF}metadata/sharav.abes.fr.xml": (1, 1, 0),
    f"{PYFF}metadata/test-sp-trustinfo-in-attr-broken-base64.xml": (0, 0, 2),
    f"{PYFF}metadata/test-sp-trustinfo-in-attr.xml": (0, 0, 1),
    f"{PYFF}metadata/test-sp.xml": (1, 1, 6),
    f"{PYFF}metadata/test01.xml": (1, 0, 0),
    f"{PYFF}metadata/test02-invalid.xml": (1, 0, 0),
    f"{PYFF}metadata/test02-sp.xml": (0, 0, 1),
    f"{PYFF}metadata/test03-invalid.xml": (1, 1, 2),
    f"{PYFF}metadata/wayf-edugain-metadata.xml": (61, 61, 16),
    f"{PYFF}simple-pipeline/idp.aco.net.xml": (1, 1, 0),
    f"{PYFF}simple-pipeline/skriptenforum.net.xml": (0, 0, 1),
    f"{PYSAML2}entity_anonymous_sp.xml": (0, 0, 1),
    f"{PYSAML2}entity_cat_re.xml": (0, 0, 1),
    f"{PYSAML2}entity_cat_re_nren.xml": (0, 0, 1),
    f"{PYSAML2}entity_cat_rs.xml": (0, 0, 1),
    f"{PYSAML2}entity_cat_sfs_hei.xml": (0, 0, 1),
    f"{PYSAML2}entity_esi_and_coco_sp.xml": (0, 0, 1),
    f"{PYSAML2}entity_no_friendly_name_sp.xml": (0, 0, 1),
    f"{PYSAML2}entity_personalized_sp.xml": (0, 0, 1),
    f"{PYSAML2}entity_pseudonymous_sp.xml": (0, 0, 1),
    f"{PYSAML2}extended.xml": (0, 0, 1),
    f"{PYSAML2}idp.xml": (1, 0, 0),
    f"{PYSAML2}idp_2.xml": (1, 0, 0),
    f"{PYSAML2}idp_aa.xml": (1, 0, 0),
    f"{PYSAML2}idp_all.xml": (1, 0, 0),
    f"{PYSAML2}idp_example.xml": (1, 0, 0),
    f"{PYSAML2}idp_slo_redirect.xml": (1, 0, 0),
    f"{PYSAML2}idp_soap.xml": (1, 0, 0),
    f"{PYSAML2}idp_uiinfo.xml": (1, 0, 0),
    f"{PYSAML2}metadata/idp.xml": (1, 0, 0),
    f"{PYSAML2}metadata/idp_2.xml": (1, 0, 0),
    f"{PYSAML2}metadata/idp_uiinfo.xml": (1, 0, 0),
    f"{PYSAML2}metadata.aaitest.xml": (32, 27, 136),
    f"{PYSAML2}metadata.xml": (1, 0, 1),
    f"{PYSAML2}metadata_cert.xml": (0, 0, 1),
    f"{PYSAML2}metadata_example.xml": (1, 0, 0),
    f"{PYSAML2}metadata_sp_1.xml": (0, 0, 1),
    f"{PYSAML2}metadata_sp_1_no_encryption.xml": (0, 0, 1),
    f"{PYSAML2}metadata_sp_2.xml": (0, 0, 1),
    f"{PYSAML2}metasp.xml": (0, 0, 1),
    f"{PYSAML2}pdp_meta.xml": (0, 0, 0),
    f"{PYSAML2}remote_data/metadata.aaitest.xml": (35, 35, 262),
    f"{PYSAML2}servera.xml": (0, 0, 1),
    f"{PYSAML2}sp.xml": (0, 0, 1),
    f"{PYSAML2}sp_0.metadata": (0, 0, 1),
    f"{PYSAML2}sp_slo_redirect.xml": (0, 0, 1),
    f"{PYSAML2}swamid-1.0.xml": (36, 34, 137),
    f"{PYSAML2}urn-mace-swami.se-swamid-test-1.0-metadata.xml": (1, 1, 48),
    f"{PYSAML2}uu.xml": (0, 0, 1),
    f"{PYSAML2}vo_metadata.xml": (0, 0, 0),
    f"{PYTHON3_SAML}entities_metadata.xml": (0, 0, 2),
    f"{PYTHON3_SAML}expired_metadata_settings1.xml": (0, 0, 1),
    f"{PYTHON3_SAML}idp_metadata.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_metadata2.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_metadata_different_sign_and_encrypt_cert.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_metadata_multi_certs.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_metadata_multi_signing_certs.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_metadata_same_sign_and_encrypt_cert.xml": (1, 1, 0),
    f"{PYTHON3_SAML}idp_multiple_descriptors.xml": (2, 0, 0),
    f"{PYTHON3_SAML}metadata_bad_order_settings1.xml": (0, 0, 1),
    f"{PYTHON3_SAML}metadata_settings1.xml": (0, 0, 1),
    f"{PYTHON3_SAML}no_expiration_mark_metadata.xml": (0, 0, 1),
    f"{PYTHON3_SAML}signed_metadata_settings1.xml": (0, 0, 1),
    f"{PYTHON3_SAML}signed_metadata_settings2.xml": (0, 0, 1),
    f"{PYTHON3_SAML}testshib-providers.xml": (1, 1, 1),
    f"{NODE_SAML}acme_tools_com.xml": (0, 0, 1),
    f"{NODE_SAML}expected metadata without key.xml": (0, 0, 1),
    f"{NODE_SAML}expected metadata.xml": (0, 0, 1),
    f"{NODE_SAML}expectedMetadataWithBothKeys.xml": (0, 0, 1),
    f"{NODE_SAML}expectedMetadataWithEncryptionAndTwoSigningKeys.xml": (0, 0, 1),
    f"{NODE_SAML}expected_metadata_metadataExtensions.xml": (0, 0, 1),
    f"{NODE_SAML}signedMetadata.xml": (0, 0, 1),
    f"{XML_CRYPTO}wsfederation_metadata.xml": (1, 1, 0),
    f"{SIMPLESAMLPHP}md_EntitiesDescriptor.xml": (1, 0, 1),
    f"{SIMPLESAMLPHP}md_EntityDescriptor.xml": (1, 0, 0),
    f"{SIMPLESAMLPHP}metadata/expired-metadata.xml": (1, 1, 0),
    f"{SIMPLESAMLPHP}metadata/unsigned-metadata.xml": (1, 1, 0),
    f"{SIMPLESAMLPHP}metadata/valid-metadata-ca-signed.xml": (1, 1, 0),
    f"{SIMPLESAMLPHP}metadata/valid-metadata-selfsigned.xml": (1, 1, 0),
    f"{SPRING}test-entitiesdescriptor.xml": (2, 0, 0),
    f"{SPRING}test-federated-metadata.xml": (1, 1, 1),
    f"{SPRING}test-metadata-without-idp.xml": (0, 0, 1),
    f"{SPRING}test-metadata.xml": (1, 0, 0),
    "recorded/djangosaml2idp/metadata.xml": (1, 1, 0),
    "recorded/djangosaml2idp/sp-metadata.xml": (0, 0, 1),
    "recorded/saml-idp/metadata.xml": (1, 1, 0),
    "recorded/saml-idp/sp-metadata.xml": (0, 0, 1),
    "recorded/simplesamlphp/metadata.xml": (1, 1, 0),
    "recorded/simplesamlphp/sp-metadata.xml": (0, 0, 1),
}

REFUSED = {
    f"{PYFF}metadata/not-metadata.xml": "not SAML 2.0 metadata",
    f"{PYSAML2}empty_metadata_file.xml": "the file is empty",
    f"{PYSAML2}invalid_metadata_file.xml": "not SAML 2.0 metadata",
    f"{PYTHON3_SAML}noentity_metadata_settings1.xml": "not SAML 2.0 metadata",
    f"{PYTHON3_SAML}unparsed_metadata.xml": "tag mismatch",
    f"{SIMPLESAMLPHP}md_AdditionalMetadataLocation.xml": "not SAML 2.0 metadata",
    f"{SIMPLESAMLPHP}metadata/corrupted-metadata-selfsigned.xml": "prefix s on KeyInfo",
}

# Where what we say differs from the count, and why.
NAMELESS = {f"{NODE_SAML}acme_tools_com.xml": "acme_tools_com"}
"""The entityID is no URI, so the entity has no name that could be trusted (meta 2.2.1)."""

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
SAML2 = "urn:oasis:names:tc:SAML:2.0:protocol"


def document(file: str) -> bytes:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(ABSENT)
    return path.read_bytes()


def names(root: ElementTree.Element, role: str) -> set[str]:
    """The entityIDs with such a role of SAML 2.0, by another parser."""
    return {
        entity.get("entityID", "")
        for entity in root.iter(f"{MD}EntityDescriptor")
        for found in entity.findall(f"{MD}{role}")
        if role == "SPSSODescriptor" or SAML2 in found.get("protocolSupportEnumeration", "").split()
    }


@pytest.mark.parametrize(("file", "counted"), COUNTED.items(), ids=COUNTED)
def test_every_provider_of_a_real_document_is_found(
    file: str, counted: tuple[int, int, int]
) -> None:
    providers, usable, services = counted
    octets = document(file)
    root = ElementTree.fromstring(octets)  # noqa: S314 - a known file

    found = metadata.read(octets)

    assert len(found.identity_providers) == providers
    assert sum(bool(provider.keys) for provider in found.identity_providers) == usable
    assert {p.entity_id for p in found.identity_providers} == names(root, "IDPSSODescriptor")
    missing = names(root, "SPSSODescriptor") - set(found.service_providers)
    assert missing == ({NAMELESS[file]} if file in NAMELESS else set())
    assert len(found.service_providers) == services - len(missing)


@pytest.mark.parametrize(("file", "detail"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_metadata_is_refused_with_its_fault(file: str, detail: str) -> None:
    with pytest.raises(Refusal, match=detail) as refused:
        metadata.read(document(file))

    assert refused.value.reason is Reason.XML_MALFORMED


def test_no_metadata_file_of_the_folder_is_forgotten() -> None:
    if not SHARED.is_dir():
        pytest.skip(ABSENT)
    with_entities = {
        str(path.relative_to(SHARED))
        for path in SHARED.rglob("*")
        if path.suffix in {".xml", ".metadata"} and b"EntityDescriptor" in path.read_bytes()
    }

    assert with_entities <= COUNTED.keys() | REFUSED.keys()


def embedded_key(octets: bytes) -> bytes:
    """The certificate that a document shows beside its own signature: for tests only."""
    root = ElementTree.fromstring(octets)  # noqa: S314 - a known file
    text = root.findtext(f"{DS}Signature/{DS}KeyInfo//{DS}X509Certificate")
    assert text
    return base64.b64decode(text)


@pytest.mark.parametrize(
    ("file", "providers"),
    [
        (f"{PYFF}metadata/wayf-edugain-metadata.xml", 61),
        (f"{XML_CRYPTO}wsfederation_metadata.xml", 1),
    ],
)
def test_a_real_signature_verifies_and_only_what_it_covers_is_read(
    file: str, providers: int
) -> None:
    octets = document(file)
    signer = metadata.trusted_key(embedded_key(octets))

    found = metadata.read(metadata.verify(octets, (signer,)))

    assert len(found.identity_providers) == providers
    with pytest.raises(Refusal) as refused:
        metadata.verify(octets.replace(b"https://", b"https:/", 1), (signer,))
    assert refused.value.reason is Reason.SIGNATURE_INVALID


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (f"{PYSAML2}metadata.aaitest.xml", Reason.ALGORITHM_WEAK),
        (f"{PYSAML2}swamid-1.0.xml", Reason.SIGNATURE_SCOPE),
        (f"{PYSAML2}remote_data/metadata.aaitest.xml", Reason.SIGNATURE_MISSING),
        (f"{PYTHON3_SAML}signed_metadata_settings1.xml", Reason.ALGORITHM_WEAK),
        (f"{NODE_SAML}signedMetadata.xml", Reason.KEY_UNKNOWN),
    ],
)
def test_signatures_of_another_age_do_not_verify(file: str, reason: Reason) -> None:
    # RSA with SHA-1, or inclusive canonicalisation: their signers have long since moved on.
    with pytest.raises(Refusal) as refused:
        metadata.verify(document(file), ())

    assert refused.value.reason is reason
