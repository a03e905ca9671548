"""``manage.py doctor``: is this installation safe and complete?"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from sso_gateway.signon.doctor import Finding, Level, examine, worst

_OUTCOMES: Final = {Level.WARNING: "warnings", Level.ERROR: "errors"}
_STATUS: Final = {Level.WARNING: 1, Level.ERROR: 2}


class Command(BaseCommand):
    """Asks every question, one line each, with a stable id and the fix. Changes nothing."""

    help = "Is this installation safe and complete? Exits 0 (yes), 1 (warnings) or 2 (errors)."
    # It runs them itself, and goes on behind the first that fails.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json`` for programs."""
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the findings and exits with the status of the worst."""
        findings: list[Finding] = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(finding.line())
        level = worst(findings)
        counted = Counter(each.level for each in findings)
        if options["json"]:
            outcome = {
                "outcome": _OUTCOMES.get(level, "well"),
                "findings": [each.as_json() for each in findings],
            }
            self.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=2))
        else:
            words = {"errors": counted[Level.ERROR], "warnings": counted[Level.WARNING]}
            self.stdout.write(_("%(errors)d errors, %(warnings)d warnings.") % words)
        if level in _STATUS:
            sys.exit(_STATUS[level])
