"""Metadata versions: stored and put in use, seen again at their address, reviewed by a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sso_gateway import clock
from sso_gateway.partners.flows import trusting
from sso_gateway.partners.flows.change import changed
from sso_gateway.partners.intake import Understanding
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.recognise import Received

REVIEW_AFTER: Final = timedelta(days=396)
"""Thirteen months: a review each year, and a month to do it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended."""

    version_id: int
    unchanged: bool
    understanding: Understanding
    review_by: date | None = None
    """None: the signer vouches for it, whom the policy names."""


def take(
    partner: Partner,
    received: Received,
    found: Understanding,
    *,
    action: str,
    actor: str,
    review_by: date | None,
    keep_others: bool,
) -> Imported:
    """Stores what was understood without problems, and trusts it from now on."""
    now = clock.now()
    version = MetadataVersion.objects.create(
        partner=partner,
        xml=found.document,
        sha256=found.sha256,
        entity_ids=[each.entity_id for each in found.chosen],
        source=received.source[:2000],
        uploaded_by=actor[:200],
        created=now,
        valid_until=found.valid_until,
        fetched=now if received.is_fetched else None,
        etag=received.validators.etag,
        last_modified=received.validators.last_modified,
    )
    return use(
        partner,
        version,
        found,
        action=action,
        actor=actor,
        review_by=review_by,
        keep_others=keep_others,
    )


def use(
    partner: Partner,
    version: MetadataVersion,
    found: Understanding,
    *,
    action: str,
    actor: str,
    review_by: date | None,
    keep_others: bool = False,
) -> Imported:
    """Trusts what a stored version says; somebody vouches for it, the signer or a person."""
    version.signer = found.signer.sha256 if found.signer else ""
    version.review_by = None if found.signer else review_by
    version.save(update_fields=("signer", "review_by"))
    before = trusting.summary(partner)
    trusting.apply(partner, version, found, keep_others=keep_others)
    after = {
        **trusting.summary(partner),
        "version": version.pk,
        "source": version.source,
        "signer": version.signer,
        "review_by": _told(version.review_by),
    }
    if keep_others and found.retiring:
        after["retired"] = list(found.retiring)
    changed(partner, action, actor=actor, before=before, after=after)
    return Imported(version.pk, False, found, version.review_by)


def again(
    partner: Partner,
    version: MetadataVersion,
    found: Understanding,
    *,
    actor: str,
    received: Received | None = None,
) -> Imported:
    """A person approves of what is in use already: that is the review, if a day has passed.

    Where it was fetched, it is from now on refreshed from there.
    """
    now = clock.now()
    before = _standing(version)
    if received and received.is_fetched:
        version.source = received.source[:2000]
        seen(version, received, now)
    new, old = due(now), version.review_by
    if not found.signer and (old is None or new - old > timedelta(days=1)):
        version.review_by = new
    after = _standing(version)
    if after != before:
        version.save(update_fields=("source", "review_by"))
        changed(partner, "change.metadata.reviewed", actor=actor, before=before, after=after)
    return Imported(version.pk, True, found, version.review_by)


def seen(version: MetadataVersion, received: Received, now: datetime) -> None:
    """Its address still gives this version: no change, so no event."""
    version.fetched = now
    version.etag = received.validators.etag
    version.last_modified = received.validators.last_modified
    version.save(update_fields=("fetched", "etag", "last_modified"))


def due(now: datetime) -> date:
    """Until when a person's approval of today lasts."""
    return (now + REVIEW_AFTER).date()


def _standing(version: MetadataVersion) -> dict[str, object]:
    """What a review can change."""
    until = _told(version.review_by)
    return {"version": version.pk, "source": version.source, "review_by": until}


def _told(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""
