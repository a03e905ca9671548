"""The policy: what it means, and what it does not know."""

from datetime import timedelta
from typing import Any

import pytest

from sso_gateway.partners import policy
from sso_gateway.partners.policy import Policy
from sso_gateway.partners.problems import Declined
from sso_gateway.saml.algorithms import DIGESTS, WRITTEN
from sso_gateway.saml.model import Demands, SignedPart


def test_an_empty_policy_has_the_defaults() -> None:
    assert policy.from_stored({}) == Policy()
    assert Policy().stored() == {}


def test_what_is_stored_comes_back() -> None:
    asked = {
        "signed": "both",
        "max_authn_age": 600,
        "relay_state_allowed": ["https://a.example/"],
        "discovery_url": "https://ds.example.org/choose?style=plain",
    }
    assert policy.from_stored(asked).stored() == asked


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("signed", "nothing"),
        ("signed", ["any"]),
        ("signed", None),
        ("name_id_policy", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
        ("allow_staff", "true"),
        ("allow_staff", 1),
        ("session_max", True),
        ("session_max", 0),
        ("session_max", 31 * 86400),
        ("session_idle", "600"),
        ("max_authn_age", -1),
        ("remembered_requests_ttl", 3601),
        ("refusals_per_address", 9),
        ("refusals_per_address", 301),
        ("questions_per_address", 0),
        ("email_attribute", "a\nb"),
        ("email_attribute", 7),
        ("groups_attribute", "x" * 257),
        ("relay_state_allowed", "https://a.example/"),
        ("relay_state_allowed", ["https://a.example"]),
        ("relay_state_allowed", ["/path"]),
        ("relay_state_allowed", ["https://u@a.example/"]),
        ("relay_state_allowed", [7]),
        ("requested_authn_contexts", ["no uri"]),
        ("accepted_authn_contexts", ["urn:x y"]),
        ("discovery_url", "http://ds.example.org/"),
        ("discovery_url", "https://ds.example.org"),
        ("discovery_url", "https://user@ds.example.org/"),
        ("discovery_url", "https://ds.example.org/#page"),
        ("discovery_url", "/choose"),
        ("discovery_url", None),
        ("denied_algorithms", ["http://www.w3.org/2000/09/xmldsig#rsa-sha1"]),
        ("denied_algorithms", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("denied_algorithms", list(WRITTEN)),
        ("denied_algorithms", list(DIGESTS)),
    ],
)
def test_a_value_out_of_its_range_is_declined(key: str, value: Any) -> None:
    with pytest.raises(Declined) as declined:
        policy.from_stored({key: value})
    assert declined.value.problems[0].key == "policy_value"


def test_an_unknown_key_is_declined_with_the_nearest_one() -> None:
    with pytest.raises(Declined, match="Did you mean “signed”"):
        policy.from_stored({"signd": "both"})


@pytest.mark.parametrize(
    "word", ["skip", "insecure", "allow_unsigned", "want_assertions_signed", "check_audience"]
)
def test_no_key_switches_a_check_off(word: str) -> None:
    with pytest.raises(Declined):
        policy.from_stored({word: False})


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("allow_staff", "true", True),
        ("sign_requests", "False", False),
        ("session_max", "3600", 3600),
        ("relay_state_allowed", "https://a.example/, https://b.example/x", None),
        ("email_attribute", "NameID", "NameID"),
        ("requested_authn_contexts", "", ()),
    ],
)
def test_a_command_line_value_is_read_as_its_kind(key: str, text: str, value: Any) -> None:
    two = ("https://a.example/", "https://b.example/x")
    assert policy.from_text({key: text}) == {key: two if value is None else value}


@pytest.mark.parametrize(("key", "text"), [("session_max", "１０００"), ("allow_staff", "ja")])
def test_a_command_line_value_of_another_kind_is_declined(key: str, text: str) -> None:
    with pytest.raises(Declined):
        policy.from_text({key: text})


def test_the_demands_are_what_the_policy_tightens() -> None:
    assert Policy().demands() == Demands()
    tight = Policy(
        signed="both",
        require_encryption=True,
        require_destination=True,
        accepted_authn_contexts=("urn:x",),
        max_authn_age=60,
        refuse_expired_certificate=True,
    )
    assert tight.demands() == Demands(
        signed=SignedPart.BOTH,
        encrypted=True,
        destination=True,
        authn_contexts=("urn:x",),
        max_authn_age=timedelta(seconds=60),
        refuse_expired_certificate=True,
    )
