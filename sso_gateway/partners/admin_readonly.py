"""What staff can only look at: what follows from the form, and what imports have left behind."""

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sso_gateway import clock
from sso_gateway.partners import addresses, policy
from sso_gateway.partners.certificates import grouped
from sso_gateway.partners.models import (
    Certificate,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
    State,
)
from sso_gateway.partners.shown import standing

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin

SIGNS: Final[dict[str, str]] = {
    State.DRAFT.value: "○",
    State.TESTING.value: "◐",
    State.LIVE.value: "●",
    State.PAUSED.value: "‖",
}
STANDING: Final = ("shown_state", "ours", "identity_providers", "metadata_in_use")
FIELDS: Final = (*STANDING, "shown_domains", "shown_policy")


@admin.display(description=_("What the partner has to know of us"))
def ours(self: object, partner: Partner) -> SafeString:
    """Our names for this partner, ready to be copied."""
    return format_html(
        "<dl class='sso-facts'><dt>{}</dt><dd><code>{}</code></dd>"
        "<dt>{}</dt><dd><code>{}</code></dd>"
        "<dt>{}</dt><dd><a href='{}'><code>{}</code></a></dd></dl>",
        _("Entity ID (audience)"),
        addresses.entity_id(partner),
        _("ACS URL (reply URL)"),
        addresses.acs_url(partner),
        _("Metadata"),
        addresses.standard_entity_id(partner.slug),
        addresses.standard_entity_id(partner.slug),
    )


@admin.display(description=_("Trusted identity providers"))
def identity_providers(self: object, partner: Partner) -> SafeString | str:
    """Entity IDs with their certificates."""
    rows = [
        (provider.entity_id, certificate.subject, grouped(certificate.sha256), days)
        for provider in partner.identity_providers.filter(retired=None)
        for certificate in provider.certificates.filter(retired=None)
        for days in [(certificate.not_after - clock.now()).days]
    ]
    if not rows:
        return "–"
    return format_html_join(
        "",
        "<p class='sso-facts'><strong>{}</strong><br>{}<br><code>{}</code><br>"
        + str(_("Certificate ends in days:"))
        + " {}</p>",
        rows,
    )


@admin.display(description=_("Metadata in use"))
def metadata_in_use(self: object, partner: Partner) -> SafeString | str:
    """Where it came from, who vouches for it, and until when."""
    today = clock.now().date()
    rows = [
        (version.source, standing(version.signer, version.review_by), _("overdue") if late else "")
        for version in partner.metadata_versions.filter(active=True).defer("xml")
        for late in [version.review_by and version.review_by < today]
    ]
    if not rows:
        return "–"
    return format_html_join("", "<p class='sso-facts'>{}<br>{} <strong>{}</strong></p>", rows)


@admin.display(description=_("E-mail domains"))
def shown_domains(self: object, partner: Partner) -> str:
    """Those it may assert."""
    return ", ".join(partner.email_domains.values_list("domain", flat=True)) or "–"


@admin.display(description=_("Policy that differs from the default"))
def shown_policy(self: object, partner: Partner) -> str:
    """As the command writes it."""
    stored = policy.from_stored(partner.policy).stored()
    return ", ".join(f"{key}={value}" for key, value in stored.items()) or "–"


class LookOnly(Base):
    """Nobody adds, changes or deletes these by hand, whatever their permissions."""

    actions = None

    class Media:
        css = {"all": ("sso_partners/partner.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


@admin.register(MetadataVersion)
class MetadataVersionAdmin(LookOnly):
    """Every document that was ever imported."""

    list_display = ("id", "partner", "active", "source", "uploaded_by", "created", "valid_until")
    list_filter = ("active", "partner")
    list_select_related = ("partner",)
    fields = (*list_display, "signer", "review_by", "fetched", "sha256", "entity_ids", "document")
    search_fields = ("sha256", "source", "partner__slug")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Without the documents: a list has no use for them."""
        return super().get_queryset(request).defer("xml")

    @admin.display(description=_("document"))
    def document(self, version: MetadataVersion) -> SafeString:
        """The XML as it was received."""
        text = bytes(version.xml).decode("utf-8", "replace")
        return format_html("<pre class='sso-document' tabindex='0'>{}</pre>", text)


@admin.register(PartnerIdentityProvider)
class IdentityProviderAdmin(LookOnly):
    """Who asserts for a partner, or did once."""

    list_display = ("entity_id", "partner", "name", "valid_until", "retired")
    list_filter = (("retired", admin.EmptyFieldListFilter), "partner")
    list_select_related = ("partner",)
    fields = (*list_display, "metadata", "document")
    search_fields = ("entity_id", "name", "partner__slug")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The document of the version stays where it is."""
        return super().get_queryset(request).select_related("metadata").defer("metadata__xml")


@admin.register(Certificate)
class CertificateAdmin(LookOnly):
    """Every signing certificate, with when it was last of use."""

    list_display = ("subject", "identity_provider", "days_left", "last_verified", "retired")
    list_filter = (("retired", admin.EmptyFieldListFilter),)
    list_select_related = ("identity_provider",)
    fields = (
        "identity_provider",
        "subject",
        "fingerprint",
        "key",
        "not_before",
        "not_after",
        "days_left",
        "first_seen",
        "last_verified",
        "retired",
    )
    search_fields = ("sha256", "subject", "identity_provider__entity_id")

    @admin.display(description=_("days left"), ordering="not_after")
    def days_left(self, certificate: Certificate) -> int:
        """Negative when it has ended."""
        return (certificate.not_after - clock.now()).days

    @admin.display(description="SHA-256")
    def fingerprint(self, certificate: Certificate) -> str:
        """In groups of four."""
        return grouped(certificate.sha256)
