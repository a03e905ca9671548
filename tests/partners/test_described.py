"""An identity provider to JSON and back."""

import json
from datetime import UTC, datetime, timedelta

from sso_gateway.partners import described
from sso_gateway.saml.model import Endpoint, IdentityProvider
from sso_gateway.saml.names import Binding, SignatureMethod
from tests.partners.factory import acme_key

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHOLE = IdentityProvider(
    entity_id="https://idp.example/",
    keys=(acme_key().trusted,),
    sign_on=(Endpoint(Binding.POST, "https://idp.example/sso"),),
    logout=(Endpoint(Binding.REDIRECT, "https://idp.example/slo", "https://idp.example/back"),),
    want_authn_requests_signed=True,
    name_id_formats=("urn:x",),
    display_names={"en": "Acme", "de": "Äcme"},
    scopes=("acme.example",),
    error_url="https://idp.example/help",
    valid_until=NOW,
    cache_duration=timedelta(hours=6),
    entity_attributes={"urn:a": ("1", "2")},
    signing_methods=(SignatureMethod.RSA_SHA256.value,),
)


def test_all_of_it_comes_back() -> None:
    stored = json.loads(json.dumps(described.to_json(WHOLE)))
    assert described.from_json(WHOLE.entity_id, stored, WHOLE.keys, NOW) == WHOLE


def test_what_was_stored_before_it_was_read_is_empty() -> None:
    stored = described.to_json(WHOLE)
    del stored["entity_attributes"]
    found = described.from_json(WHOLE.entity_id, stored, WHOLE.keys, NOW)
    assert found.entity_attributes == {}
    assert found.scopes == WHOLE.scopes
