"""Reading a metadata document: one entity, or groups of them."""

from datetime import UTC, datetime, timedelta

from sso_gateway.saml.metadata import MetadataDocument
from sso_gateway.saml.model import Endpoint, IdentityProvider
from sso_gateway.saml.names import Binding, NameIDFormat
from tests.saml.documents import (
    DISPLAY_NAMES,
    ORGANIZATION,
    SCOPES,
    SIGN_ON,
    entity,
    group,
    only,
    pair,
    read,
    role,
    x509_key,
)

POST = f'<md:SingleSignOnService Binding="{Binding.POST}" Location="https://idp.example/post"/>'
LOGOUT = (
    f'<md:SingleLogoutService Binding="{Binding.REDIRECT}" Location="https://idp.example/slo"'
    ' ResponseLocation="https://idp.example/slo/back"/>'
)
UNTIL = datetime(2030, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)
COMPLETE = '<?xml version="1.0" encoding="UTF-8"?>\n' + entity(
    role(
        attributes='WantAuthnRequestsSigned="true" errorURL="https://idp.example/error"',
        extensions=DISPLAY_NAMES + SCOPES,
        endpoints=f"{LOGOUT}<md:NameIDFormat>{NameIDFormat.EMAIL}</md:NameIDFormat>{SIGN_ON}{POST}",
    ),
    attributes='validUntil="2030-01-02T03:04:05.5Z" cacheDuration="PT6H"',
    organization=ORGANIZATION,
)


def test_a_good_document_is_read_completely() -> None:
    provider = IdentityProvider(
        entity_id="https://idp.example/metadata",
        keys=(pair().trusted,),
        sign_on=(
            Endpoint(Binding.REDIRECT, "https://idp.example/sso"),
            Endpoint(Binding.POST, "https://idp.example/post"),
        ),
        logout=(
            Endpoint(Binding.REDIRECT, "https://idp.example/slo", "https://idp.example/slo/back"),
        ),
        want_authn_requests_signed=True,
        name_id_formats=(NameIDFormat.EMAIL,),
        display_names={"en": "Example University", "de": "Universität"},
        scopes=("example.org", "b.example"),
        error_url="https://idp.example/error",
        valid_until=UNTIL,
        cache_duration=timedelta(hours=6),
    )

    assert read(COMPLETE) == MetadataDocument(
        identity_providers=(provider,),
        service_providers=(),
        valid_until=UNTIL,
        cache_duration=timedelta(hours=6),
        signed=False,
        warnings=(),
    )


def test_two_descriptions_of_one_name_are_both_left_out() -> None:
    found = read(
        group(
            entity(entity_id="urn:a"),
            entity(entity_id="urn:b"),
            group(entity(role(keys=x509_key(owner="other")), entity_id="urn:a")),
        )
    )

    assert [provider.entity_id for provider in found.identity_providers] == ["urn:b"]
    assert found.warnings == ("'urn:a': it is left out: it is described 2 times",)


def test_a_broken_provider_does_not_take_its_neighbours_with_it() -> None:
    found = read(
        group(
            entity(role(endpoints=""), entity_id="urn:broken"),
            entity(entity_id="urn:whole"),
        )
    )

    assert [provider.entity_id for provider in found.identity_providers] == ["urn:whole"]


def test_a_service_provider_is_named_and_not_trusted() -> None:
    consumer = (
        f'<md:AssertionConsumerService Binding="{Binding.POST}" Location="https://a.example"'
        ' index="0"/>'
    )
    service = role(name="SPSSODescriptor", endpoints=consumer)

    found = read(
        group(entity(service, entity_id="urn:sp"), entity(role(), service, entity_id="urn:both"))
    )

    assert found.service_providers == ("urn:sp", "urn:both")
    assert [provider.entity_id for provider in found.identity_providers] == ["urn:both"]


def test_comments_between_elements_are_ordinary() -> None:
    document = group("<!-- one -->", entity(role(after="<!-- two -->")), "<!-- three -->")

    assert only("<!-- zero -->" + document).entity_id == "https://idp.example/metadata"


def test_groups_are_read_as_deep_as_the_parser_goes() -> None:
    document = entity()
    for _ in range(100):
        document = f"<md:EntitiesDescriptor>{document}</md:EntitiesDescriptor>"

    assert len(read(group(document)).identity_providers) == 1


def test_entities_are_found_in_groups_only() -> None:
    inside = group(entity(entity_id="urn:hidden"))
    hidden = role(extensions=f'<x:y xmlns:x="urn:x">{inside}</x:y>')

    assert only(entity(hidden)).entity_id == "https://idp.example/metadata"


def test_warnings_end_before_they_fill_the_memory() -> None:
    found = read(group(*(entity(role(endpoints=""), entity_id=f"urn:{i}") for i in range(300))))

    assert len(found.warnings) == 201
    assert "there are more warnings" in found.warnings[-1]


def test_warnings_hold_nothing_that_could_forge_a_line_of_a_log() -> None:
    found = read(entity(entity_id="idp\u2028\u202e\x85" + "x" * 500))

    (warning,) = found.warnings
    assert warning.isascii()
    assert warning.isprintable()
    assert len(warning) < 300
