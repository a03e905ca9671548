"""Words for the review of metadata."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sso_gateway.partners.certificates import CertificateFacts, grouped
from sso_gateway.saml.names import Binding

register = template.Library()


@register.filter
def fingerprint(sha256: str) -> str:
    """In groups of four."""
    return grouped(sha256)


@register.filter
def pairs(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names with values. ``mapping.items`` would be the value that somebody called “items”."""
    return list(mapping.items())


@register.filter
def binding(value: Binding) -> str:
    """The last part of the URN: HTTP-POST, HTTP-Redirect …"""
    return value.rpartition(":")[2]


@register.filter
def ends(certificate: CertificateFacts, now: datetime) -> str:
    """When it ends, in days."""
    days = certificate.days_left(now)
    if days < 0:
        return _("ended on %s") % f"{certificate.not_after:%Y-%m-%d}"
    return ngettext("ends in %d day", "ends in %d days", days) % days
