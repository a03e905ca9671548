"""What a login needs to know of a partner: parsed once per version, checked by one query per login.

The version stands in the partner's row, so a change made by any worker is seen by every other with
its next login. Nothing here parses XML, and keys are parsed only when a version is new to this
process.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from django.db import connection

from sso_gateway.partners import addresses, described, keys
from sso_gateway.partners.models import (
    Certificate,
    EmailDomain,
    Partner,
    PartnerIdentityProvider,
)
from sso_gateway.partners.policy import Policy, from_stored
from sso_gateway.partners.problems import Declined
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.metadata import trusted_key
from sso_gateway.saml.model import IdentityProvider, ServiceProvider, TrustedKey

MAX_REMEMBERED: Final = 4096
"""Partners whose parsed trust one process keeps (about 10 kB each)."""

_COLUMNS: Final = (
    "pk",
    "slug",
    "name",
    "state",
    "version",
    "landing",
    "portal_url",
    "paused_reason",
    "our_entity_id",
    "our_acs_path",
)


@dataclass(frozen=True, slots=True)
class Trust:
    """A partner as it is now. Whether its ``state`` lets anybody in is the caller's to judge."""

    partner_id: int
    slug: str
    name: str
    state: str
    version: int
    landing: str
    portal_url: str
    paused_reason: str
    service_provider: ServiceProvider
    identity_providers: Mapping[str, IdentityProvider]
    policy: Policy
    email_domains: frozenset[str]
    certificate_ids: Mapping[str, int]
    """SHA-256 of a certificate → its row, for ``flows.certificate_verified``."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The columns of the one query."""

    pk: int
    slug: str
    name: str
    state: str
    version: int
    landing: str
    portal_url: str
    paused_reason: str
    our_entity_id: str
    our_acs_path: str | None


_lock: Final = threading.Lock()
_remembered: dict[tuple[int, int], Trust] = {}


def for_slug(slug: str) -> Trust:
    """The partner that has this short name, or ``Refusal(PARTNER_UNKNOWN)``."""
    return _current(_row("slug", slug))


def for_acs_path(path: str) -> Trust:
    """The partner for which we answer this path of a replaced service provider, or ``Refusal``."""
    return _current(_row("our_acs_path", path))


def forget() -> None:
    """Empties this process's memory. Never needed for correctness: versions are compared."""
    with _lock:
        _remembered.clear()


def _row(column: str, received: str) -> _Row:
    """Past the query builder, which would cost ten times the query; the statement is its own."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.alias, column), [received])
        columns = cursor.fetchone()
    if columns is None:
        raise Refusal(Reason.PARTNER_UNKNOWN, received=received[:200])
    return _Row(*columns)


@cache
def _statement(alias: str, column: str) -> str:
    """The text that Django writes for this query, with one parameter."""
    rows = Partner.objects.using(alias).order_by().filter(**{column: "x"}).values_list(*_COLUMNS)
    return str(rows.query.get_compiler(alias).as_sql()[0])


def _current(row: _Row) -> Trust:
    trust = _remembered.get((row.pk, row.version)) or _remember(row)
    ours = _service_provider(row, trust.service_provider)
    # The state is believed from the row even where somebody changed it without its version.
    if ours is trust.service_provider and row.state == trust.state:
        return trust
    return replace(trust, service_provider=ours, state=row.state, paused_reason=row.paused_reason)


def _service_provider(row: _Row, remembered: ServiceProvider | None) -> ServiceProvider:
    """Keys and base URL live outside the database: the remembered one holds while they do."""
    found = ServiceProvider(
        addresses.entity_id(row),
        addresses.acs_url(row),
        keys.decryption(row.slug),
        addresses.logout_url(row.slug),
    )
    same = remembered is not None and (
        remembered.decryption_keys is found.decryption_keys
        and remembered.entity_id == found.entity_id
        and remembered.acs_url == found.acs_url
        and remembered.logout_url == found.logout_url
    )
    return remembered if same and remembered else found


def _remember(row: _Row) -> Trust:
    """Reads and parses everything. What changes meanwhile has a newer version and is read again."""
    trust = _build(row)
    with _lock:
        for stale in [key for key in _remembered if key[0] == row.pk]:
            del _remembered[stale]
        while len(_remembered) >= MAX_REMEMBERED:
            del _remembered[next(iter(_remembered))]
        _remembered[row.pk, row.version] = trust
    return trust


def _build(row: _Row) -> Trust:
    trusted, certificate_ids = _keys(row.pk)
    providers = PartnerIdentityProvider.objects.filter(partner_id=row.pk, retired=None)
    domains = EmailDomain.objects.filter(partner_id=row.pk).values_list("domain", flat=True)
    return Trust(
        partner_id=row.pk,
        slug=row.slug,
        name=row.name,
        state=row.state,
        version=row.version,
        landing=row.landing,
        portal_url=row.portal_url,
        paused_reason=row.paused_reason,
        service_provider=_service_provider(row, None),
        identity_providers=MappingProxyType(
            {each.entity_id: _provider(each, trusted.get(each.pk, [])) for each in providers}
        ),
        policy=_policy(row.pk),
        email_domains=frozenset(domains),
        certificate_ids=MappingProxyType(certificate_ids),
    )


def _keys(partner_id: int) -> tuple[dict[int, list[TrustedKey]], dict[str, int]]:
    """The keys of each IdP, the likeliest first, and the certificates' rows."""
    rows = Certificate.objects.filter(
        identity_provider__partner_id=partner_id, identity_provider__retired=None, retired=None
    ).values_list("identity_provider_id", "pk", "sha256", "der")
    trusted: dict[int, list[TrustedKey]] = {}
    ids: dict[str, int] = {}
    for identity_provider_id, pk, sha256, der in rows:
        trusted.setdefault(identity_provider_id, []).append(trusted_key(bytes(der)))
        ids[sha256] = pk
    return trusted, ids


def _provider(row: PartnerIdentityProvider, trusted: list[TrustedKey]) -> IdentityProvider:
    document: dict[str, Any] = row.document
    return described.from_json(row.entity_id, document, trusted, row.valid_until)


def _policy(partner_id: int) -> Policy:
    """A policy that cannot be understood refuses everybody: guessing it could let somebody in."""
    stored = Partner.objects.values_list("policy", flat=True).get(pk=partner_id)
    try:
        return from_stored(stored)
    except Declined as declined:
        raise Refusal(Reason.INTERNAL, f"the partner's policy is damaged: {declined}") from declined
