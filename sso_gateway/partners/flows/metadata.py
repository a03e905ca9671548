"""New metadata in, older metadata back: what the active versions say is trusted, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.record import Entry, record
from sso_gateway.partners import recognise
from sso_gateway.partners.flows import trusting
from sso_gateway.partners.flows.agreement import add_partner
from sso_gateway.partners.flows.change import changed, changing, transacted, unknown
from sso_gateway.partners.intake import USUAL, Choice, Understanding, understand
from sso_gateway.partners.models import Certificate, MetadataVersion, Partner
from sso_gateway.partners.problems import Declined, Problem, decline
from sso_gateway.partners.recognise import Received


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import ended."""

    version_id: int
    unchanged: bool
    understanding: Understanding


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file of the metadata folder."""

    slug: str
    file: str
    ending: str
    """``created`` (a new draft), ``imported``, ``unchanged`` or ``refused``."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def import_metadata(
    slug: str,
    received: Received,
    *,
    actor: str,
    choice: Choice = USUAL,
    action: str = "change.metadata.imported",
) -> Imported:
    """Trusts what the document says from now on, or ``Declined`` with everything wrong with it.

    The very document that is in use already changes nothing.
    """
    with changing(slug) as partner:
        now = clock.now()
        understanding = understand(received, partner=partner, now=now, choice=choice)
        decline(understanding.problems)
        if understanding.unchanged:
            active = partner.metadata_versions.filter(active=True, sha256=understanding.sha256)
            return Imported(active.values_list("pk", flat=True)[0], True, understanding)
        version = MetadataVersion.objects.create(
            partner=partner,
            xml=understanding.document,
            sha256=understanding.sha256,
            entity_ids=[each.entity_id for each in understanding.chosen],
            source=received.source[:2000],
            uploaded_by=actor[:200],
            created=now,
            valid_until=understanding.valid_until,
        )
        _trust(partner, version, understanding, action, actor, keep_others=choice.add)
    return Imported(version.pk, False, understanding)


def activate_metadata(slug: str, version_id: int, *, actor: str) -> Imported:
    """Goes back (or forth) to a version that was imported before, judged again as of now."""
    with changing(slug) as partner:
        version = partner.metadata_versions.filter(pk=version_id).first()
        if version is None:
            raise Declined(
                Problem(
                    "version_unknown",
                    _("This partner has no metadata version %d.") % version_id,
                    fix=_("See: manage.py partner show %s") % slug,
                )
            )
        understanding = understand(
            Received(bytes(version.xml), version.source),
            partner=partner,
            now=clock.now(),
            choice=Choice(entity_ids=tuple(version.entity_ids), going_back=True),
        )
        decline(understanding.problems)
        alone = not partner.metadata_versions.filter(active=True).exclude(pk=version_id).exists()
        if version.active and alone:
            return Imported(version.pk, True, understanding)
        _trust(partner, version, understanding, "change.metadata.activated", actor)
    return Imported(version.pk, False, understanding)


def refresh(slug: str, *, actor: str) -> tuple[Imported, ...]:
    """Fetches the partner's metadata from where it was fetched before.

    New keys are taken over only beside a known one: an address that suddenly answers with strange
    keys alone needs a person. A failure is recorded and raised; what was trusted stays trusted.
    """
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise unknown(slug)
    sources = list(
        partner.metadata_versions.filter(active=True, source__startswith="http").values_list(
            "source", "entity_ids"
        )
    )
    try:
        if not sources:
            raise Declined(_no_source(partner))
        return tuple(
            _refresh(partner, source, tuple(entity_ids), actor) for source, entity_ids in sources
        )
    except Declined as declined:
        _failed(partner, declined, actor)
        raise


def load_folder(*, actor: str) -> Iterator[Loaded]:
    """Every ``SLUG.xml`` of SSO_METADATA_DIR; a slug that is new becomes a partner in draft."""
    for path in sorted(settings.SSO_METADATA_DIR.glob("*.xml")):
        try:
            yield _load(path.stem, recognise.named(str(path)), actor)
        except Declined as declined:
            yield Loaded(path.stem, path.name, "refused", declined.problems)


def _trust(
    partner: Partner,
    version: MetadataVersion,
    understanding: Understanding,
    action: str,
    actor: str,
    *,
    keep_others: bool = False,
) -> None:
    before = trusting.summary(partner)
    trusting.apply(partner, version, understanding, keep_others=keep_others)
    after = {**trusting.summary(partner), "version": version.pk, "source": version.source}
    changed(partner, action, actor=actor, before=before, after=after)


def _refresh(partner: Partner, source: str, entity_ids: tuple[str, ...], actor: str) -> Imported:
    received = recognise.from_url(source)
    choice = Choice(entity_ids=entity_ids, add=True)
    with transacted():
        found = understand(received, partner=partner, now=clock.now(), choice=choice)
        decline(found.problems)
        decline(_strange(partner, found))
        return import_metadata(
            partner.slug,
            received,
            actor=actor,
            choice=choice,
            action="change.metadata.refreshed",
        )


def _strange(partner: Partner, found: Understanding) -> Iterator[Problem]:
    for each in found.chosen:
        known = Certificate.objects.filter(
            Q(identity_provider__entity_id=each.entity_id),
            identity_provider__partner=partner,
            key_sha256__in=[facts.key_sha256 for facts in each.certificates],
            retired=None,
        )
        if not known.exists():
            yield Problem(
                "keys_all_new",
                _("The address now shows only keys that we have never seen."),
                expected=_("at least one known key beside the new ones"),
                received=", ".join(facts.fingerprint for facts in each.certificates),
                fix=_(
                    "Compare the fingerprint with the partner by telephone, then import it by hand:"
                    " manage.py metadata import %s URL"
                )
                % partner.slug,
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


def _load(slug: str, received: Received, actor: str) -> Loaded:
    with transacted():
        ending = "imported"
        if not Partner.objects.filter(slug=slug).exists():
            add_partner(slug=slug, name=slug, actor=actor)
            ending = "created"
        imported = import_metadata(slug, received, actor=actor)
        if imported.unchanged:
            ending = "unchanged"
        warnings = imported.understanding.warnings
        return Loaded(slug, received.source, ending, warnings=warnings)
