"""``manage.py explain``: every check of a response, expected and received."""

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from sso_gateway import clock
from sso_gateway.audit.printable import printable
from sso_gateway.partners import trust
from sso_gateway.refusal import Refusal
from sso_gateway.saml.model import Outcome
from sso_gateway.signon import explaining
from sso_gateway.signon.explaining import Verdict

_LINE = 4000
"""Characters of one line."""
_SIGNS = {Outcome.PASS: "✔", Outcome.WARN: "!", Outcome.FAIL: "✖", Outcome.NOT_REACHED: "·"}


class Command(BaseCommand):
    """Judges a message as the ACS would, changes nothing, and says all there is to say."""

    help = "Explains a SAMLResponse: base64, XML or a form body, from a file or - for stdin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE --partner SLUG [--at TIME] [--request-id ID] [--json]."""
        parser.add_argument("file", help="a file, or - for standard input")
        parser.add_argument("--partner", required=True, metavar="SLUG")
        parser.add_argument(
            "--at", metavar="TIME", help="judge as of this time, for example 2026-11-20T14:05:00Z"
        )
        parser.add_argument(
            "--request-id", metavar="ID", help="the AuthnRequest that the response answers"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 0 where the ACS would accept, 1 where it would refuse, 2 for a wrong call."""
        now = _moment(options["at"]) if options["at"] else clock.now()
        try:
            partner = trust.for_slug(options["partner"])
        except Refusal as refusal:
            raise CommandError(f"No partner {options['partner']!r}.", returncode=2) from refusal
        field = _read(options["file"])
        verdict = explaining.judge(field, partner, now=now, request_id=options["request_id"])
        self.stdout.write(
            json.dumps(verdict.as_json())
            if options["json"]
            # What the message says must not move the cursor, nor look like a verdict of ours.
            else "\n".join(printable(line, _LINE) for line in _lines(verdict))
        )
        if verdict.refusal is not None:
            sys.exit(1)


def _lines(verdict: Verdict) -> list[str]:
    lines = []
    for check in verdict.checks:
        lines.append(f"{_SIGNS[check.outcome]} {check.name}  ({check.clause})")
        lines += [f"    expected  {check.expected}"] if check.expected else []
        lines += [f"    received  {check.received}"] if check.received else []
    if verdict.refusal is None:
        return [*lines, f"Accepted: {verdict.email}"]
    reason = verdict.refusal.reason
    return [*lines, f"Refused: {verdict.refusal}", *verdict.advice(), f"Clause: {reason.clause}"]


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is not a time such as 2026-11-20T14:05:00Z.", returncode=2)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=2) from error
