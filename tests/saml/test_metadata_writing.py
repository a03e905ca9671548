"""Our own metadata: valid, the same each time, and understood by others."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from saml2 import md
from saml2.attribute_converter import ac_factory
from saml2.mdstore import InMemoryMetaData

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, schema, xml, xmldsig
from sso_gateway.saml.algorithms import DIGESTS, VERIFIERS
from sso_gateway.saml.names import DataEncryption, DigestMethod, KeyTransport, SignatureMethod
from sso_gateway.saml.schema import Schema
from tests.idp.keys import key_pair

ENTITY_ID = "https://sso.example/saml/acme/metadata/"
ACS = "https://sso.example/saml/acme/acs/"
OLD_ACS = "https://old.example/Shibboleth.sso/SAML2/POST"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
MDUI = "{urn:oasis:names:tc:SAML:metadata:ui}"
MDATTR = "{urn:oasis:names:tc:SAML:metadata:attribute}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
ALG = "{urn:oasis:names:tc:SAML:metadata:algsupport}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SIGNING = tuple(key_pair("rsa-2048", f"our signing {n}").certificate_der for n in (1, 2))
ENCRYPTION = tuple(key_pair("rsa-2048", f"our encryption {n}").certificate_der for n in (1, 2))

FULL = metadata.SpDescription(
    entity_id=ENTITY_ID,
    acs_urls=(ACS, OLD_ACS),
    signing=SIGNING,
    encryption=ENCRYPTION,
    display_name="Backoffice & <Partners>",
    description="Sign in to the backoffice — „überall“",
    logo=metadata.Logo("https://sso.example/logo.svg?a=1&b=2", 120, 60),
    information_url="https://sso.example/about",
    privacy_url="https://sso.example/privacy",
    subject_id="pairwise-id",
    contact_email="it@sso.example",
    valid_until=datetime(2030, 1, 2, 4, 4, 5, tzinfo=timezone(timedelta(hours=1))),
    logout_url="https://sso.example/saml/acme/slo/",
    discovery_url="https://sso.example/saml/acme/login/",
)
BARE = metadata.SpDescription(
    entity_id=ENTITY_ID, acs_urls=(ACS,), signing=(), encryption=(), display_name="Backoffice"
)


def parsed(description: metadata.SpDescription) -> ElementTree.Element:
    return ElementTree.fromstring(metadata.write(description))  # noqa: S314 - our own document


def service_provider(description: metadata.SpDescription) -> ElementTree.Element:
    role = parsed(description).find(f"{MD}SPSSODescriptor")
    assert role is not None
    return role


@pytest.mark.parametrize("description", [FULL, BARE])
def test_it_is_valid_against_the_schema(description: metadata.SpDescription) -> None:
    document = xml.parse(metadata.write(description), limits=xml.METADATA)

    schema.validate(document, Schema.METADATA)


def test_the_same_description_gives_the_same_octets_and_another_one_another_id() -> None:
    assert metadata.write(FULL) == metadata.write(FULL)
    assert parsed(FULL).get("ID") != parsed(BARE).get("ID")


def test_it_demands_signed_assertions_and_promises_signed_requests() -> None:
    role = service_provider(BARE)

    assert role.get("AuthnRequestsSigned") == "true"
    assert role.get("WantAssertionsSigned") == "true"
    assert role.get("protocolSupportEnumeration") == "urn:oasis:names:tc:SAML:2.0:protocol"


def test_every_consumer_address_has_its_index_and_the_first_is_the_default() -> None:
    services = service_provider(FULL).findall(f"{MD}AssertionConsumerService")

    assert [service.attrib for service in services] == [
        {"Binding": POST, "Location": ACS, "index": "0", "isDefault": "true"},
        {"Binding": POST, "Location": OLD_ACS, "index": "1"},
    ]


def test_the_current_and_the_next_key_stand_in_that_order_for_each_use() -> None:
    keys = [
        (descriptor.get("use"), base64.b64decode("".join(descriptor.itertext())))
        for descriptor in service_provider(FULL).findall(f"{MD}KeyDescriptor")
    ]

    assert keys == [
        *(("signing", der) for der in SIGNING),
        *(("encryption", der) for der in ENCRYPTION),
    ]


def test_an_encryption_key_names_authenticated_encryption_and_oaep_only() -> None:
    descriptors = service_provider(FULL).findall(f"{MD}KeyDescriptor")

    for descriptor in descriptors:
        methods = [m.get("Algorithm") for m in descriptor.findall(f"{MD}EncryptionMethod")]
        assert methods == (
            []
            if descriptor.get("use") == "signing"
            else [
                DataEncryption.AES256_GCM,
                DataEncryption.AES128_GCM,
                KeyTransport.RSA_OAEP_MGF1P,
                KeyTransport.RSA_OAEP,
            ]
        )


def test_people_are_shown_a_name_a_logo_and_where_to_read_more() -> None:
    role = service_provider(FULL)

    shown = {
        element.tag.removeprefix(MDUI): (element.get(LANG), element.text)
        for element in role.iterfind(f"{MD}Extensions/{MDUI}UIInfo/*")
    }
    assert shown == {
        "DisplayName": ("en", "Backoffice & <Partners>"),
        "Description": ("en", "Sign in to the backoffice — „überall“"),
        "InformationURL": ("en", "https://sso.example/about"),
        "PrivacyStatementURL": ("en", "https://sso.example/privacy"),
        "Logo": (None, "https://sso.example/logo.svg?a=1&b=2"),
    }
    logo = role.find(f".//{MDUI}Logo")
    assert logo is not None and logo.attrib == {"width": "120", "height": "60"}
    bare = service_provider(BARE).iterfind(f"{MD}Extensions/{MDUI}UIInfo/*")
    assert [element.tag for element in bare] == [f"{MDUI}DisplayName"]


@pytest.mark.parametrize(("description", "needed"), [(FULL, "pairwise-id"), (BARE, "none")])
def test_it_says_which_subject_identifier_is_needed_and_when_none_is(
    description: metadata.SpDescription, needed: str
) -> None:
    path = f"{MD}Extensions/{MDATTR}EntityAttributes/{SAML}Attribute"
    (attribute,) = parsed(description).iterfind(path)
    assert attribute.get("Name") == "urn:oasis:names:tc:SAML:profiles:subject-id:req"
    assert attribute.get("NameFormat") == "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
    assert [value.text for value in attribute] == [needed]


def test_it_lists_exactly_the_algorithms_that_are_verified() -> None:
    extensions = service_provider(BARE).find(f"{MD}Extensions")
    assert extensions is not None
    for name, known in (("DigestMethod", DIGESTS), ("SigningMethod", VERIFIERS)):
        listed = [each.get("Algorithm") for each in extensions.iterfind(f"{ALG}{name}")]
        assert listed == list(known)
    assert {*DIGESTS} == {*DigestMethod} and {*VERIFIERS} == {*SignatureMethod}


def test_the_technical_contact_is_there_only_when_known() -> None:
    (contact,) = parsed(FULL).findall(f"{MD}ContactPerson")
    assert contact.get("contactType") == "technical"
    assert contact.findtext(f"{MD}EmailAddress") == "mailto:it@sso.example"
    assert parsed(BARE).findall(f"{MD}ContactPerson") == []


def test_logout_is_offered_only_where_there_is_an_address_for_it() -> None:
    services = service_provider(FULL).findall(f"{MD}SingleLogoutService")
    assert [(s.get("Binding"), s.get("Location")) for s in services] == [
        (REDIRECT, FULL.logout_url),
        (POST, FULL.logout_url),
    ]
    assert service_provider(BARE).findall(f"{MD}SingleLogoutService") == []


def test_a_service_provider_without_a_consumer_address_is_not_written() -> None:
    nowhere = metadata.SpDescription(
        entity_id=ENTITY_ID, acs_urls=(), signing=(), encryption=(), display_name="Backoffice"
    )

    with pytest.raises(ValueError, match="AssertionConsumerService"):
        metadata.write(nowhere)


def test_our_own_reader_recognises_it_and_how_long_it_lasts() -> None:
    found = metadata.read(metadata.write(FULL))

    assert found.identity_providers == ()
    assert found.service_providers == (ENTITY_ID,)
    assert found.valid_until == datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found.cache_duration == timedelta(days=1)
    assert found.warnings == ()


def test_pysaml2_reads_back_what_was_written() -> None:
    entity = md.entity_descriptor_from_string(metadata.write(FULL))

    (role,) = entity.spsso_descriptor
    assert entity.entity_id == ENTITY_ID
    assert [service.location for service in role.assertion_consumer_service] == [ACS, OLD_ACS]
    assert [form.text for form in role.name_id_format] == [
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    ]


def test_the_metadata_store_of_pysaml2_finds_addresses_and_certificates() -> None:
    store = InMemoryMetaData(ac_factory(), metadata.write(FULL).decode(), check_validity=False)
    store.load()

    found = store.service(ENTITY_ID, "spsso_descriptor", "assertion_consumer_service", binding=POST)
    assert [service["location"] for service in found] == [ACS, OLD_ACS]
    for use, expected in (("signing", SIGNING), ("encryption", ENCRYPTION)):
        certificates = [certificate for _, certificate in store.certs(ENTITY_ID, "spsso", use)]
        assert [base64.b64decode(c) for c in certificates] == list(expected)


def test_signed_it_is_valid_and_verifies_with_our_key_only() -> None:
    ours = key_pair("rsa-2048", "our signing 1")
    signing_key = xmldsig.SigningKey.from_pem(ours.private_pem, ours.certificate_pem)

    document = metadata.write_signed(FULL, signing_key)

    schema.validate(xml.parse(document, limits=xml.METADATA), Schema.METADATA)
    assert metadata.read(document).signed
    octets = metadata.verify(document, (ours.trusted,))
    assert metadata.read(octets).service_providers == (ENTITY_ID,)
    with pytest.raises(Refusal) as refused:
        metadata.verify(document, (key_pair("rsa-2048", "stranger").trusted,))
    assert refused.value.reason is Reason.KEY_UNKNOWN
