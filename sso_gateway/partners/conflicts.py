"""What a document must not collide with: other partners, ourselves, and what was trusted before."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from sso_gateway.partners.identifiers import canonical_entity_id
from sso_gateway.partners.models import (
    ClaimedKey,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
)
from sso_gateway.partners.problems import Problem


@dataclass(frozen=True, slots=True)
class Version:
    """A stored metadata version, without its document."""

    id: int
    sha256: str
    entity_ids: tuple[str, ...]
    valid_until: datetime | None
    active: bool
    created: datetime
    signer: str


@dataclass(frozen=True, slots=True)
class Known:
    """What we already have of a partner."""

    partner_id: int | None
    trusted: tuple[str, ...]
    """Entity IDs in use."""
    versions: tuple[Version, ...]

    def is_active(self, sha256: str, entity_ids: Sequence[str], signer: str) -> bool:
        """Whether exactly this is in use, on the word of exactly this signer."""
        return bool(entity_ids) and any(
            version.active
            and (version.sha256, version.signer) == (sha256, signer)
            and set(version.entity_ids) == {*entity_ids}
            for version in self.versions
        )


NOTHING: Final = Known(None, (), ())


def known(partner: Partner) -> Known:
    """What ``judge`` compares with."""
    columns = "id", "sha256", "entity_ids", "valid_until", "active", "created", "signer"
    versions = MetadataVersion.objects.filter(partner=partner).values_list(*columns)
    trusted = partner.identity_providers.filter(retired=None).values_list("entity_id", flat=True)
    return Known(
        partner.pk,
        tuple(trusted),
        tuple(Version(a, b, tuple(c), *others) for a, b, c, *others in versions),
    )


def is_ours(entity_id: str) -> bool:
    """Whether we are called so, by one partner or by all."""
    ours = canonical_entity_id(f"{settings.SSO_BASE_URL}/saml/")
    canonical = canonical_entity_id(entity_id)
    taken_over = Partner.objects.exclude(our_entity_id="").values_list("our_entity_id", flat=True)
    if canonical.startswith(f"{ours}/") and canonical.endswith("/metadata"):
        return True
    return any(canonical == canonical_entity_id(each) for each in taken_over)


def judge(
    known: Known,
    *,
    same: Sequence[Version],
    valid_until: datetime | None,
    entity_ids: Sequence[str],
    keys: Set[str],
    going_back: bool = False,
) -> tuple[Problem, ...]:
    """Every collision, each with the other partner's name.

    ``same``: the stored versions of which the document is a copy.
    """
    older = () if going_back else _rollback(known, same, valid_until, entity_ids)
    return (*_entity_ids(known, entity_ids), *_keys(known, keys), *older)


def owner_of(entity_id: str) -> str | None:
    """The slug of the partner that has this entity ID, or one that people would confuse with it."""
    return (
        PartnerIdentityProvider.objects.filter(canonical=canonical_entity_id(entity_id))
        .values_list("partner__slug", flat=True)
        .first()
    )


def _entity_ids(known: Known, entity_ids: Sequence[str]) -> Iterator[Problem]:
    canonical = {canonical_entity_id(entity_id): entity_id for entity_id in entity_ids}
    if len(canonical) < len(entity_ids):
        yield Problem(
            "entity_ids_alike",
            _("Two identity providers in this file have almost the same entity ID."),
            received=", ".join(entity_ids),
            fix=_("Choose one of them."),
        )
    taken = (
        PartnerIdentityProvider.objects.filter(canonical__in=canonical)
        .exclude(partner_id=known.partner_id or 0)
        .select_related("partner")
    )
    for other in taken:
        yield Problem(
            "entity_id_taken",
            _("The entity ID belongs to the partner “%(name)s” (%(slug)s).")
            % {"name": other.partner.name, "slug": other.partner.slug},
            received=canonical[other.canonical],
            fix=_("Check for whom this metadata is. Two partners cannot share an entity ID."),
        )


def _keys(known: Known, keys: Set[str]) -> Iterator[Problem]:
    claimed = (
        ClaimedKey.objects.filter(key_sha256__in=keys)
        .exclude(partner_id=known.partner_id or 0)
        .select_related("partner")
    )
    for claim in claimed:
        yield Problem(
            "key_shared",
            _("A signing key in it is the key of the partner “%(name)s” (%(slug)s).")
            % {"name": claim.partner.name, "slug": claim.partner.slug},
            expected=_("a signing key of its own for each partner"),
            fix=_(
                "Ask for metadata with this partner's own key. Entra ID: use the App Federation"
                " Metadata URL, the one that ends in appid=…"
            ),
        )


def _rollback(
    known: Known,
    same: Sequence[Version],
    valid_until: datetime | None,
    entity_ids: Sequence[str],
) -> Iterator[Problem]:
    """Old metadata brings back old keys: going back is a decision of its own, not an upload."""
    if any(version.active for version in same):
        return
    if same:
        yield Problem(
            "metadata_replaced",
            _("This file was imported on %s and has been replaced since.")
            % f"{same[0].created:%Y-%m-%d}",
            fix=_("To go back to it on purpose, activate version %d.") % same[0].id,
        )
        return
    ends = [
        version.valid_until
        for version in known.versions
        if version.active and version.valid_until and {*version.entity_ids} & {*entity_ids}
    ]
    if ends and valid_until and valid_until < max(ends):
        yield Problem(
            "metadata_older",
            _("This metadata is older than what is in use."),
            expected=_("valid until %s or later") % f"{max(ends):%Y-%m-%d %H:%M} UTC",
            received=f"{valid_until:%Y-%m-%d %H:%M} UTC",
            fix=_("Ask for the current file. To take this one on purpose, say so (--older)."),
        )
