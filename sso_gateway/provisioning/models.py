"""What is remembered about accounts: whose they are, and what partners' groups mean here."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from sso_gateway import clock
from sso_gateway.partners.models import Partner


class Link(models.Model):
    """A local account, as one IdP of one partner names it.

    Bound to the issuer, so that each of a partner's IdPs can be bound to the same account
    (SDP-SP20) and persistent identifiers of two issuers never meet (SDP-SP16). All links of an
    account belong to one partner.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="links")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="sso_links",
        verbose_name=_("account"),
    )
    issuer = models.CharField(_("identity provider"), max_length=256, blank=True)
    """Its entityID."""
    email = models.CharField(_("e-mail address"), max_length=254)
    """As it was asserted: lower-case ASCII."""
    persistent_id = models.CharField(max_length=64, null=True, blank=True)
    """``AssertedIdentity.persistent_id``, or null while none has been asserted."""
    created = models.DateTimeField(_("linked"), default=clock.now)
    last_seen = models.DateTimeField(_("last seen"), default=clock.now)
    """When it was last used, up to a day behind; every login's moment is in the audit log."""

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "email", "issuer"), name="sso_link_once_per_address"
            ),
            models.UniqueConstraint(
                fields=("partner", "persistent_id"),
                condition=models.Q(persistent_id__isnull=False),
                name="sso_link_once_per_persistent_id",
            ),
            models.UniqueConstraint(
                fields=("user", "partner", "issuer"), name="sso_link_once_per_account"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} ({self.partner_id})"


class GroupMapping(models.Model):
    """A value of the partner's groups attribute, and the group here that it stands for.

    Only groups that a partner's table names are ever given or taken at its users' logins.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="group_mappings")
    value = models.CharField(_("partner's group"), max_length=256)
    group = models.ForeignKey(
        Group, models.CASCADE, related_name="sso_mappings", verbose_name=_("group here")
    )

    class Meta:
        verbose_name = _("group mapping")
        verbose_name_plural = _("group mappings")
        ordering = ("partner_id", "value", "group_id")
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "value", "group"), name="sso_group_mapping_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.value} → {self.group_id}"
