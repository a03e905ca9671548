"""From an assertion to the one identity it speaks of."""

import pytest

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import claims
from sso_gateway.provisioning.mapping import AssertedIdentity, identify
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion, NameID
from sso_gateway.saml.names import NameIDFormat
from tests.provisioning.assertions import (
    DOMAINS,
    EMAIL_CLAIM,
    ISSUER,
    assertion,
    attribute,
    persistent,
)

GUEST = "eve_evil.test#EXT#@acme.test"
WINDOWS = "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName"


def identity(said: Assertion, **policy: str) -> AssertedIdentity:
    return identify(said, policy=Policy(**policy), email_domains=DOMAINS)  # type: ignore[arg-type]


def refusal(said: Assertion, **policy: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        identity(said, **policy)
    return refused.value


MAIL = attribute("mail", "ada@acme.test")


@pytest.mark.parametrize("name", sorted(claims.EMAIL))
def test_every_recognised_name_carries_the_address(name: str) -> None:
    assert identity(assertion(attribute(name, "Ada@Acme.test"))).email == "ada@acme.test"


@pytest.mark.parametrize("format_", sorted(claims.EMAIL_NAME_ID_FORMATS))
def test_a_name_id_of_an_email_format_is_enough(format_: str) -> None:
    assert identity(assertion(name_id=NameID("Ada@acme.test", format_))).email == "ada@acme.test"


@pytest.mark.parametrize("format_", [None, "", NameIDFormat.UNSPECIFIED])
def test_a_name_id_of_an_open_format_is_enough_when_it_is_an_address(format_: str | None) -> None:
    assert identity(assertion(name_id=NameID("ada@acme.test", format_))).email == "ada@acme.test"


@pytest.mark.parametrize(
    "said",
    [
        assertion(MAIL),
        assertion(MAIL, name_id="ada@acme.test"),
        assertion(MAIL, name_id="ADA@acme.test"),
        assertion(MAIL, name_id="ada@other.test"),
        assertion(MAIL, name_id="admin"),
        assertion(MAIL, name_id=NameID("ada", NameIDFormat.UNSPECIFIED)),
        assertion(MAIL, name_id=NameID("ada@corp", NameIDFormat.UNSPECIFIED)),
        assertion(MAIL, name_id=NameID("t-1", NameIDFormat.TRANSIENT)),
        assertion(MAIL, name_id=NameID("eve@acme.test", NameIDFormat.PERSISTENT)),
        assertion(MAIL, name_id=NameID("eve@acme.test", NameIDFormat.TRANSIENT)),
        assertion(MAIL, attribute("email", "ada@acme.test")),
        assertion(MAIL, attribute("email", "ada@other.test")),
        assertion(MAIL, attribute("email", "")),
        assertion(MAIL, attribute("email")),
        assertion(MAIL, attribute("mail", "ada@other.test")),
        assertion(MAIL, attribute("eduPersonPrincipalName", "eve@acme.test")),
        assertion(MAIL, attribute("x", "eve@acme.test", friendly_name="mail")),
        assertion(MAIL, attribute("MAIL", "eve@acme.test")),
        assertion(MAIL, attribute("email", "eve_evil.test#EXT#@acme.onmicrosoft.test")),
        assertion(attribute("mail", "ada@other.test", "ada@acme.test", "a@third.test")),
        assertion(attribute("mail", "ada@acme.test", "Ada@ACME.test")),
        assertion(attribute("mail", "\n      ada@acme.test\n    ")),
    ],
)
def test_one_address_in_the_partners_domains_is_used(said: Assertion) -> None:
    assert identity(said).email == "ada@acme.test"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (assertion(), Reason.NAMEID_MISSING),
        (assertion(attribute("givenName", "Ada")), Reason.ATTRIBUTE_MISSING),
        (
            assertion(attribute("x", "ada@acme.test", friendly_name="mail")),
            Reason.ATTRIBUTE_MISSING,
        ),
        (assertion(attribute("eduPersonPrincipalName", "ada@acme.test")), Reason.ATTRIBUTE_MISSING),
        (assertion(name_id=NameID("t", NameIDFormat.TRANSIENT)), Reason.NAMEID_TRANSIENT),
        (
            assertion(attribute("sn", "L"), name_id=NameID("t", NameIDFormat.TRANSIENT)),
            Reason.NAMEID_TRANSIENT,
        ),
        (assertion(name_id=persistent()), Reason.NAMEID_FORMAT),
        (assertion(name_id=NameID("ACME\\ada", WINDOWS)), Reason.NAMEID_FORMAT),
        (assertion(attribute("sn", "L"), name_id=persistent()), Reason.ATTRIBUTE_MISSING),
        (assertion(name_id=NameID("ada")), Reason.ATTRIBUTE_MISSING),
        (assertion(name_id="ada"), Reason.ATTRIBUTE_INVALID),
        (assertion(name_id=NameID("ada@acme")), Reason.ATTRIBUTE_INVALID),
        (assertion(name_id="ada@acme.test\u00a0"), Reason.ATTRIBUTE_INVALID),
        (assertion(attribute("mail", "")), Reason.ATTRIBUTE_EMPTY),
        (assertion(attribute("mail", " \n ")), Reason.ATTRIBUTE_EMPTY),
        (assertion(attribute("mail")), Reason.ATTRIBUTE_EMPTY),
        (assertion(name_id=" "), Reason.ATTRIBUTE_EMPTY),
        (assertion(attribute("mail", "ada")), Reason.ATTRIBUTE_INVALID),
        (
            assertion(attribute("mail", "ada@acme.test", "\u0430da@acme.test")),
            Reason.ATTRIBUTE_INVALID,
        ),
        (assertion(MAIL, name_id="ada@acme.test\u200b"), Reason.ATTRIBUTE_INVALID),
        (assertion(attribute("mail", "ada@evil.test")), Reason.EMAIL_DOMAIN),
        (assertion(attribute("mail", "ada@x.acme.test")), Reason.EMAIL_DOMAIN),
        (assertion(attribute("mail", "a@evil.test", "b@other.test")), Reason.EMAIL_DOMAIN),
        (assertion(name_id="ada@evil.test"), Reason.EMAIL_DOMAIN),
        (
            assertion(attribute("mail", "ada@acme.test", "eve@acme.test")),
            Reason.ATTRIBUTE_AMBIGUOUS,
        ),
        (assertion(MAIL, attribute("mail", "eve@acme.test")), Reason.ATTRIBUTE_AMBIGUOUS),
        (assertion(MAIL, attribute("email", "ada@acme.example")), Reason.ATTRIBUTE_AMBIGUOUS),
        (assertion(MAIL, name_id="eve@acme.test"), Reason.ATTRIBUTE_AMBIGUOUS),
        (assertion(MAIL, name_id=NameID("eve@acme.test")), Reason.ATTRIBUTE_AMBIGUOUS),
        (assertion(attribute("mail", GUEST)), Reason.ATTRIBUTE_INVALID),
        (assertion(name_id=GUEST.lower()), Reason.ATTRIBUTE_INVALID),
        (assertion(MAIL, name_id=GUEST), Reason.ATTRIBUTE_INVALID),
        (assertion(attribute("mail", "eve#EXT#@acme.onmicrosoft.test")), Reason.ATTRIBUTE_INVALID),
        (assertion(MAIL, name_id=persistent("")), Reason.NAMEID_FORMAT),
        (assertion(MAIL, name_id=persistent("p" * 257)), Reason.NAMEID_FORMAT),
    ],
)
def test_what_does_not_name_one_person_is_refused(said: Assertion, reason: Reason) -> None:
    assert refusal(said).reason is reason


def test_a_partner_without_domains_may_assert_nobody() -> None:
    with pytest.raises(Refusal) as refused:
        identify(assertion(MAIL), policy=Policy(), email_domains=frozenset())
    assert refused.value.reason is Reason.EMAIL_DOMAIN


def test_a_missing_attribute_is_told_with_the_names_that_came_and_no_values() -> None:
    said = assertion(attribute("workMail", "ada@acme.test"), attribute("sn\u202e", "Lovelace"))
    refused = refusal(said)
    assert refused.reason is Reason.ATTRIBUTE_MISSING
    assert refused.received == "workMail, sn\\u202e"
    assert refused.facts["closest"] == "workMail"
    assert "ada" not in refused.detail + repr(refused.values)
    assert "Lovelace" not in refused.detail + repr(refused.values)


def test_a_guest_is_told_with_the_claim_to_send_instead() -> None:
    refused = refusal(assertion(attribute(EMAIL_CLAIM, GUEST)))
    assert "user.mail" in refused.facts["hint"]
    assert "eve" not in repr(refused.values)


def test_an_ambiguity_names_its_sources_and_no_addresses() -> None:
    refused = refusal(assertion(MAIL, name_id="eve@acme.test"))
    assert refused.expected == "NameID, mail"
    assert "eve" not in refused.detail + repr(refused.values)


def test_a_chosen_attribute_is_the_only_source() -> None:
    said = assertion(
        attribute("eduPersonPrincipalName", "ada@acme.test"),
        attribute("mail", "eve@acme.test"),
        name_id="eve@acme.test",
    )
    assert identity(said, email_attribute="eduPersonPrincipalName").email == "ada@acme.test"


def test_the_chosen_name_id_is_the_only_source() -> None:
    said = assertion(attribute("mail", "eve@acme.test"), name_id="ada@acme.test")
    assert identity(said, email_attribute="NameID").email == "ada@acme.test"


@pytest.mark.parametrize(
    ("said", "chosen", "reason"),
    [
        (assertion(MAIL, name_id="ada@acme.test"), "upn", Reason.ATTRIBUTE_MISSING),
        (assertion(), "upn", Reason.ATTRIBUTE_MISSING),
        (assertion(attribute("upn", "")), "upn", Reason.ATTRIBUTE_EMPTY),
        (assertion(attribute("upn", GUEST)), "upn", Reason.ATTRIBUTE_INVALID),
        (assertion(attribute("upn", "ada@evil.test")), "upn", Reason.EMAIL_DOMAIN),
        (assertion(attribute("UPN", "ada@acme.test")), "upn", Reason.ATTRIBUTE_MISSING),
        (assertion(MAIL), "NameID", Reason.NAMEID_MISSING),
        (assertion(MAIL, name_id=" "), "NameID", Reason.ATTRIBUTE_EMPTY),
        (assertion(MAIL, name_id="ada"), "NameID", Reason.ATTRIBUTE_INVALID),
        (assertion(MAIL, name_id=persistent("ada@acme.test")), "NameID", Reason.NAMEID_FORMAT),
        (
            assertion(MAIL, name_id=NameID("ada@acme.test", NameIDFormat.TRANSIENT)),
            "NameID",
            Reason.NAMEID_TRANSIENT,
        ),
    ],
)
def test_a_chosen_source_is_never_replaced_by_another(
    said: Assertion, chosen: str, reason: Reason
) -> None:
    assert refusal(said, email_attribute=chosen).reason is reason


def test_an_attribute_called_name_id_is_not_the_name_id() -> None:
    said = assertion(attribute("NameID", "eve@acme.test"), name_id="ada@acme.test")
    assert identity(said, email_attribute="NameID").email == "ada@acme.test"


def test_names_are_read_for_display_and_cleaned() -> None:
    said = assertion(
        MAIL,
        attribute("urn:oid:2.5.4.42", "\n  Zo\u00eb\u202e \x07 Ann "),
        attribute("sn", "", "\u0141ukasiewicz"),
    )
    found = identity(said)
    assert (found.first_name, found.last_name) == ("Zo\u00eb  Ann", "\u0141ukasiewicz")


def test_groups_come_from_the_chosen_attribute_alone() -> None:
    said = assertion(
        MAIL,
        attribute("groups", " staff\n", "admins", "staff", ""),
        attribute("groups", "more"),
        attribute("memberOf", "root"),
    )
    assert identity(said, groups_attribute="groups").groups == ("staff", "admins", "more")
    assert identity(said, groups_attribute="Groups").groups == ()
    assert identity(said).groups == ()


def test_no_attribute_can_set_anything_else() -> None:
    said = assertion(
        MAIL,
        *(
            attribute(name, "true")
            for name in ("is_superuser", "is_staff", "is_active", "pk", "__class__", "password")
        ),
        attribute("", "nameless"),
    )
    assert identity(said) == AssertedIdentity(email="ada@acme.test", issuer=ISSUER)
