"""What we agreed with a partner: who it is, its e-mail domains, its policy, our old names."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners import identifiers, keyfiles, policy, signers
from sso_gateway.partners.flows.change import changed, changing, transacted
from sso_gateway.partners.models import EmailDomain, Partner, State
from sso_gateway.partners.problems import Declined, Problem, decline

FIELDS: Final = (
    "name",
    "landing",
    "portal_url",
    "contact_email",
    "our_entity_id",
    "our_acs_path",
)


def add_partner(
    *,
    slug: str,
    name: str,
    actor: str,
    email_domains: Iterable[str] = (),
    policy: Mapping[str, object] | None = None,
    landing: str = "",
    portal_url: str = "",
    contact_email: str = "",
    our_entity_id: str = "",
    our_acs_path: str | None = None,
) -> Partner:
    """A new partner in draft: it signs nobody in before ``activate``."""
    given = {
        "name": name,
        "landing": landing,
        "portal_url": portal_url,
        "contact_email": contact_email,
        "our_entity_id": our_entity_id,
        "our_acs_path": our_acs_path,
    }
    with transacted():
        taken = Partner.objects.filter(slug=identifiers.slug(slug)).first()
        if taken:
            raise Declined(_slug_taken(taken))
        now = clock.now()
        partner = Partner(slug=slug, version=0, created=now, updated=now)
        domains = [identifiers.email_domain(domain) for domain in email_domains]
        _describe(partner, given)
        partner.policy = _merged({}, policy or {})
        partner.save(force_insert=True)
        _replace_domains(partner, domains)
        changed(
            partner,
            "change.partner.created",
            actor=actor,
            after={**given, "policy": partner.policy, "email_domains": domains},
        )
    return partner


def update_partner(slug: str, changes: Mapping[str, str | None], *, actor: str) -> Partner:
    """Changes some of ``FIELDS``. Changing nothing is no change: no event, same version."""
    with changing(slug) as partner:
        before = {key: getattr(partner, key) for key in changes}
        _describe(partner, changes)
        after = {key: getattr(partner, key) for key in changes}
        if after != before:
            changed(
                partner,
                "change.partner.updated",
                actor=actor,
                before={key: before[key] for key in after if after[key] != before[key]},
                after={key: after[key] for key in after if after[key] != before[key]},
            )
    return partner


def set_policy(slug: str, changes: Mapping[str, object], *, actor: str) -> Partner:
    """Changes some keys of the policy; ``Declined`` for unknown keys and values out of range."""
    with changing(slug) as partner:
        before = partner.policy
        partner.policy = _merged(before, changes)
        if partner.policy != before:
            changed(partner, "change.policy", actor=actor, before=before, after=partner.policy)
    return partner


def set_domains(slug: str, domains: Iterable[str], *, actor: str) -> Partner:
    """The e-mail domains this partner may assert, and no others."""
    wanted = sorted({identifiers.email_domain(domain) for domain in domains})
    with changing(slug) as partner:
        before = sorted(partner.email_domains.values_list("domain", flat=True))
        if not wanted and partner.state == State.LIVE:
            raise Declined(
                Problem(
                    "no_email_domain",
                    _("A live partner needs an e-mail domain: without one nobody can sign in."),
                    fix=_("Keep one domain, or pause the partner."),
                )
            )
        if wanted != before:
            _replace_domains(partner, wanted)
            changed(
                partner,
                "change.partner.updated",
                actor=actor,
                before={"email_domains": before},
                after={"email_domains": wanted},
            )
    return partner


def adopt_key(slug: str, pem: bytes, *, actor: str) -> Partner:
    """Takes over the decryption key of the service provider that this partner knew before us."""
    with changing(slug) as partner:
        keyfiles.adopt(slug, pem)
        changed(partner, "change.key.adopted", actor=actor)
    return partner


def delete_draft(slug: str, *, actor: str, why: str = "") -> None:
    """Forgets a partner that never went live; others are paused, because their history counts."""
    with changing(slug) as partner:
        if partner.state not in {State.DRAFT, State.TESTING}:
            raise Declined(
                Problem(
                    "not_a_draft",
                    _("Only a draft can be deleted."),
                    received=partner.get_state_display(),
                    fix=_("Pause the partner: that ends its sessions and keeps its history."),
                )
            )
        changed(partner, "change.partner.deleted", actor=actor, why=why)
        partner.delete()


def _describe(partner: Partner, changes: Mapping[str, str | None]) -> None:
    """Checks and sets; an address that is empty is unset."""
    for key in changes.keys() & set(FIELDS):
        setattr(partner, key, _checked(partner, key, changes[key] or ""))


def _checked(partner: Partner, key: str, text: str) -> str | None:
    if key == "name":
        return _name(text)
    if not text:
        return None if key == "our_acs_path" else ""
    if key == "our_entity_id":
        return identifiers.entity_id(text)
    if key == "our_acs_path":
        return _acs_path(partner, text)
    if key == "contact_email":
        return _email(text)
    return identifiers.web_address(text, local=key == "landing")


def _name(text: str) -> str:
    name = text.strip()
    if 0 < len(name) <= 200 and name.isprintable():
        return name
    raise Declined(
        Problem(
            "name_invalid",
            _("The partner needs a name."),
            expected=_("1 to 200 printable characters"),
            fix=_("Give the name by which people know the organisation."),
        )
    )


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise Declined(
            Problem("contact_invalid", _("The contact is not an e-mail address."))
        ) from error
    return text


def _acs_path(partner: Partner, text: str) -> str:
    path = identifiers.acs_path(text)
    taken = Partner.objects.filter(our_acs_path=path).exclude(pk=partner.pk).first()
    if taken:
        raise Declined(
            Problem(
                "acs_path_taken",
                _("The ACS path is answered for the partner “%(name)s” (%(slug)s) already.")
                % {"name": taken.name, "slug": taken.slug},
                received=path,
                fix=_("Only one partner can keep a path; the other must use its own ACS URL."),
            )
        )
    return path


def _merged(stored: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    merged = policy.from_stored({**stored, **changes}).stored()
    signer = merged.get("metadata_signer")
    if signer and signer != stored.get("metadata_signer"):
        signers.key(str(signer))  # a name that nobody can sign for would decline all metadata
    return merged


def _replace_domains(partner: Partner, domains: list[str]) -> None:
    taken = EmailDomain.objects.filter(domain__in=domains).exclude(partner=partner)
    decline(
        Problem(
            "email_domain_taken",
            _("The e-mail domain %(domain)s belongs to the partner “%(name)s” (%(slug)s).")
            % {"domain": row.domain, "name": row.partner.name, "slug": row.partner.slug},
            fix=_("Two partners cannot share an e-mail domain: decide whose it is."),
        )
        for row in taken.select_related("partner")
    )
    partner.email_domains.exclude(domain__in=domains).delete()
    kept = set(partner.email_domains.values_list("domain", flat=True))
    new = (domain for domain in dict.fromkeys(domains) if domain not in kept)
    EmailDomain.objects.bulk_create(EmailDomain(partner=partner, domain=each) for each in new)


def _slug_taken(taken: Partner) -> Problem:
    return Problem(
        "slug_taken",
        _("The short name “%(slug)s” belongs to the partner “%(name)s”.")
        % {"slug": taken.slug, "name": taken.name},
        fix=_("Choose another short name."),
    )
