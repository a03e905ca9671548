"""Metadata as handed over → what was understood and what is wrong, before anything is saved."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sso_gateway.partners import conflicts, identifiers
from sso_gateway.partners.certificates import CertificateFacts, describe
from sso_gateway.partners.models import Partner
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.partners.recognise import Received, not_metadata
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata
from sso_gateway.saml.metadata import MetadataDocument
from sso_gateway.saml.model import IdentityProvider

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """Which identity providers of a file are meant, and what becomes of the partner's others."""

    entity_ids: tuple[str, ...] = ()
    """Empty: the only one, or those the partner has already."""
    everything: bool = False
    """All of the file."""
    add: bool = False
    """Keep trusting the partner's other identity providers; otherwise they are retired."""
    going_back: bool = False
    """An older version is meant to come back."""


USUAL: Final = Choice()


@dataclass(frozen=True, slots=True)
class Understood:
    """One identity provider of the file."""

    provider: IdentityProvider
    certificates: tuple[CertificateFacts, ...]

    @property
    def entity_id(self) -> str:
        return self.provider.entity_id


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a document means for a partner. Only without ``problems`` may it be saved."""

    source: str
    document: bytes = field(default=b"", repr=False)
    """Empty where it must not be kept, not even in a form."""
    sha256: str = ""
    offered: tuple[str, ...] = ()
    """Every identity provider in the file."""
    chosen: tuple[Understood, ...] = ()
    signed: bool = False
    valid_until: datetime | None = None
    """The earliest of the chosen ones."""
    unchanged: bool = False
    """The partner trusts exactly this already."""
    retiring: tuple[str, ...] = ()
    """Entity IDs that are trusted now and would not be any more."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def understand(
    received: Received, *, partner: Partner | None, now: datetime, choice: Choice = USUAL
) -> Understanding:
    """Never raises for what is in the document: everything wrong with it is in ``problems``."""
    wrong = not_metadata(received.document)
    if wrong:
        return Understanding(received.source, problems=(wrong,))
    try:
        document = metadata.read(received.document)
    except Refusal as refusal:
        return Understanding(received.source, problems=(_unreadable(refusal),))
    known = conflicts.known(partner) if partner else conflicts.NOTHING
    chosen, problems = _choose(document, known, choice)
    understood = tuple(Understood(each, tuple(map(describe, each.keys))) for each in chosen)
    until = [each.valid_until for each in chosen if each.valid_until]
    found = Understanding(
        source=received.source,
        document=received.document,
        sha256=hashlib.sha256(received.document).hexdigest(),
        offered=tuple(each.entity_id for each in document.identity_providers),
        chosen=understood,
        signed=document.signed,
        valid_until=min(until, default=None),
    )
    return _judged(found, document, known, tuple(problems), now, choice)


def _judged(
    found: Understanding,
    document: MetadataDocument,
    known: conflicts.Known,
    problems: tuple[Problem, ...],
    now: datetime,
    choice: Choice,
) -> Understanding:
    own = [problem for each in found.chosen for problem in _faults(each, now)]
    entity_ids = tuple(each.entity_id for each in found.chosen)
    with_others = conflicts.judge(
        known,
        sha256=found.sha256,
        valid_until=found.valid_until,
        entity_ids=entity_ids,
        keys={facts.key_sha256 for each in found.chosen for facts in each.certificates},
        going_back=choice.going_back,
    )
    notes = [text for each in found.chosen for text in _notes(each, now)]
    staying = entity_ids if not choice.add else (*entity_ids, *known.trusted)
    return replace(
        found,
        unchanged=known.is_active(found.sha256, entity_ids),
        retiring=tuple(each for each in known.trusted if each not in staying),
        problems=(*problems, *own, *with_others),
        warnings=(*document.warnings, *notes),
    )


def _choose(
    document: MetadataDocument, known: conflicts.Known, choice: Choice
) -> tuple[tuple[IdentityProvider, ...], tuple[Problem, ...]]:
    offered = {each.entity_id: each for each in document.identity_providers}
    if not offered:
        return (), (_no_identity_provider(document),)
    wanted = choice.entity_ids or known.trusted
    if choice.everything or (len(offered) == 1 and not choice.entity_ids):
        return tuple(offered.values()), ()
    if wanted and all(entity_id in offered for entity_id in wanted):
        return tuple(offered[entity_id] for entity_id in dict.fromkeys(wanted)), ()
    names = ", ".join(list(offered)[:_SHOWN]) + (" …" if len(offered) > _SHOWN else "")
    missing = ", ".join(each for each in choice.entity_ids if each not in offered)
    return (), (
        Problem(
            "several_identity_providers" if not missing else "entity_id_not_in_file",
            _("This file does not describe %s.") % missing
            if missing
            else ngettext(
                "This file describes %d identity provider: choose one.",
                "This file describes %d identity providers: choose one.",
                len(offered),
            )
            % len(offered),
            received=names,
            fix=_("Say which entity ID is this partner's (--entity-id), or take all of them."),
        ),
    )


def _no_identity_provider(document: MetadataDocument) -> Problem:
    if any(conflicts.is_ours(entity_id) for entity_id in document.service_providers):
        return Problem(
            "our_metadata",
            _("This is our metadata, not the partner's."),
            expected=_("the metadata of the partner's identity provider"),
            received=", ".join(document.service_providers[:_SHOWN]),
            fix=_("Give this file to the partner, and ask for theirs."),
        )
    if document.service_providers:
        return Problem(
            "service_provider_metadata",
            _("This is a service-provider file (from another app)."),
            expected=_("the metadata of an identity provider"),
            received=", ".join(document.service_providers[:_SHOWN]),
            fix=_("Ask the partner for the metadata of their identity provider."),
        )
    warnings = "; ".join(document.warnings[:3])
    return Problem(
        "no_identity_provider",
        _("This metadata describes no SAML 2.0 identity provider."),
        expected="IDPSSODescriptor",
        received=warnings,
        fix=_("Ask the partner for the metadata of their identity provider."),
    )


def _faults(understood: Understood, now: datetime) -> list[Problem]:
    """What makes this identity provider unusable, whoever's it is."""
    provider = understood.provider
    problems: list[Problem] = []
    try:
        identifiers.entity_id(provider.entity_id)
    except Declined as declined:
        problems.extend(declined.problems)
    if conflicts.is_ours(provider.entity_id):
        problems.append(
            Problem(
                "our_entity_id",
                _("This identity provider has our own entity ID."),
                received=provider.entity_id,
                fix=_("Ask the partner to correct the entityID in the metadata."),
            )
        )
    if not provider.keys:
        problems.append(
            Problem(
                "no_signing_key",
                _("Contains no signing certificate that we can use: nothing could be verified."),
                expected=_("a KeyDescriptor for signing with an X.509 certificate"),
                received=provider.entity_id,
                fix=_("Ask the partner for metadata with the signing certificate."),
            )
        )
    if provider.valid_until and provider.valid_until <= now:
        problems.append(
            Problem(
                "metadata_expired",
                _("Expired on %s.") % f"{provider.valid_until:%Y-%m-%d %H:%M} UTC",
                received=provider.entity_id,
                fix=_("Ask the partner for a fresh file, or fetch it from their URL again."),
            )
        )
    return problems


def _notes(understood: Understood, now: datetime) -> list[str]:
    """What somebody should look at, although it works."""
    return [text for facts in understood.certificates for text in _about(facts, now)]


def _about(facts: CertificateFacts, now: datetime) -> list[str]:
    notes: list[str] = []
    name = facts.subject or facts.fingerprint[:19]
    days = facts.days_left(now)
    if days < 0:
        notes.append(
            ngettext(
                "The certificate “%(name)s” ended %(days)d day ago. Its key still works.",
                "The certificate “%(name)s” ended %(days)d days ago. Its key still works.",
                -days,
            )
            % {"name": name, "days": -days}
        )
    elif facts.ends_soon(now):
        notes.append(
            ngettext(
                "The certificate “%(name)s” ends in %(days)d day: ask for the next one.",
                "The certificate “%(name)s” ends in %(days)d days: ask for the next one.",
                days,
            )
            % {"name": name, "days": days}
        )
    if facts.not_before > now:
        notes.append(_("The certificate “%s” is not valid yet.") % name)
    if facts.is_website:
        notes.append(
            _("“%(name)s” looks like a website's TLS certificate (issuer %(issuer)s).")
            % {"name": name, "issuer": facts.issuer}
        )
    return notes


def _unreadable(refusal: Refusal) -> Problem:
    too_large = refusal.reason is Reason.TOO_LARGE
    detail = refusal.detail or _(refusal.reason.admin_text)
    return Problem(
        "too_large" if too_large else "not_metadata",
        _("The file is too large.") if too_large else _("This cannot be read as SAML metadata."),
        expected=refusal.expected,
        received="; ".join(filter(None, (detail, refusal.received))),
        fix=_("Ask the partner for the metadata (XML) of their identity provider."),
    )
