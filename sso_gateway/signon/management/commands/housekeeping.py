"""``manage.py housekeeping``: what must happen regularly."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sso_gateway import clock
from sso_gateway.audit.printable import printable
from sso_gateway.partners import flows
from sso_gateway.partners.commands import actor
from sso_gateway.partners.flows import Refreshed
from sso_gateway.signon import ledger, requests, sessions, single_logout

KEEP_SESSIONS = timedelta(days=30)
"""How long an ended session can still be looked at."""
_LINE: Final = 4000
"""Characters of one line."""


class Command(BaseCommand):
    """Deletes what has expired, then refreshes the metadata that came from addresses.

    Safe to run at any time, twice, and on many nodes at once. What cannot be refreshed is
    recorded; it keeps nothing else from being done, and the exit status is 1.
    """

    help = (
        "Deletes expired requests, used messages and sessions, and refreshes metadata."
        " For cron or a systemd timer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json`` for programs."""
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many of each were deleted, and what became of each partner's metadata."""
        now = clock.now()
        deleted = {
            "requests": requests.forget(now),
            "logouts": single_logout.forget(now),
            "assertions": ledger.forget(now),
            "sessions": sessions.forget(now, KEEP_SESSIONS),
        }
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        if not options["json"]:
            for name, count in deleted.items():
                self.stdout.write(f"Deleted {count} expired {name}.")
        refreshed = list(flows.refresh_all(actor=actor()))
        if options["json"]:
            reports = [_report(each) for each in refreshed]
            self.stdout.write(json.dumps({"deleted": deleted, "partners": reports}))
        else:
            for each in refreshed:
                self.stdout.write(printable(f"Metadata of {each.slug}: {_ending(each)}.", _LINE))
        if any(each.problems for each in refreshed):
            raise CommandError("Not all metadata could be refreshed; see above.", returncode=1)


def _ending(refreshed: Refreshed) -> str:
    if refreshed.problems:
        return "not taken over: " + "; ".join(each.happened for each in refreshed.problems)
    return "unchanged" if refreshed.unchanged else "new version"


def _report(refreshed: Refreshed) -> dict[str, Any]:
    if refreshed.problems:
        problems = [each.as_dict() for each in refreshed.problems]
        return {"slug": refreshed.slug, "problems": problems}
    return {"slug": refreshed.slug, "unchanged": refreshed.unchanged}
