"""Entity attributes: read, and never in the way."""

import pytest

from sso_gateway.saml.declared import MAX_VALUES
from sso_gateway.saml.names import MDATTR, SAML
from tests.saml.documents import entity, only, read

CATEGORY = "http://macedir.org/entity-category"
ASSURANCE = "urn:oasis:names:tc:SAML:attribute:assurance-certification"


def attribute(name: str, *values: str) -> str:
    inside = "".join(f"<s:AttributeValue>{value}</s:AttributeValue>" for value in values)
    return f'<s:Attribute xmlns:s="{SAML}" Name="{name}">{inside}</s:Attribute>'


def attributes(*inside: str) -> str:
    """A document with these entity attributes."""
    found = f'<a:EntityAttributes xmlns:a="{MDATTR}">{"".join(inside)}</a:EntityAttributes>'
    return entity().replace("<md:IDP", f"<md:Extensions>{found}</md:Extensions><md:IDP", 1)


def test_entity_attributes_are_read_by_name() -> None:
    document = attributes(
        attribute(CATEGORY, "https://a.example/rs", " https://b.example/coco\n"),
        attribute(ASSURANCE, "https://refeds.org/sirtfi"),
        attribute(CATEGORY, "https://c.example/x"),
    )
    assert only(document).entity_attributes == {
        CATEGORY: ("https://a.example/rs", "https://b.example/coco", "https://c.example/x"),
        ASSURANCE: ("https://refeds.org/sirtfi",),
    }
    assert read(document).warnings == ()


@pytest.mark.parametrize(
    "inside",
    [
        "",
        attribute(CATEGORY),
        attribute(CATEGORY, ""),
        attribute(CATEGORY, "<x/>"),
        attribute(CATEGORY, "half<!-- x -->value"),
        attribute(CATEGORY, "x\u202ey"),
        attribute(CATEGORY, "x" * 1025),
        attribute("", "x"),
        attribute("x" * 1025, "x"),
        f'<s:Assertion xmlns:s="{SAML}">{attribute(CATEGORY, "of another")}</s:Assertion>',
    ],
)
def test_a_value_that_cannot_be_read_is_passed_over(inside: str) -> None:
    assert only(attributes(inside)).entity_attributes == {}


def test_values_without_end_end() -> None:
    document = attributes(attribute(CATEGORY, *map(str, range(MAX_VALUES + 5))))
    assert len(only(document).entity_attributes[CATEGORY]) == MAX_VALUES
    assert "more than 200 values" in " ".join(read(document).warnings)
