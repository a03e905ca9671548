"""An ``IdentityProvider`` to and from the JSON that is stored beside its certificates."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sso_gateway.saml.model import Endpoint, IdentityProvider, TrustedKey
from sso_gateway.saml.names import Binding


def to_json(provider: IdentityProvider) -> dict[str, Any]:
    """Everything but entity_id, keys and valid_until, which have columns of their own."""
    duration = provider.cache_duration
    return {
        "sign_on": [_endpoint_to_json(endpoint) for endpoint in provider.sign_on],
        "logout": [_endpoint_to_json(endpoint) for endpoint in provider.logout],
        "want_authn_requests_signed": provider.want_authn_requests_signed,
        "name_id_formats": list(provider.name_id_formats),
        "display_names": dict(provider.display_names),
        "scopes": list(provider.scopes),
        "signing_methods": list(provider.signing_methods),
        "digest_methods": list(provider.digest_methods),
        "error_url": provider.error_url,
        "cache_duration": duration.total_seconds() if duration is not None else None,
        "entity_attributes": {
            name: list(values) for name, values in provider.entity_attributes.items()
        },
    }


def from_json(
    entity_id: str,
    document: dict[str, Any],
    keys: Iterable[TrustedKey],
    valid_until: datetime | None,
) -> IdentityProvider:
    """The noun the core reads."""
    duration = document["cache_duration"]
    return IdentityProvider(
        entity_id=entity_id,
        keys=tuple(keys),
        sign_on=tuple(_endpoint_from_json(entry) for entry in document["sign_on"]),
        logout=tuple(_endpoint_from_json(entry) for entry in document["logout"]),
        want_authn_requests_signed=document["want_authn_requests_signed"],
        name_id_formats=tuple(document["name_id_formats"]),
        display_names=document["display_names"],
        scopes=tuple(document["scopes"]),
        # Descriptions that were stored before these were read do not have them.
        signing_methods=tuple(document.get("signing_methods", ())),
        digest_methods=tuple(document.get("digest_methods", ())),
        error_url=document["error_url"],
        valid_until=valid_until,
        cache_duration=timedelta(seconds=duration) if duration is not None else None,
        # Absent where it was stored before they were read.
        entity_attributes={
            name: tuple(values) for name, values in document.get("entity_attributes", {}).items()
        },
    )


def display_name(provider: IdentityProvider) -> str:
    """The English name, else any, else nothing; at most 200 characters."""
    names = provider.display_names
    return (names.get("en") or next(iter(names.values()), ""))[:200]


def _endpoint_to_json(endpoint: Endpoint) -> list[str | None]:
    return [endpoint.binding.value, endpoint.location, endpoint.response_location]


def _endpoint_from_json(entry: list[str]) -> Endpoint:
    binding, location, response_location = entry
    return Endpoint(Binding(binding), location, response_location)
