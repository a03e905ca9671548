"""The one writer: ``record(Entry(...))`` inside the transaction of what it records.

If the row cannot be written, the caller's transaction fails with it; nobody is signed in without a
row. A refusal is recorded in a transaction of its own, after the caller's was rolled back.
"""

import logging
import platform
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from uuid import UUID

from django.db import models, transaction

from sso_gateway import clock
from sso_gateway.audit import ladder, mask, vault
from sso_gateway.audit.entry import Entry
from sso_gateway.audit.insert import insert
from sso_gateway.audit.models import Event
from sso_gateway.audit.printable import plain, plain_items, printable
from sso_gateway.audit.references import display, parse_reference, reference
from sso_gateway.audit.uuid7 import uuid7
from sso_gateway.saml.model import Assertion

__all__ = ["Entry", "display", "parse_reference", "record", "reference"]

logger = logging.getLogger("sso_gateway.audit")


def record(entry: Entry) -> Event:
    """Store ``entry`` with one INSERT and no other statement, in the caller's transaction.

    When that transaction commits, one log line says the same without personal data.
    """
    now = clock.now()
    received = entry.received or now
    event_id = uuid7(now)
    event = insert(
        {
            "id": event_id,
            "time": now,
            "received": received,
            "took_ms": max(0, round((now - received).total_seconds() * 1000)),
            "outcome": Event.Outcome(entry.outcome).value,
            "severity": _severity(entry),
            "code": entry.reason.code if entry.reason else None,
            "key": entry.reason.key if entry.reason else "",
            "reference": entry.reference or reference(),
            "partner_id": entry.partner_id,
            "account_id": "" if entry.account_id is None else str(entry.account_id),
            "account_created": entry.account_created,
            "node": _node(),
            "version": _version(),
            "checks": ladder.stored(entry.checks),
            "before": None if entry.before is None else plain_items(entry.before),
            "after": None if entry.after is None else plain_items(entry.after),
            **_texts(entry),
            **_client(entry),
            **_assertion(entry.assertion),
            **_person(entry, event_id),
        }
    )
    # robust: a log handler that fails must not undo the answer to somebody who is signed in.
    transaction.on_commit(partial(_log, event), using=event._state.db, robust=True)
    return event


_LIMITS: Mapping[str, int] = {
    column.name: column.max_length or 0
    for column in Event._meta.concrete_fields
    if isinstance(column, models.CharField)
}
_PLAIN_TEXTS = (
    "action",
    "detail",
    "partner_slug",
    "partner_name",
    "flow",
    "claimed_issuer",
    "relay_received",
    "relay_used",
    "user_agent",
    "request_host",
    "actor",
    "target",
    "why",
)


def _text(column: str, value: object) -> str:
    return printable(str(value), _LIMITS[column]) if value else ""


def _texts(entry: Entry) -> dict[str, str]:
    verified = entry.idp_entity_id or (entry.assertion.issuer if entry.assertion else "")
    return {
        "idp_entity_id": _text("idp_entity_id", verified),
        **{column: _text(column, getattr(entry, column)) for column in _PLAIN_TEXTS},
    }


def _client(entry: Entry) -> dict[str, object]:
    facts = plain_items(entry.facts)
    address = mask.same_address(entry.client_ip or "")
    if entry.client_ip and not address:
        facts["client_ip"] = printable(entry.client_ip, 100)
    return {"client_ip": address or None, "facts": facts}


def _person(entry: Entry, event_id: UUID) -> dict[str, object]:
    """The columns of the name identifier and the e-mail address: hash, masked, encrypted."""
    name_id = entry.assertion.name_id if entry.assertion else None
    subject = printable(entry.subject or (name_id.value if name_id else ""))
    subject_format = entry.subject_format or (name_id.format if name_id else "")
    email = printable(entry.email)
    return {
        "subject_hash": mask.keyed_hash(subject, mask.SUBJECT),
        "subject_masked": _text("subject_masked", mask.mask_subject(subject)),
        "subject_closed": vault.close(subject, event=event_id, column="subject"),
        "subject_format": _text("subject_format", subject_format),
        "email_hash": mask.keyed_hash(mask.same_email(email), mask.EMAIL),
        "email_masked": _text("email_masked", mask.mask_email(email)),
        "email_closed": vault.close(email, event=event_id, column="email"),
    }


def _assertion(assertion: Assertion | None) -> dict[str, object]:
    """What the assertion was, without what it says: attributes by name only, its id as a hash."""
    if assertion is None:
        return {}
    keys = assertion.verified_by
    return {
        "assertion_id_hash": mask.keyed_hash(printable(assertion.id), mask.ASSERTION),
        "cert_sha256": keys[0].sha256 if keys else "",
        "assertion": {
            "not_before": _moment(assertion.not_before),
            "not_on_or_after": _moment(assertion.not_on_or_after),
            "authn_instant": _moment(assertion.authn_instant),
            "authn_context": plain(assertion.authn_context),
            "session_not_on_or_after": _moment(assertion.session_not_on_or_after),
            "in_response_to": plain(assertion.in_response_to),
            "signed": assertion.signed.value,
            "encrypted_with": plain(assertion.encrypted_with),
            "attributes": plain([attribute.name for attribute in assertion.attributes]),
            "certificates": [
                {"sha256": key.sha256, "not_after": _moment(key.not_after)} for key in keys
            ],
            "warnings": [warning.key for warning in assertion.warnings],
        },
    }


def _severity(entry: Entry) -> str:
    if entry.reason and entry.reason.alert:
        return Event.Severity.HIGH.value
    if entry.outcome == Event.Outcome.ERROR:
        return Event.Severity.MEDIUM.value
    return Event.Severity.LOW.value if entry.reason else Event.Severity.INFO.value


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _log(event: Event) -> None:
    """Reference, action, ending, reason, partner: nothing about the person."""
    troubled = event.outcome in (Event.Outcome.REFUSED, Event.Outcome.ERROR)
    logger.log(
        logging.WARNING if troubled else logging.INFO,
        "reference=%s action=%s outcome=%s code=%s key=%s partner=%s took_ms=%d",
        event.display_reference,
        event.action,
        event.outcome,
        event.code or "-",
        event.key or "-",
        # A space would let a name look like the next field.
        event.partner_slug.replace(" ", "_") or "-",
        event.took_ms,
    )


@cache
def _node() -> str:
    return _text("node", platform.node())


@cache
def _version() -> str:
    try:
        return installed_version("sso-gateway")
    except PackageNotFoundError:
        return ""
