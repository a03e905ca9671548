"""Turning understood metadata into rows, and rows out of trust."""

from datetime import datetime

from sso_gateway import clock
from sso_gateway.partners import described
from sso_gateway.partners.certificates import CertificateFacts
from sso_gateway.partners.identifiers import canonical_entity_id
from sso_gateway.partners.intake import Understanding, Understood
from sso_gateway.partners.models import (
    Certificate,
    ClaimedKey,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
)
from sso_gateway.saml.model import TrustedKey


def apply(
    partner: Partner,
    version: MetadataVersion,
    understanding: Understanding,
    *,
    keep_others: bool,
) -> None:
    """The chosen identity providers as ``version`` says; the partner's others only on request,
    and without those that it says are to retire."""
    now = clock.now()
    rows = {row.canonical: row for row in partner.identity_providers.all()}
    chosen = [
        _identity_provider(partner, rows.get(canonical_entity_id(each.entity_id)), version, each)
        for each in understanding.chosen
    ]
    for row, each in zip(chosen, understanding.chosen, strict=True):
        _claim(partner, each)
        _certificates(row, each, now)
    others = partner.identity_providers.exclude(pk__in=[row.pk for row in chosen])
    if keep_others:
        others = others.filter(entity_id__in=understanding.retiring)
    Certificate.objects.filter(identity_provider__in=others, retired=None).update(retired=now)
    others.filter(retired=None).update(retired=now)
    _mark_active(partner)


def summary(partner: Partner) -> dict[str, object]:
    """What is trusted, for the event: entity IDs and certificates."""
    trusted = partner.identity_providers.filter(retired=None)
    certificates = Certificate.objects.filter(identity_provider__in=trusted, retired=None)
    return {
        "entity_ids": list(trusted.values_list("entity_id", flat=True)),
        "certificates": list(certificates.values_list("sha256", flat=True)),
    }


def _identity_provider(
    partner: Partner,
    row: PartnerIdentityProvider | None,
    version: MetadataVersion,
    understood: Understood,
) -> PartnerIdentityProvider:
    provider = understood.provider
    row = row or PartnerIdentityProvider(
        partner=partner, canonical=canonical_entity_id(provider.entity_id)
    )
    row.entity_id = provider.entity_id
    row.name = described.display_name(provider)
    row.document = described.to_json(provider)
    row.valid_until = provider.valid_until
    row.metadata = version
    row.retired = None
    row.save()
    return row


def _claim(partner: Partner, understood: Understood) -> None:
    """Fails on the primary key where another partner was faster."""
    wanted = {facts.key_sha256 for facts in understood.certificates}
    held = partner.claimed_keys.filter(key_sha256__in=wanted).values_list("key_sha256", flat=True)
    new = wanted - set(held)
    ClaimedKey.objects.bulk_create(ClaimedKey(key_sha256=key, partner=partner) for key in new)


def _certificates(row: PartnerIdentityProvider, understood: Understood, now: datetime) -> None:
    rows = {certificate.sha256: certificate for certificate in row.certificates.all()}
    pairs = zip(understood.certificates, understood.provider.keys, strict=True)
    once = {key.sha256: (facts, key) for facts, key in pairs}
    for position, (facts, key) in enumerate(once.values()):
        certificate = rows.pop(key.sha256, None) or _certificate(row, facts, key, now)
        certificate.position = position
        certificate.retired = None
        certificate.save()
    gone = [certificate.pk for certificate in rows.values() if certificate.retired is None]
    Certificate.objects.filter(pk__in=gone).update(retired=now)


def _certificate(
    row: PartnerIdentityProvider, facts: CertificateFacts, key: TrustedKey, now: datetime
) -> Certificate:
    return Certificate(
        identity_provider=row,
        der=key.der,
        sha256=facts.sha256,
        key_sha256=facts.key_sha256,
        subject=facts.subject,
        key=facts.key,
        not_before=facts.not_before,
        not_after=facts.not_after,
        first_seen=now,
    )


def _mark_active(partner: Partner) -> None:
    """A version is active where a trusted identity provider is described by it."""
    trusted = partner.identity_providers.filter(retired=None)
    active = set(trusted.values_list("metadata_id", flat=True))
    partner.metadata_versions.filter(pk__in=active).update(active=True)
    partner.metadata_versions.exclude(pk__in=active).update(active=False)
