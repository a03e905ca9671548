"""New metadata in, older metadata back: what the active versions say is trusted, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import recognise
from sso_gateway.partners.flows import versions
from sso_gateway.partners.flows.agreement import add_partner
from sso_gateway.partners.flows.change import changing, transacted
from sso_gateway.partners.flows.versions import Imported
from sso_gateway.partners.intake import USUAL, Choice, Understanding, understand
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.problems import Declined, Problem, decline
from sso_gateway.partners.recognise import Received


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
    slug: str, received: Received, *, actor: str, choice: Choice = USUAL
) -> Imported:
    """Trusts what the document says from now on, or ``Declined`` with everything wrong with it.

    The very document that is in use already changes nothing, but that a person approves it again.
    """
    with changing(slug) as partner:
        now = clock.now()
        found = understand(received, partner=partner, now=now, choice=choice)
        decline(found.problems)
        if found.unchanged:
            version = _in_use(partner, found)
            return versions.again(partner, version, found, actor=actor, received=received)
        return versions.take(
            partner,
            received,
            found,
            action="change.metadata.imported",
            actor=actor,
            review_by=versions.due(now),
            keep_others=choice.add,
        )


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
        found = understand(
            Received(bytes(version.xml), version.source),
            partner=partner,
            now=clock.now(),
            choice=Choice(entity_ids=tuple(version.entity_ids), going_back=True),
        )
        decline(found.problems)
        alone = not partner.metadata_versions.filter(active=True).exclude(pk=version_id).exists()
        if found.unchanged and version.active and alone:
            return versions.again(partner, version, found, actor=actor)
        action, until = "change.metadata.activated", versions.due(clock.now())
        return versions.use(partner, version, found, action=action, actor=actor, review_by=until)


def load_folder(*, actor: str) -> Iterator[Loaded]:
    """Every ``SLUG.xml`` of SSO_METADATA_DIR; a slug that is new becomes a partner in draft."""
    for path in sorted(settings.SSO_METADATA_DIR.glob("*.xml")):
        try:
            yield _load(path.stem, recognise.named(str(path)), actor)
        except Declined as declined:
            yield Loaded(path.stem, path.name, "refused", declined.problems)


def _in_use(partner: Partner, found: Understanding) -> MetadataVersion:
    """The active version of which ``found`` is an unchanged copy."""
    wanted = {each.entity_id for each in found.chosen}
    signer = found.signer.sha256 if found.signer else ""
    same = partner.metadata_versions.filter(active=True, sha256=found.sha256, signer=signer)
    return next(version for version in same.defer("xml") if {*version.entity_ids} == wanted)


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
