"""Documents that are refused as a whole: not metadata, hostile, or too much."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, xml
from tests.saml.documents import (
    DISPLAY_NAMES,
    NAMESPACES,
    SCOPES,
    entity,
    group,
    pair,
    read,
    role,
)

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t" * 1000, "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\n<HTML lang='en'><body>Sign in</body></HTML>", "web page"),
        (b'{"issuer": "https://idp.example"}', "JSON"),
        (b"[]", "JSON"),
        (pair().certificate_pem, "only a certificate"),
        (pair().certificate_der, "only a certificate"),
        (b"-----BEGIN PKCS7-----", "PEM"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (base64.b64encode(entity().encode()), "base64"),
        (base64.b64encode(b'<?xml version="1.0"?>' + entity().encode()), "base64"),
        (b"<a/>", "not SAML 2.0 metadata"),
        (b"<EntityDescriptor entityID='urn:a'/>", "not SAML 2.0 metadata"),
        (role().replace("Descriptor ", f"Descriptor {NAMESPACES} ", 1).encode(),
         "not SAML 2.0 metadata"),
        (b"hello", "Start tag expected"),
        (entity().encode()[:-22], "Premature end"),
        (entity().encode() + b"<md:more/>", "Extra content|not defined"),
    ],
)  # fmt: skip
def test_what_is_not_metadata_is_named(document: bytes, detail: str) -> None:
    with pytest.raises(Refusal, match=detail) as refused:
        metadata.read(document)

    assert refused.value.reason is Reason.XML_MALFORMED


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (f'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x">{entity()}', Reason.XML_FORBIDDEN),
        (f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>{entity()}', Reason.XML_FORBIDDEN),
        (f"<?xml-stylesheet href='x'?>{entity()}", Reason.XML_FORBIDDEN),
        (f"{entity()}<?x y?>", Reason.XML_FORBIDDEN),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?>{entity()}', Reason.XML_FORBIDDEN),
        (entity().replace("<md:Ext", "<![CDATA[x]]><md:Ext"), Reason.XML_FORBIDDEN),
        (entity(entity_id="urn:&x;").replace("&amp;", "&"), Reason.XML_MALFORMED),
        (entity().replace("<md:Ext", '<a xmlns="relative"/><md:Ext'), Reason.XML_MALFORMED),
    ],
)
def test_hostile_xml_is_refused(document: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        read(document)

    assert refused.value.reason is reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(Refusal) as refused:
        metadata.read(entity().encode(encoding))

    assert refused.value.reason is Reason.XML_FORBIDDEN


@pytest.mark.parametrize(
    "document",
    [
        entity() + " " * xml.METADATA.max_bytes,
        group("<a/>" * 300_000),
        entity(attributes=" ".join(f'a{i}="x"' for i in range(300_000))),
    ],
)
def test_a_document_beyond_the_limits_of_an_upload_is_refused(document: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(document)

    assert refused.value.reason is Reason.TOO_LARGE


def test_the_caller_may_read_an_aggregate_that_an_upload_may_not_be() -> None:
    padding = "<!--" + "x" * xml.METADATA.max_bytes + "-->"
    limits = xml.Limits(
        max_bytes=100 * 2**20, max_tags=5_000_000, max_quotes=20_000_000, comments=True
    )

    found = metadata.read(group(padding, entity()).encode(), limits=limits)

    assert len(found.identity_providers) == 1


def test_groups_deeper_than_that_are_refused() -> None:
    depth = 60_000
    document = group("<md:EntitiesDescriptor>" * depth + "</md:EntitiesDescriptor>" * depth)

    with pytest.raises(Refusal) as refused:
        read(document)

    assert refused.value.reason is Reason.XML_MALFORMED


GOOD = group(
    entity(role(extensions=DISPLAY_NAMES + SCOPES)), attributes='validUntil="2030-05-01T00:00:00Z"'
).encode()


@settings(deadline=None, max_examples=300)
@given(
    position=st.integers(0, len(GOOD) - 1), inserted=st.binary(max_size=3), cut=st.integers(0, 3)
)
def test_whatever_is_changed_it_is_read_or_refused_and_nothing_else(
    position: int, inserted: bytes, cut: int
) -> None:
    changed = GOOD[:position] + inserted + GOOD[position + cut :]

    try:
        found = metadata.read(changed)
    except Refusal:
        return
    for provider in found.identity_providers:
        assert all(endpoint.location.startswith("https://") for endpoint in provider.sign_on)
