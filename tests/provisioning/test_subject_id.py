"""subject-id and pairwise-id: identifiers that outlive a change of address."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.lasting import PAIRWISE_ID, SUBJECT_ID
from sso_gateway.provisioning.mapping import AssertedIdentity, identify
from sso_gateway.provisioning.models import Link
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Attribute, NameID
from sso_gateway.saml.names import NameIDFormat
from tests.provisioning.assertions import DOMAINS, assertion, attribute, persistent
from tests.provisioning.logins import refusal, sign_in

MAIL = attribute("mail", "ada@acme.test")
TRANSIENT = NameID("_1", NameIDFormat.TRANSIENT)
ADA = attribute(SUBJECT_ID, "ada-1@acme.test")


def identified(*attributes: Attribute, needed: str = "none", **changes: object) -> AssertedIdentity:
    said = assertion(MAIL, *attributes, **{"name_id": TRANSIENT, **changes})  # type: ignore[arg-type]
    policy = Policy(subject_id=needed)  # type: ignore[arg-type]
    return identify(said, policy=policy, email_domains=DOMAINS)


def key(*attributes: Attribute, needed: str = "none", **changes: object) -> str:
    found = identified(*attributes, needed=needed, **changes).persistent_id
    assert found is not None and len(found) == 64
    return found


def refused(*attributes: Attribute, needed: str = "none") -> Refusal:
    with pytest.raises(Refusal) as said:
        identified(*attributes, needed=needed)
    return said.value


@pytest.mark.parametrize("name", [SUBJECT_ID, PAIRWISE_ID])
def test_it_is_a_lasting_identifier_where_the_name_is_transient(name: str) -> None:
    assert key(attribute(name, "ada-1@acme.test")) != key(attribute(name, "ada-2@acme.test"))


@pytest.mark.parametrize("same", ["ADA-1@acme.test", "ada-1@ACME.Test", " ada-1@acme.test\n"])
def test_case_and_space_around_it_make_no_difference(same: str) -> None:
    assert key(attribute(SUBJECT_ID, same)) == key(ADA)


@pytest.mark.parametrize(
    "value",
    [
        "a" * 127 + "@" + "b" * 127,
        "a=-@b.-.",
        "1@2",
    ],
)
def test_the_whole_grammar_is_taken(value: str) -> None:
    assert key(attribute(SUBJECT_ID, value))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ada-1",
        "@acme.test",
        "ada-1@",
        "ada-1@acme@test",
        "-ada@acme.test",
        "=ada@acme.test",
        "ada@-acme.test",
        "ada@.acme.test",
        "ada.1@acme.test",
        "ada_1@acme.test",
        "ada 1@acme.test",
        "ada-1@acme_test",
        "\u00e4da@acme.test",
        "\u212ada@acme.test",
        "a" * 128 + "@b",
        "a@" + "b" * 128,
        "ada-1@acme.test\nx",
    ],
)
def test_anything_else_is_refused(value: str) -> None:
    said = refused(attribute(SUBJECT_ID, value))
    assert said.reason is Reason.SUBJECT_ID_INVALID
    assert not value or value not in f"{said.detail} {said.expected} {said.received}"


def test_one_without_any_value_is_refused() -> None:
    assert refused(attribute(SUBJECT_ID)).reason is Reason.SUBJECT_ID_INVALID


def test_two_values_are_not_chosen_between() -> None:
    two = attribute(SUBJECT_ID, "ada-1@acme.test", "ada-2@acme.test")
    assert refused(two).reason is Reason.ATTRIBUTE_AMBIGUOUS
    assert refused(ADA, attribute(SUBJECT_ID, "x@y")).reason is Reason.ATTRIBUTE_AMBIGUOUS
    assert key(attribute(SUBJECT_ID, "ada-1@acme.test", "Ada-1@acme.test")) == key(ADA)


def test_kinds_and_issuers_never_meet() -> None:
    keys = {
        key(ADA),
        key(attribute(PAIRWISE_ID, "ada-1@acme.test")),
        key(ADA, issuer="https://idp2.acme.test/"),
        key(name_id=persistent("ada-1@acme.test")),
        key(name_id=persistent("ada-1@acme.test", name_qualifier=SUBJECT_ID)),
    }
    assert len(keys) == 5


def test_a_persistent_name_comes_first_where_nothing_is_needed() -> None:
    """Accounts that were linked to it stay so when the IdP begins to send the attributes."""
    assert key(ADA, name_id=persistent()) == key(name_id=persistent())
    junk = attribute(SUBJECT_ID, "junk")
    assert key(junk, name_id=persistent()) == key(name_id=persistent())


@pytest.mark.parametrize("needed", ["any", "subject-id"])
def test_what_is_needed_comes_before_the_name(needed: str) -> None:
    assert key(ADA, needed=needed, name_id=persistent()) == key(ADA)


def test_of_both_the_subject_id_is_taken_unless_the_other_one_is_needed() -> None:
    pair = attribute(PAIRWISE_ID, "p@acme.test")
    assert key(pair, ADA) == key(pair, ADA, needed="any") == key(ADA)
    assert key(pair, ADA, needed="pairwise-id") == key(pair)


@pytest.mark.parametrize(
    ("needed", "attributes"),
    [
        ("any", ()),
        ("subject-id", (attribute(PAIRWISE_ID, "p@acme.test"),)),
        ("pairwise-id", (ADA,)),
        ("any", (Attribute("other", ("ada-1@acme.test",), friendly_name="subject-id"),)),
    ],
)
def test_one_that_is_needed_and_absent_is_refused(
    needed: str, attributes: tuple[Attribute, ...]
) -> None:
    assert refused(*attributes, needed=needed).reason is Reason.NAMEID_MISSING
    assert identified(Attribute("other", ("x",))).persistent_id is None


def test_an_address_that_was_given_to_somebody_else_does_not_bring_the_account(
    acme: Partner, user: User
) -> None:
    sign_in(identified(ADA), acme)
    assert Link.objects.get().persistent_id == key(ADA)
    successor = identified(attribute(SUBJECT_ID, "eve-2@acme.test"))
    assert refusal(successor, acme).reason is Reason.IDENTITY_CONFLICT
    assert refusal(replace(identified(ADA), email="countess@acme.test"), acme).reason is (
        Reason.IDENTITY_CONFLICT
    )


def test_whoever_was_known_by_the_address_alone_is_bound_at_the_next_login(
    acme: Partner, user: User
) -> None:
    sign_in(identified(), acme)
    sign_in(identified(ADA), acme)
    assert Link.objects.get().persistent_id == key(ADA)
