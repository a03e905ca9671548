"""``manage.py housekeeping``: what must happen regularly."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sso_gateway import clock
from sso_gateway.signon import ledger, requests, sessions, single_logout

KEEP_SESSIONS = timedelta(days=30)
"""How long an ended session can still be looked at."""


class Command(BaseCommand):
    """Deletes what has expired. Safe to run at any time, twice, and on many nodes at once."""

    help = "Deletes expired requests, used messages and sessions. For cron or a systemd timer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json`` for programs."""
        parser.add_argument("--json", action="store_true", help="print what was deleted as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many of each were deleted."""
        now = clock.now()
        deleted = {
            "requests": requests.forget(now),
            "logouts": single_logout.forget(now),
            "assertions": ledger.forget(now),
            "sessions": sessions.forget(now, KEEP_SESSIONS),
        }
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        if options["json"]:
            self.stdout.write(json.dumps({"deleted": deleted}))
            return
        for name, count in deleted.items():
            self.stdout.write(f"Deleted {count} expired {name}.")
