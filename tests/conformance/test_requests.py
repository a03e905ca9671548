"""What the profiles ask of the messages and the names that we send."""

import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings

from sso_gateway.partners import addresses
from sso_gateway.partners.models import Partner
from sso_gateway.saml import message_write, metadata
from tests.idp.keys import key_pair

ACS = "https://sso.example.com/saml/acme/acs/"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
CLASSES = ("urn:example:first", "urn:example:second", "urn:example:third")


def request(**changes: Any) -> bytes:
    """Our AuthnRequest as a login here sends it, but for these changes."""
    ours: dict[str, Any] = {
        "id": "_" + "a" * 32,
        "issue_instant": datetime(2030, 1, 15, 12, tzinfo=UTC),
        "destination": "https://idp.acme.example/sso",
        "issuer": "https://sso.example.com/saml/acme/metadata/",
        "acs_url": ACS,
    }
    return message_write.authn_request(**{**ours, **changes})


def parsed(message: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(message)  # noqa: S314 - our own message


def test_a_request_asks_for_no_kind_of_name_and_no_context() -> None:
    root = parsed(request())
    assert root.find(f"{SAMLP}NameIDPolicy") is None
    assert root.find(f"{SAMLP}RequestedAuthnContext") is None


def test_a_name_may_be_made_for_us_and_no_kind_of_it_is_named() -> None:
    policy = parsed(request(allow_create=True)).find(f"{SAMLP}NameIDPolicy")
    assert policy is not None
    assert policy.attrib == {"AllowCreate": "true"}


def test_a_request_names_the_address_of_our_metadata_and_no_index() -> None:
    root = parsed(request())
    description = metadata.SpDescription(
        entity_id="https://sso.example.com/saml/acme/metadata/",
        acs_urls=(ACS,),
        signing=(),
        encryption=(key_pair("rsa-2048").certificate_der,),
        display_name="Office",
    )
    [service] = parsed(metadata.write(description)).iter(
        "{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService"
    )
    assert root.get("AssertionConsumerServiceURL") == service.get("Location")
    assert root.get("AssertionConsumerServiceIndex") is None
    assert root.get("ProtocolBinding") == service.get("Binding")


def test_contexts_are_asked_for_exactly_and_all_of_them() -> None:
    asked = parsed(request(requested_authn_contexts=CLASSES)).find(f"{SAMLP}RequestedAuthnContext")
    assert asked is not None
    assert asked.get("Comparison") == "exact"
    assert tuple(each.text for each in asked) == CLASSES


def test_what_we_write_has_no_document_type_declaration() -> None:
    assert b"<!" not in request(requested_authn_contexts=CLASSES, force_authn=True)


@pytest.mark.parametrize("slug", ["a", "b" * 63])
def test_our_names_are_absolute_addresses_of_at_most_256_characters(slug: str) -> None:
    partner = Partner(slug=slug)
    names = [addresses.entity_id(partner), *addresses.acs_urls(partner)]
    assert all(re.match(r"https://[^/]+/", name) for name in names)
    # A host name may have 253 characters, of which the suite's has fewer.
    longest = max(map(len, names)) - len(settings.SSO_BASE_URL)
    assert longest + len("https://") + 150 <= 256
