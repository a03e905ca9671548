"""Metadata as handed over → what was understood and what is wrong, before anything is saved."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sso_gateway.partners import conflicts, faults, signers
from sso_gateway.partners.certificates import CertificateFacts, describe
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.policy import Policy, from_stored
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.partners.recognise import Received, not_metadata
from sso_gateway.refusal import Refusal
from sso_gateway.saml import metadata
from sso_gateway.saml.metadata import MetadataDocument
from sso_gateway.saml.model import IdentityProvider, TrustedKey

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
    without_the_gone: bool = False
    """Retire those of ``entity_ids`` that a verified signer does not name any more, if he still
    names another; otherwise the document is declined."""
    going_back: bool = False
    """It is known to be older than what is in use, and meant to come back."""


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
    """Whether it carries a signature, verified or not."""
    signer: CertificateFacts | None = None
    """Whose signature the partner's metadata must carry, and this document does."""
    valid_until: datetime | None = None
    """The earliest of the chosen ones."""
    unchanged: bool = False
    """The partner trusts exactly this already."""
    retiring: tuple[str, ...] = ()
    """Entity IDs that are trusted now and would not be any more."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def understand(
    received: Received,
    *,
    partner: Partner | None,
    now: datetime,
    choice: Choice = USUAL,
    policy: Policy | None = None,
) -> Understanding:
    """Never raises for what is in the document: everything wrong with it is in ``problems``.

    ``policy`` is what will be agreed; None: what is agreed already. Where it names a signer, the
    octets that this key covers are read, and nothing else.
    """
    if wrong := not_metadata(received.document):
        return Understanding(received.source, problems=(wrong,))
    agreed = policy or from_stored(partner.policy if partner else {})
    try:
        octets, key = _vouched_for(received.document, agreed.metadata_signer)
        document = metadata.read(octets)
    except Refusal as refusal:
        return Understanding(received.source, problems=(faults.unreadable(refusal),))
    except Declined as declined:
        return Understanding(received.source, received.document, problems=declined.problems)
    known = conflicts.known(partner) if partner else conflicts.NOTHING
    gone = _gone(document, choice) if key else ()
    chosen, problems = _choose(document, known, choice, gone)
    found = Understanding(
        source=received.source,
        document=received.document,
        sha256=hashlib.sha256(received.document).hexdigest(),
        offered=tuple(each.entity_id for each in document.identity_providers),
        chosen=tuple(Understood(each, tuple(map(describe, each.keys))) for each in chosen),
        signed=document.signed or key is not None,
        signer=describe(key) if key else None,
        valid_until=min((each.valid_until for each in chosen if each.valid_until), default=None),
        retiring=gone,
    )
    problems += faults.of_end(document, agreed.metadata_max_validity, now)
    same = () if choice.going_back else _copies(known, document, octets, key)
    return _judged(found, document, known, same, problems, now, choice)


def _vouched_for(document: bytes, signer: str) -> tuple[bytes, TrustedKey | None]:
    """What may be read of the document, and whose key says so, if anybody's must."""
    return signers.signed_octets(document, signer) if signer else (document, None)


def _copies(
    known: conflicts.Known, document: MetadataDocument, octets: bytes, signer: TrustedKey | None
) -> tuple[conflicts.Version, ...]:
    """The stored versions that say what this document says, as far as its signer covers them."""
    used = [each for each in known.versions if each.entity_ids]
    if signer is None:
        sha256 = hashlib.sha256(octets).hexdigest()
        return tuple(each for each in used if each.sha256 == sha256)
    # A copy ends when this document or one of its parts does: the others need not be read.
    ends = {None, *(each.valid_until for each in document.identity_providers)}
    near = {each.id: each for each in used if each.valid_until in ends}
    stored = MetadataVersion.objects.filter(pk__in=near).values_list("pk", "xml")
    return tuple(
        near[pk]
        for pk, xml in stored.iterator(chunk_size=1)
        if signers.is_signed_the_same(bytes(xml), octets, signer)
    )


def _judged(
    found: Understanding,
    document: MetadataDocument,
    known: conflicts.Known,
    same: tuple[conflicts.Version, ...],
    problems: tuple[Problem, ...],
    now: datetime,
    choice: Choice,
) -> Understanding:
    own = [problem for each in found.chosen for problem in faults.of_provider(each.provider, now)]
    entity_ids = tuple(each.entity_id for each in found.chosen)
    with_others = conflicts.judge(
        known,
        same=same,
        valid_until=found.valid_until,
        entity_ids=entity_ids,
        keys={facts.key_sha256 for each in found.chosen for facts in each.certificates},
        going_back=choice.going_back,
    )
    notes = [
        text for each in found.chosen for text in faults.notes(each.certificates, found.signer, now)
    ]
    retiring = tuple(each for each in known.trusted if each not in entity_ids)
    return replace(
        found,
        unchanged=known.is_active(
            found.sha256, entity_ids, found.signer.sha256 if found.signer else ""
        ),
        retiring=found.retiring if choice.add else retiring,
        problems=(*problems, *own, *with_others),
        warnings=(*document.warnings, *notes),
    )


def _gone(document: MetadataDocument, choice: Choice) -> tuple[str, ...]:
    """Those of the chosen that are not in the document any more; () where it is all of them.

    Who is in it, but cannot be used, is not gone: that is a mistake, and declines the document.
    """
    there = {*document.left_out, *(each.entity_id for each in document.identity_providers)}
    gone = tuple(each for each in choice.entity_ids if each not in there)
    return gone if choice.without_the_gone and len(gone) < len(choice.entity_ids) else ()


def _choose(
    document: MetadataDocument, known: conflicts.Known, choice: Choice, gone: tuple[str, ...]
) -> tuple[tuple[IdentityProvider, ...], tuple[Problem, ...]]:
    offered = {each.entity_id: each for each in document.identity_providers}
    if not offered:
        return (), (faults.no_identity_provider(document),)
    chosen = tuple(each for each in choice.entity_ids if each not in gone)
    wanted = chosen or known.trusted
    if choice.everything or (len(offered) == 1 and not chosen):
        return tuple(offered.values()), ()
    if wanted and all(entity_id in offered for entity_id in wanted):
        return tuple(offered[entity_id] for entity_id in dict.fromkeys(wanted)), ()
    names = ", ".join(list(offered)[:_SHOWN]) + (" …" if len(offered) > _SHOWN else "")
    missing = ", ".join(each for each in chosen if each not in offered)
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
