"""``manage.py audit search`` and ``audit export``."""

import argparse
import getpass
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from sso_gateway import clock
from sso_gateway.audit.export import FORMATS, native
from sso_gateway.audit.models import Event, EventQuerySet
from sso_gateway.audit.query import search
from sso_gateway.audit.record import Entry, record
from sso_gateway.refusal import Reason

_AGO = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CHUNK = 500

Write = Callable[[str], object]


class Command(BaseCommand):
    """Exit status 0: done. 1: nothing was found. 2: the command cannot be carried out."""

    help = "Search the audit log, or export it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        searching = verbs.add_parser("search", help="list events, newest first")
        searching.add_argument("text", nargs="?", default="", metavar="TEXT", help=search.__doc__)
        searching.add_argument("--partner", metavar="SLUG")
        searching.add_argument("--outcome", choices=Event.Outcome.values)
        searching.add_argument("--reason", type=_reason, metavar="KEY|CODE")
        searching.add_argument("--since", type=_since, metavar="TIME|24h|7d")
        searching.add_argument("--limit", type=_limit, default=50, help="default 50")
        searching.add_argument("--json", action="store_true")
        exporting = verbs.add_parser("export", help="write events, oldest first")
        exporting.add_argument("--format", choices=sorted(FORMATS), required=True)
        exporting.add_argument("--since", type=_since, metavar="TIME|24h|7d")
        exporting.add_argument("--output", metavar="FILE", help="a new file; else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        if options["verb"] == "search":
            self._search(options)
        else:
            self._export(options)

    def _search(self, options: dict[str, Any]) -> None:
        wanted = {
            "partner_slug": options["partner"],
            "outcome": options["outcome"],
            "key": options["reason"],
            "time__gte": options["since"],
        }
        given = {field: value for field, value in wanted.items() if value}
        events = list(Event.objects.filter(search(options["text"]), **given)[: options["limit"]])
        if options["json"]:
            self.stdout.write(json.dumps([native(event) for event in events], indent=2))
        else:
            for event in events:
                self.stdout.write(_row(event))
        if not events:
            self.stderr.write("No event matches.")
            sys.exit(1)

    def _export(self, options: dict[str, Any]) -> None:
        events = Event.objects.order_by("time", "id")
        if options["since"]:
            events = events.filter(time__gte=options["since"])
        with self._destination(options["output"]) as write:
            count = _write(events, options["format"], write)
        since = options["since"].isoformat() if options["since"] else ""
        with transaction.atomic():
            record(
                Entry(
                    action="log.exported",
                    actor=f"command:{_system_user()}",
                    facts={"format": options["format"], "since": since, "count": count},
                )
            )
        self.stderr.write(f"Exported {count} events to {options['output'] or 'standard output'}.")

    @contextmanager
    def _destination(self, path: str | None) -> Iterator[Write]:
        if path is None:
            yield partial(self.stdout.write, ending="")
            return
        try:
            # Readable by its owner only, and never over an older export.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file.write


def _write(events: EventQuerySet, form: str, write: Write) -> int:
    count = 0

    def counted() -> Iterator[Event]:
        nonlocal count
        for event in events.iterator(chunk_size=_CHUNK):
            count += 1
            yield event

    for line in FORMATS[form](counted()):
        write(line)
    return count


def _row(event: Event) -> str:
    """One line for the terminal. Everything stored is printable, so nothing here can move it."""
    cells = (
        event.time.isoformat(sep=" ", timespec="seconds"),
        event.display_reference,
        event.outcome,
        f"{event.code} {event.key}" if event.code else event.action,
        event.partner_slug or "-",
        event.user_masked or event.actor or "-",
        event.client_ip or "-",
    )
    return "  ".join(cells)


def _since(text: str) -> datetime:
    if ago := _AGO.fullmatch(text):
        return clock.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a time (2026-11-20T14:00Z) nor an age (30m, 24h, 7d, 4w)"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reason(text: str) -> str:
    try:
        return (Reason.by_code(int(text)) if text.isdecimal() else Reason.by_key(text)).key
    except KeyError:
        raise argparse.ArgumentTypeError(f"{text!r} is no reason's key or code") from None


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("1 to 10000")
    return int(text)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return str(os.getuid())
