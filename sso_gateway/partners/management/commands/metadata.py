"""``manage.py metadata``: import, activate, refresh, print, load."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from sso_gateway.partners import flows, our_metadata, recognise
from sso_gateway.partners.commands import Answer, VerbCommand, actor
from sso_gateway.partners.flows import Imported, Refreshed
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import Partner


class Command(VerbCommand):
    """Metadata from the command line: theirs in, ours out."""

    help = "Imports partners' metadata and prints ours."

    def add_import(self, parser: CommandParser) -> None:
        """Arguments of ``metadata import``."""
        parser.add_argument("slug")
        parser.add_argument("source", metavar="FILE|URL")
        parser.add_argument("--entity-id", action="append", default=[], help="which IdP of many")
        parser.add_argument("--all", action="store_true", help="all IdPs in the file")
        parser.add_argument(
            "--add", action="store_true", help="keep the partner's other IdPs trusted"
        )
        parser.add_argument(
            "--older", action="store_true", help="take it although it is older than what is in use"
        )

    def import_(self, *, slug: str, source: str, **options: Any) -> Answer:
        """Trusts what a new document says from now on."""
        choice = Choice(
            entity_ids=tuple(options["entity_id"]),
            everything=options["all"],
            add=options["add"],
            going_back=options["older"],
        )
        received = recognise.named(source)
        return _ended(flows.import_metadata(slug, received, actor=actor(), choice=choice))

    def add_activate(self, parser: CommandParser) -> None:
        """Arguments of ``metadata activate``."""
        parser.add_argument("slug")
        parser.add_argument("version", type=int)

    def activate(self, *, slug: str, version: int, **options: Any) -> Answer:
        """Goes back to a version that was imported before."""
        return _ended(flows.activate_metadata(slug, version, actor=actor()))

    def add_refresh(self, parser: CommandParser) -> None:
        """Arguments of ``metadata refresh``."""
        parser.add_argument("slug", nargs="*", help="all that came from a URL, if none is named")

    def refresh(self, *, slug: list[str], **options: Any) -> Answer:
        """Fetches metadata again from where it came."""
        reports = [_reported(each) for each in flows.refresh_all(slug, actor=actor())]
        return {
            "partners": [report for report, _line in reports],
            "declined": any("problems" in report for report, _line in reports),
            "said": [line for _report, line in reports]
            or [_("No partner's metadata came from a URL.")],
        }

    def add_print(self, parser: CommandParser) -> None:
        """Arguments of ``metadata print``."""
        parser.add_argument("slug")

    def print_(self, *, slug: str, **options: Any) -> Answer:
        """Prints our signed metadata for a partner, as a file to hand over."""
        partner = Partner.objects.filter(slug=slug).first()
        if partner is None:
            raise flows.unknown(slug)
        document = our_metadata.as_file(partner).decode()
        return {"slug": slug, "metadata": document, "said_as_it_is": [document]}

    def load(self, **options: Any) -> Answer:
        """Loads every SLUG.xml of the metadata folder; a new slug becomes a draft."""
        files = []
        said = []
        for loaded in flows.load_folder(actor=actor()):
            problems = [problem.as_dict() for problem in loaded.problems]
            files.append({"slug": loaded.slug, "ending": loaded.ending, "problems": problems})
            said.append(f"{loaded.file}: {loaded.ending}")
            said.extend(f"  {each}" for each in (*loaded.problems, *loaded.warnings))
        return {
            "files": files,
            "declined": any(file["ending"] == "refused" for file in files),
            "said": said or [_("There is no metadata file in the folder.")],
        }

    verbs = {
        "import": import_,
        "activate": activate,
        "refresh": refresh,
        "print": print_,
        "load": load,
    }


def _reported(refreshed: Refreshed) -> tuple[dict[str, Any], str]:
    """The report of one partner, and its line for people."""
    slug, problems = refreshed.slug, refreshed.problems
    if problems:
        told = " ".join(map(str, problems))
        return {"slug": slug, "problems": [each.as_dict() for each in problems]}, f"{slug}: {told}"
    ending = _("unchanged") if refreshed.unchanged else _("new version")
    report: dict[str, Any] = {"slug": slug, "unchanged": refreshed.unchanged}
    if not refreshed.retired:
        return report, f"{slug}: {ending}"
    gone = [_("  Retired: %s") % each for each in refreshed.retired]
    return {**report, "retired": list(refreshed.retired)}, "\n".join((f"{slug}: {ending}", *gone))


def _ended(imported: Imported) -> Answer:
    understanding = imported.understanding
    said = [
        _("Unchanged: exactly this is in use already.")
        if imported.unchanged
        else _("Version %d is in use.") % imported.version_id
    ]
    for each in understanding.chosen:
        said.append(f"  {each.entity_id}")
        said.extend(
            f"    {facts.subject}  SHA-256 {facts.fingerprint}" for facts in each.certificates
        )
    if understanding.signer:
        said.append(_("  Signed by %s") % understanding.signer.fingerprint)
    if imported.review_by:
        said.append(_("  Review by %s") % imported.review_by)
    said.extend(_("  Retired: %s") % each for each in understanding.retiring)
    said.extend(f"  {warning}" for warning in understanding.warnings)
    return {
        "version": imported.version_id,
        "unchanged": imported.unchanged,
        "entity_ids": [each.entity_id for each in understanding.chosen],
        "signer": understanding.signer.sha256 if understanding.signer else None,
        "review_by": imported.review_by,
        "retired": list(understanding.retiring),
        "warnings": list(understanding.warnings),
        "said": said,
    }
