"""What real identity providers send is read as the person it was recorded for."""

import json
from pathlib import Path
from typing import Any

import pytest

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import identify
from sso_gateway.saml.model import Attribute, NameID
from tests.provisioning.assertions import assertion

RECORDED = Path(__file__).parents[3] / "shared" / "recorded"


def _readable() -> list[Any]:
    files = sorted(RECORDED.glob("*/*solicited-*.json"))
    messages = {f"{file.parent.name}/{file.stem}": json.loads(file.read_text()) for file in files}
    return [
        pytest.param(message, id=name)
        for name, message in messages.items()
        if message.get("expected_email") and message.get("facts", {}).get("attributes")
    ]


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not part of the repository")
@pytest.mark.parametrize("message", _readable())
def test_the_recorded_person_is_recognised(message: dict[str, Any]) -> None:
    facts = message["facts"]
    qualifiers = facts["name_id_attributes"]
    said = assertion(
        *(Attribute(name, tuple(values)) for name, values in facts["attributes"].items()),
        name_id=NameID(
            facts["name_id"],
            facts["name_id_format"],
            qualifiers.get("NameQualifier"),
            qualifiers.get("SPNameQualifier"),
        ),
        issuer=facts["issuer"],
        audiences=tuple(facts["audiences"]),
    )
    found = identify(said, policy=Policy(), email_domains=frozenset({"example.test"}))
    assert found.email == message["expected_email"]
    assert found.first_name
    assert found.last_name
