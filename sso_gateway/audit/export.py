"""Events as other programs read them: our native JSON, NDJSON and CSV.

Personal data leaves masked or as a keyed hash; the encrypted values never leave.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from sso_gateway.audit import ladder
from sso_gateway.audit.models import Event
from sso_gateway.audit.printable import Json

# A spreadsheet reads a cell that starts with one of these as a formula; the last four are their
# full-width forms, which some of them fold.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_COLUMNS = (
    "id",
    "time",
    "action",
    "outcome",
    "code",
    "key",
    "severity",
    "reference",
    "partner_slug",
    "partner_name",
    "flow",
    "email_masked",
    "email_hash",
    "subject_masked",
    "subject_hash",
    "subject_format",
    "account_id",
    "account_created",
    "idp_entity_id",
    "claimed_issuer",
    "cert_sha256",
    "client_ip",
    "user_agent",
    "relay_received",
    "relay_used",
    "actor",
    "target",
    "why",
    "took_ms",
    "node",
    "version",
)


def native(event: Event) -> dict[str, Json]:
    """The event in the log's own JSON, schema 1: stable names, nested as they belong together."""
    return {
        "id": str(event.id),
        "schema": event.schema,
        "time": _moment(event.time),
        "received": _moment(event.received),
        "took_ms": event.took_ms,
        "action": event.action,
        "outcome": event.outcome,
        "code": str(event.code) if event.code else None,
        "key": event.key or None,
        "severity": event.severity,
        "reference": event.reference,
        "detail": event.detail,
        "partner": {
            "id": event.partner_id,
            "slug": event.partner_slug,
            "name": event.partner_name,
        },
        "flow": event.flow,
        "verified": event.verified,
        **_person(event),
        **_message(event),
        "client": {"ip": event.client_ip, "ua": event.user_agent},
        "request": {"host": event.request_host},
        "actor": event.actor,
        "target": event.target,
        "before": event.before,
        "after": event.after,
        "why": event.why,
        "node": event.node,
        "version": event.version,
    }


def _person(event: Event) -> dict[str, Json]:
    return {
        "subject": {
            "hash": event.subject_hash,
            "masked": event.subject_masked,
            "format": event.subject_format,
        },
        "account": {
            "id": event.account_id,
            "email_hash": event.email_hash,
            "email_masked": event.email_masked,
            "created": event.account_created,
        },
    }


def _message(event: Event) -> dict[str, Json]:
    return {
        "idp": {"entity_id": event.idp_entity_id},
        "claimed_issuer": event.claimed_issuer,
        "assertion": {"id_hash": event.assertion_id_hash, **event.assertion},
        "cert": {"sha256": event.cert_sha256},
        "checks": [dict(check) for check in ladder.read(event.checks)],
        "facts": event.facts,
        "relay": {"received": event.relay_received, "used": event.relay_used},
    }


def ndjson(events: Iterable[Event]) -> Iterator[str]:
    """One line of native JSON for each event, with its line end."""
    for event in events:
        yield json.dumps(native(event), ensure_ascii=False) + "\n"


def comma_separated(events: Iterable[Event]) -> Iterator[str]:
    """RFC 4180 lines with a header. No cell of it is a formula to a spreadsheet."""
    yield _line(_COLUMNS)
    for event in events:
        yield _line(safe_cell(getattr(event, column)) for column in _COLUMNS)


def safe_cell(value: object) -> str:
    """The value as text, with an apostrophe in front where a spreadsheet would calculate it."""
    if value is None:
        return ""
    text = _moment(value) if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    line = StringIO(newline="")
    # Every cell quoted: a semicolon in a value must not become a column in another locale.
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


FORMATS = {"csv": comma_separated, "ndjson": ndjson}
