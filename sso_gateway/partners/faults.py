"""What is wrong with a document by itself, whoever's it is, and what is worth a look."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sso_gateway.partners import conflicts, identifiers
from sso_gateway.partners.certificates import CertificateFacts
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.metadata import MetadataDocument
from sso_gateway.saml.model import IdentityProvider

_SHOWN: Final = 10


def unreadable(refusal: Refusal) -> Problem:
    """Why the core could not read it."""
    too_large = refusal.reason is Reason.TOO_LARGE
    detail = refusal.detail or _(refusal.reason.admin_text)
    return Problem(
        "too_large" if too_large else "not_metadata",
        _("The file is too large.") if too_large else _("This cannot be read as SAML metadata."),
        expected=refusal.expected,
        received="; ".join(filter(None, (detail, refusal.received))),
        fix=_("Ask the partner for the metadata (XML) of their identity provider."),
    )


def no_identity_provider(document: MetadataDocument) -> Problem:
    """Whose metadata it is instead, as far as it says."""
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


def of_provider(provider: IdentityProvider, now: datetime) -> list[Problem]:
    """What makes this identity provider unusable, whoever's it is."""
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


def of_end(document: MetadataDocument, days: int, now: datetime) -> tuple[Problem, ...]:
    """A document that must end, and soon enough (IIP-MD04, SDP-MD03); what has ended is a fault."""
    until = document.valid_until
    if not days or (until and until <= now + timedelta(days=days)):
        return ()
    return (
        Problem(
            "end_too_far" if until else "end_missing",
            _("This metadata is valid for too long.")
            if until
            else _("This metadata does not say when it ends."),
            expected=_("validUntil of the whole document, at most %d days from now") % days,
            received=f"{until:%Y-%m-%d %H:%M} UTC" if until else "",
            fix=_("Ask the partner for metadata with a nearer end, or change the policy."),
        ),
    )


def notes(
    certificates: Iterable[CertificateFacts], signer: CertificateFacts | None, now: datetime
) -> Iterator[str]:
    """What somebody should look at, although it works."""
    for facts in certificates:
        yield from _about(facts, now)
        if signer and facts.key_sha256 == signer.key_sha256:  # SDP-MD02
            yield _("The metadata signer's key signs sign-ins too: whoever has it has both.")


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
