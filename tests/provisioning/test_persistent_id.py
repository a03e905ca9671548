"""The stable key of a persistent NameID."""

import pytest

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import identify
from sso_gateway.saml.model import NameID
from sso_gateway.saml.names import NameIDFormat
from tests.provisioning.assertions import (
    DOMAINS,
    ISSUER,
    OUR_NAME,
    assertion,
    attribute,
    persistent,
)


def key(name_id: NameID | None, **changes: object) -> str | None:
    said = assertion(attribute("mail", "ada@acme.test"), name_id=name_id, **changes)
    return identify(said, policy=Policy(), email_domains=DOMAINS).persistent_id


def test_only_a_persistent_name_id_is_a_persistent_identifier() -> None:
    assert key(persistent()) is not None
    for format_ in (None, NameIDFormat.EMAIL, NameIDFormat.UNSPECIFIED, NameIDFormat.TRANSIENT):
        assert key(NameID("p-1", format_)) is None
    assert key(None) is None


@pytest.mark.parametrize(
    "same",
    [
        persistent(name_qualifier=ISSUER),
        persistent(sp_name_qualifier=OUR_NAME),
        persistent(name_qualifier=ISSUER, sp_name_qualifier=OUR_NAME),
        persistent(name_qualifier="", sp_name_qualifier=""),
        persistent(" p-1\n"),
    ],
)
def test_spelling_out_the_default_qualifiers_changes_no_key(same: NameID) -> None:
    assert key(same) == key(persistent())


@pytest.mark.parametrize(
    "other",
    [
        persistent("P-1"),
        persistent("p-1" * 80),
        persistent(name_qualifier="https://other.test/"),
        persistent(sp_name_qualifier="https://other.test/"),
        persistent("1", sp_name_qualifier="p-"),
    ],
)
def test_another_value_or_qualifier_makes_another_key(other: NameID) -> None:
    assert key(other) != key(persistent())


def test_another_issuer_makes_another_key() -> None:
    assert key(persistent(), issuer="https://idp2.acme.test/") != key(persistent())


def test_the_key_says_nothing_of_the_value() -> None:
    found = key(persistent("secret"))
    assert found is not None
    assert len(found) == 64
    assert "secret" not in found


def test_a_value_of_256_characters_is_not_truncated() -> None:
    assert key(persistent("p" * 255 + "a")) != key(persistent("p" * 255 + "b"))
