"""What the profiles ask of a reader of attributes: from the message to the person."""

import pytest

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import mapping
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import response
from tests.idp import workshop
from tests.idp.recipe import EMAIL

MAIL_OID = "urn:oid:0.9.2342.19200300.100.1.3"
URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"


def attribute(name: str, *values: str, name_format: str = "", friendly_name: str = "") -> str:
    """One Attribute; its values name no type."""
    more = f' NameFormat="{name_format}"' if name_format else ""
    more += f' FriendlyName="{friendly_name}"' if friendly_name else ""
    inside = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}"{more}>{inside}</saml:Attribute>'


def person(*attributes: str, policy: Policy | None = None) -> AssertedIdentity:
    """Who a message is about that has these attributes and no NameID."""
    statement = f"<saml:AttributeStatement>{''.join(attributes)}</saml:AttributeStatement>"
    message = workshop.response(name_id=None, attributes_xml=statement)
    accepted = response.accept(message, workshop.expected())
    return mapping.identify(
        accepted, policy=policy or Policy(), email_domains=frozenset({"acme.example"})
    )


@pytest.mark.parametrize("name_format", ["", URI, BASIC, "urn:example:our-own"])
def test_an_attribute_is_known_by_its_name_in_whatever_format(name_format: str) -> None:
    assert person(attribute(MAIL_OID, EMAIL, name_format=name_format)).email == EMAIL


def test_any_name_can_be_chosen() -> None:
    policy = Policy(email_attribute="https://claims.acme.example/office/post box")
    chosen = attribute("https://claims.acme.example/office/post box", EMAIL)
    assert person(chosen, policy=policy).email == EMAIL


def test_a_friendly_name_means_nothing() -> None:
    assert person(attribute(MAIL_OID, EMAIL, friendly_name="telephoneNumber")).email == EMAIL
    with pytest.raises(Refusal) as refused:
        person(attribute("urn:example:unknown", EMAIL, friendly_name="mail"))
    assert refused.value.reason is Reason.ATTRIBUTE_MISSING


def test_unknown_attributes_stop_nobody() -> None:
    unknown = [attribute(f"urn:example:{number}", "x", "y") for number in range(30)]
    assert person(*unknown, attribute(MAIL_OID, EMAIL)).email == EMAIL


def test_mail_may_have_several_values_of_which_one_is_the_partners() -> None:
    several = attribute(MAIL_OID, "ada@home.example", EMAIL, "ada@else.example")
    assert person(several).email == EMAIL


def test_several_addresses_of_the_partner_are_not_chosen_between() -> None:
    with pytest.raises(Refusal) as refused:
        person(attribute(MAIL_OID, EMAIL, "ada.l@acme.example"))
    assert refused.value.reason is Reason.ATTRIBUTE_AMBIGUOUS
