"""``manage.py partner``: add, list, show, test, activate, pause, resume, set, delete."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import flows, keyfiles, policy, recognise, shown
from sso_gateway.partners.commands import Answer, VerbCommand, actor
from sso_gateway.partners.flows.change import transacted
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Value
from sso_gateway.partners.problems import Problem
from sso_gateway.partners.recognise import Received


class Command(VerbCommand):
    """Partners from the command line."""

    help = "Adds, shows and changes partners."

    def add_add(self, parser: CommandParser) -> None:
        """Arguments of ``partner add``."""
        parser.add_argument("slug", help="short name, part of the partner's addresses")
        parser.add_argument("--name", required=True, help="name of the organisation")
        parser.add_argument("--metadata", metavar="FILE|URL", help="metadata of their IdP")
        parser.add_argument("--entity-id", action="append", default=[], help="which IdP of many")
        parser.add_argument("--all", action="store_true", help="all IdPs in the metadata")
        parser.add_argument("--email-domain", action="append", default=[], metavar="DOMAIN")
        parser.add_argument("--provision", choices=("match", "create"))
        parser.add_argument("--metadata-signer", metavar="NAME", help="who must have signed it")
        parser.add_argument("--policy", action="append", default=[], metavar="KEY=VALUE")
        parser.add_argument("--landing", default="", help="where people land: /path or URL")
        parser.add_argument("--portal-url", default="", help="where people start")
        parser.add_argument("--contact-email", default="")
        parser.add_argument("--activate", action="store_true", help="go live at once")
        parser.add_argument("--our-entity-id", default="", metavar="URI")
        parser.add_argument("--our-acs-path", metavar="PATH")
        parser.add_argument("--our-key", metavar="FILE", help="old decryption key (PEM)")

    def add(self, *, slug: str, **options: Any) -> Answer:
        """Adds a partner, all of it or nothing."""
        asked = _asked(options, "provision", "metadata_signer")
        received = recognise.named(options["metadata"]) if options["metadata"] else None
        old_key = old_key_file(options["our_key"])
        warnings: tuple[str, ...] = ()
        who = actor()
        with transacted():
            flows.add_partner(
                slug=slug,
                name=options["name"],
                actor=who,
                email_domains=options["email_domain"],
                policy=asked,
                landing=options["landing"],
                portal_url=options["portal_url"],
                contact_email=options["contact_email"],
                our_entity_id=options["our_entity_id"],
                our_acs_path=options["our_acs_path"],
            )
            if received:
                warnings = _import(slug, received, options, who)
            if options["activate"]:
                flows.activate(slug, actor=who)
            if old_key is not None:
                flows.adopt_key(slug, old_key, actor=who)
        return _shown(slug, _("Added."), warnings)

    def list(self, **options: Any) -> Answer:
        """Lists all partners."""
        now = clock.now()
        partners = Partner.objects.with_use()
        rows = [shown.row(partner, now) for partner in partners]
        said = [shown.line(row) for row in rows] or [_("There is no partner yet.")]
        return {"partners": rows, "said": said}

    def add_show(self, parser: CommandParser) -> None:
        """Arguments of ``partner show``."""
        parser.add_argument("slug")

    def show(self, *, slug: str, **options: Any) -> Answer:
        """Shows everything about one partner, and what it has to know of us."""
        return _shown(slug)

    def add_test(self, parser: CommandParser) -> None:
        """Arguments of ``partner test``."""
        parser.add_argument("slug")

    def test(self, *, slug: str, **options: Any) -> Answer:
        """Judges and records sign-ins as tests; nobody is signed in by them."""
        flows.start_testing(slug, actor=actor())
        return _shown(slug, _("In test. Sign-ins are recorded as tests and open nothing."))

    def add_activate(self, parser: CommandParser) -> None:
        """Arguments of ``partner activate``."""
        parser.add_argument("slug")

    def activate(self, *, slug: str, **options: Any) -> Answer:
        """Lets the partner's people in."""
        flows.activate(slug, actor=actor())
        return _shown(slug, _("Live."))

    def add_pause(self, parser: CommandParser) -> None:
        """Arguments of ``partner pause``."""
        parser.add_argument("slug")
        parser.add_argument("--reason", required=True, help="staff reads it when people ask")

    def pause(self, *, slug: str, reason: str, **options: Any) -> Answer:
        """Lets nobody in and ends live sessions."""
        flows.pause(slug, reason=reason, actor=actor())
        return _shown(slug, _("Paused. Live sessions end with their next request."))

    def add_resume(self, parser: CommandParser) -> None:
        """Arguments of ``partner resume``."""
        parser.add_argument("slug")

    def resume(self, *, slug: str, **options: Any) -> Answer:
        """Ends a pause."""
        flows.resume(slug, actor=actor())
        return _shown(slug, _("Live."))

    def add_set(self, parser: CommandParser) -> None:
        """Arguments of ``partner set``."""
        parser.add_argument("slug")
        parser.add_argument("--metadata-signer", metavar="NAME", help="empty: nobody any more")
        parser.add_argument("--policy", action="append", default=[], metavar="KEY=VALUE")
        parser.add_argument(
            "--email-domain", action="append", metavar="DOMAIN", help="replaces all domains"
        )
        for field in ("name", "landing", "portal-url", "contact-email", "our-entity-id"):
            parser.add_argument(f"--{field}")
        parser.add_argument("--our-acs-path")
        parser.add_argument("--our-key", metavar="FILE", help="old decryption key (PEM)")

    def set(self, *, slug: str, **options: Any) -> Answer:
        """Changes the policy, the e-mail domains or the description."""
        asked = _asked(options, "metadata_signer")
        fields = ("name", "landing", "portal_url", "contact_email", "our_entity_id", "our_acs_path")
        changes = {key: options[key] for key in fields if options[key] is not None}
        old_key = old_key_file(options["our_key"])
        if not (asked or changes or options["email_domain"] or old_key):
            raise CommandError(_("Say what to set; see --help."), returncode=2)
        who = actor()
        with transacted():
            if changes:
                flows.update_partner(slug, changes, actor=who)
            if options["email_domain"]:
                flows.set_domains(slug, options["email_domain"], actor=who)
            if asked:
                flows.set_policy(slug, asked, actor=who)
            if old_key is not None:
                flows.adopt_key(slug, old_key, actor=who)
        return _shown(slug, _("Set."))

    def add_delete(self, parser: CommandParser) -> None:
        """Arguments of ``partner delete``."""
        parser.add_argument("slug")

    def delete(self, *, slug: str, **options: Any) -> Answer:
        """Forgets a draft that never went live."""
        flows.delete_draft(slug, actor=actor())
        keyfiles.abandon(slug)
        return {"slug": slug, "said": [_("Deleted.")]}

    verbs = {
        "add": add,
        "list": list,
        "show": show,
        "test": test,
        "activate": activate,
        "pause": pause,
        "resume": resume,
        "set": set,
        "delete": delete,
    }


def policy_arguments(arguments: list[str]) -> dict[str, Value]:
    """``KEY=VALUE`` as typed; wrong use exits with 2, a wrong value is declined."""
    pairs = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not equals:
            raise CommandError(_("--policy needs KEY=VALUE, not “%s”.") % argument, returncode=2)
        pairs[key.strip()] = value.strip()
    return policy.from_text(pairs)


def _asked(options: dict[str, Any], *keys: str) -> dict[str, Value]:
    """The policy that is asked for; ``keys`` have arguments of their own besides ``--policy``."""
    own = {key: options[key] for key in keys if options[key] is not None}
    return {**policy_arguments(options["policy"]), **policy.from_text(own)}


def old_key_file(name: str | None) -> bytes | None:
    """The contents of ``--our-key``, which are shown nowhere."""
    if name is None:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{Path(name).name}: {error.strerror}", returncode=2) from error


def _import(slug: str, received: Received, options: dict[str, Any], who: str) -> tuple[str, ...]:
    choice = Choice(entity_ids=tuple(options["entity_id"]), everything=options["all"])
    imported = flows.import_metadata(slug, received, actor=who, choice=choice)
    return imported.understanding.warnings


def _shown(slug: str, happened: str = "", warnings: tuple[str, ...] = ()) -> Answer:
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise flows.unknown(slug)
    now = clock.now()
    missing = () if partner.state == "live" else flows.obstacles(partner, now)
    answer = shown.everything(partner, now)
    answer["warnings"] = [*warnings]
    answer["missing"] = [problem.as_dict() for problem in missing]
    return {**answer, "said": [*filter(None, [happened]), *shown.lines(answer), *_todo(missing)]}


def _todo(missing: tuple[Problem, ...]) -> list[str]:
    return (
        [_("To do before it can go live:"), *(f"  {each}" for each in missing)] if missing else []
    )
