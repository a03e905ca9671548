"""Metadata from its address again, without a person: so it takes less than an import would.

What a person decided stays decided. A refresh takes over what the pinned signer has signed, or
what still carries a key that a person approved; never what is older, never a key that was taken
out of use, and of a person's approval nothing once it is due for review.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.record import Entry, record
from sso_gateway.partners import recognise
from sso_gateway.partners.fetch import Validators
from sso_gateway.partners.flows import versions
from sso_gateway.partners.flows.change import changing, unknown
from sso_gateway.partners.flows.versions import Imported
from sso_gateway.partners.intake import Choice, Understanding, Understood, understand
from sso_gateway.partners.models import Certificate, MetadataVersion, Partner
from sso_gateway.partners.problems import Declined, Problem, decline
from sso_gateway.partners.recognise import Received


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one partner's metadata: new, unchanged, or declined for ``problems``."""

    slug: str
    unchanged: bool
    problems: tuple[Problem, ...] = ()
    retired: tuple[str, ...] = ()
    """Entity IDs that the signed document does not name any more."""


def refresh_all(slugs: Iterable[str] = (), *, actor: str) -> Iterator[Refreshed]:
    """Refreshes these partners' metadata, or all that came from an address, one by one.

    What fails is recorded and reported, and does not keep the others from being refreshed.
    """
    for slug in tuple(slugs) or _from_urls():
        try:
            endings = refresh(slug, actor=actor)
        except Declined as declined:
            yield Refreshed(slug, unchanged=True, problems=tuple(declined.problems))
        else:
            unchanged = all(ending.unchanged for ending in endings)
            gone = (each for ending in endings for each in ending.understanding.retiring)
            yield Refreshed(slug, unchanged, retired=tuple(gone))


def _from_urls() -> list[str]:
    fetched = MetadataVersion.objects.filter(active=True, source__startswith="http")
    return sorted({*fetched.values_list("partner__slug", flat=True)})


def refresh(slug: str, *, actor: str) -> tuple[Imported, ...]:
    """Fetches the partner's metadata from where it was fetched before.

    A failure is recorded and raised; what was trusted stays trusted.
    """
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise unknown(slug)
    held = list(partner.metadata_versions.filter(active=True, source__startswith="http"))
    try:
        if not held:
            raise Declined(_no_source(partner))
        return tuple(_refresh(slug, version, actor) for version in held)
    except Declined as declined:
        _failed(partner, declined, actor)
        raise


def _refresh(slug: str, asked: MetadataVersion, actor: str) -> Imported:
    known_as = Validators(asked.etag, asked.last_modified)
    held = Received(bytes(asked.xml), asked.source, known_as)
    received = recognise.from_url_again(held)
    with changing(slug) as partner:
        now = clock.now()
        version, described = _still_in_use(partner, asked)
        choice = Choice(entity_ids=described, add=True, without_the_gone=True)
        # Judged again even where nothing was sent: what is held may have ended meanwhile.
        found = understand(received, partner=partner, now=now, choice=choice)
        decline(found.problems)
        if _is_in_use(version, described, found):
            versions.seen(version, received, now)
            return Imported(version.pk, True, found, version.review_by)
        decline(_doubts(partner, version, found, now))
        return versions.take(
            partner,
            received,
            found,
            action="change.metadata.refreshed",
            actor=actor,
            review_by=version.review_by,
            keep_others=True,
        )


def _still_in_use(
    partner: Partner, asked: MetadataVersion
) -> tuple[MetadataVersion, tuple[str, ...]]:
    """The version as it is now, and the entity IDs that it describes now: never none.

    While its address was asked, a person may have decided; and since it was imported, that others
    of its identity providers are described by another version.
    """
    same = partner.metadata_versions.filter(pk=asked.pk, active=True, source=asked.source)
    version = same.first()
    theirs = partner.identity_providers.filter(metadata_id=asked.pk, retired=None)
    described = tuple(theirs.values_list("entity_id", flat=True))
    if version is None or not described:
        raise Declined(
            Problem(
                "changed_meanwhile",
                _("Somebody changed this partner's metadata while its address was asked."),
                fix=_("Nothing was taken over. The next refresh asks for what is in use now."),
            )
        )
    return version, described


def _is_in_use(version: MetadataVersion, described: tuple[str, ...], found: Understanding) -> bool:
    """Whether the very document came again, about those whom it describes now."""
    signer = found.signer.sha256 if found.signer else ""
    same = (found.sha256, signer) == (version.sha256, version.signer)
    return same and {each.entity_id for each in found.chosen} == {*described}


def _doubts(
    partner: Partner, version: MetadataVersion, found: Understanding, now: datetime
) -> Iterator[Problem]:
    """What a person may take over, and a program may not."""
    if version.valid_until and not found.valid_until:
        yield Problem(
            "end_dropped",
            _("The metadata in use says when it ends, and the address's does not any more."),
            expected=f"validUntil={version.valid_until:%Y-%m-%d %H:%M} UTC",
            fix=_by_hand(partner),
        )
    until = version.review_by  # None: it was a signer's, who is not named any more
    if not found.signer and (until is None or until < now.date()):
        yield Problem(
            "review_overdue",
            _("No person's approval covers this metadata any more: nothing new is taken over."),
            expected=_("a review by %s") % (f"{until:%Y-%m-%d}" if until else _("a person")),
            fix=_by_hand(partner),
        )
    for each in found.chosen:
        yield from _strange_keys(partner, each, vouched_for=found.signer is not None)


def _strange_keys(partner: Partner, each: Understood, *, vouched_for: bool) -> Iterator[Problem]:
    """Of an identity provider's keys. A signer vouches for new ones, not for those taken away."""
    keys = {facts.key_sha256: facts.fingerprint for facts in each.certificates}
    ours = Certificate.objects.filter(
        identity_provider__entity_id=each.entity_id,
        identity_provider__partner=partner,
        key_sha256__in=keys,
    )
    trusted = set(ours.filter(retired=None).values_list("key_sha256", flat=True))
    back = set(ours.exclude(retired=None).values_list("key_sha256", flat=True)) - trusted
    if not trusted and not vouched_for:
        yield Problem(
            "keys_all_new",
            _("The address now shows only keys that are not trusted now."),
            expected=_("at least one known key beside the new ones"),
            received=", ".join(keys.values()),
            fix=_by_hand(partner),
        )
    elif back:
        yield Problem(
            "key_returns",
            _("The address shows a key again that had been taken out of use."),
            received=", ".join(sorted(keys[key] for key in back)),
            fix=_by_hand(partner),
        )


def _by_hand(partner: Partner) -> str:
    return (
        _(
            "Compare the fingerprint with the partner by telephone, then import it by hand:"
            " manage.py metadata import %s URL"
        )
        % partner.slug
    )


def _no_source(partner: Partner) -> Problem:
    return Problem(
        "no_source",
        _("The metadata of “%s” was not fetched from a URL.") % partner.name,
        fix=_("Import it from its URL once: manage.py metadata import %s URL") % partner.slug,
    )


def _failed(partner: Partner, declined: Declined, actor: str) -> None:
    record(
        Entry(
            action="change.metadata.failed",
            outcome="error",
            detail=str(declined),
            partner_id=partner.pk,
            partner_slug=partner.slug,
            partner_name=partner.name,
            actor=actor,
            target=f"partner:{partner.slug}",
        )
    )
