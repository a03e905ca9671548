"""A partner in words and in JSON, for the commands."""

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from sso_gateway.partners import addresses, policy
from sso_gateway.partners.certificates import grouped
from sso_gateway.partners.models import Certificate, Partner, PartnerIdentityProvider

Row = dict[str, Any]
_TOLD: Final = ("created", "source", "active", "valid_until", "signer", "review_by", "fetched")


def row(partner: Partner, now: datetime) -> Row:
    """One line of a list; ``partner`` comes from ``Partner.objects.with_use()``."""
    ends = partner.certificate_ends  # type: ignore[attr-defined]
    return {
        "slug": partner.slug,
        "name": partner.name,
        "state": partner.state,
        "certificate_days_left": (ends - now).days if ends else None,
        "last_login": partner.last_verified,  # type: ignore[attr-defined]
    }


def line(row: Row) -> str:
    """The same for people."""
    days = row["certificate_days_left"]
    left = _("no certificate") if days is None else _("certificate: %d days left") % days
    return f"{row['slug']:<24} {row['state']:<8} {left:<28} {row['name']}"


def everything(partner: Partner, now: datetime) -> Row:
    """All of one partner, and what it has to know of us."""
    return {
        "slug": partner.slug,
        "name": partner.name,
        "state": partner.state,
        "paused": {
            "by": partner.paused_by,
            "at": partner.paused_at,
            "reason": partner.paused_reason,
        }
        if partner.paused_at
        else None,
        "email_domains": list(partner.email_domains.values_list("domain", flat=True)),
        "our_entity_id": addresses.entity_id(partner),
        "our_acs_url": addresses.acs_url(partner),
        "our_metadata_url": addresses.standard_entity_id(partner.slug),
        "landing": partner.landing,
        "portal_url": partner.portal_url,
        "contact_email": partner.contact_email,
        "policy": policy.from_stored(partner.policy).stored(),
        "identity_providers": [_provider(each, now) for each in _trusted(partner)],
        "metadata_versions": [
            {"id": each.pk, "by": each.uploaded_by, **{name: getattr(each, name) for name in _TOLD}}
            for each in partner.metadata_versions.defer("xml")
        ],
        "version": partner.version,
    }


def lines(shown: Row) -> list[str]:
    """The same for people."""
    said = [
        f"{shown['name']} ({shown['slug']}): {shown['state']}",
        _("  Our entity ID  %s") % shown["our_entity_id"],
        _("  Our ACS URL    %s") % shown["our_acs_url"],
        _("  Our metadata   %s") % shown["our_metadata_url"],
        _("  E-mail domains %s") % (", ".join(shown["email_domains"]) or "–"),
    ]
    if shown["paused"]:
        said.append(_("  Paused by %(by)s: %(reason)s") % shown["paused"])
    for key, value in shown["policy"].items():
        said.append(f"  {key}={value}")
    for provider in shown["identity_providers"]:
        said.append(_("  Identity provider %s") % provider["entity_id"])
        for each in provider["certificates"]:
            said.append(f"    {each['subject']}  {each['days_left']} d  {each['fingerprint']}")
    for version in shown["metadata_versions"]:
        mark = "*" if version["active"] else " "
        said.append(f"  {mark} {version['id']}  {version['created']:%Y-%m-%d}  {version['source']}")
        if version["active"]:
            said.append(f"      {standing(version['signer'], version['review_by'])}")
    said.extend(f"  ! {warning}" for warning in shown.get("warnings", ()))
    return said


def standing(signer: str, review_by: date | None) -> str:
    """Who vouches for a metadata version."""
    if signer:
        return _("signed by the key %s") % grouped(signer)
    return _("review by %s") % review_by if review_by else _("to be reviewed")


def _trusted(partner: Partner) -> list[PartnerIdentityProvider]:
    return list(partner.identity_providers.filter(retired=None).prefetch_related("certificates"))


def _provider(provider: PartnerIdentityProvider, now: datetime) -> Row:
    trusted = [each for each in provider.certificates.all() if each.retired is None]
    return {
        "entity_id": provider.entity_id,
        "name": provider.name,
        "valid_until": provider.valid_until,
        "certificates": [_certificate(each, now) for each in trusted],
    }


def _certificate(certificate: Certificate, now: datetime) -> Row:
    return {
        "subject": certificate.subject,
        "sha256": certificate.sha256,
        "fingerprint": grouped(certificate.sha256),
        "key": certificate.key,
        "not_after": certificate.not_after,
        "days_left": (certificate.not_after - now).days,
        "last_verified": certificate.last_verified,
    }
