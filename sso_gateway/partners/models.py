"""What is remembered about partners. Every change goes through ``flows``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a partner stands; only ``LIVE`` signs anybody in."""

    DRAFT = "draft", _("Draft")
    TESTING = "testing", _("Testing")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Partners with what their certificates tell."""

    def with_use(self) -> "PartnerQuerySet":
        """Adds ``certificate_ends`` (the earliest end of a trusted key) and ``last_verified``."""
        trusted = models.Q(
            identity_providers__retired=None, identity_providers__certificates__retired=None
        )
        end = "identity_providers__certificates__not_after"
        return self.annotate(
            certificate_ends=models.Min(end, filter=trusted),
            last_verified=models.Max("identity_providers__certificates__last_verified"),
        )


class Partner(models.Model):
    """An organisation we agreed with. ``version`` grows with every change: caches compare it."""

    slug = models.SlugField(_("short name"), max_length=63, unique=True)
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    policy = models.JSONField(_("policy"), default=dict, blank=True)
    our_entity_id = models.CharField(_("our entity ID"), max_length=1024, blank=True)
    our_acs_path = models.CharField(
        _("our ACS path"), max_length=200, unique=True, null=True, blank=True
    )
    landing = models.CharField(_("landing page"), max_length=2000, blank=True)
    portal_url = models.CharField(_("partner's portal"), max_length=2000, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    paused_by = models.CharField(_("paused by"), max_length=200, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    paused_reason = models.CharField(_("reason of the pause"), max_length=500, blank=True)
    created = models.DateTimeField(_("created"))
    updated = models.DateTimeField(_("updated"))

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class EmailDomain(models.Model):
    """An e-mail domain that this partner alone may assert: lower-case ASCII, compared exactly."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="email_domains")
    domain = models.CharField(_("e-mail domain"), max_length=253, unique=True)

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ("domain",)

    def __str__(self) -> str:
        return self.domain


class MetadataVersion(models.Model):
    """One metadata document as it was received. ``active``: it describes a trusted IdP."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="metadata_versions")
    xml = models.BinaryField(_("document"))
    sha256 = models.CharField("SHA-256", max_length=64)
    entity_ids = models.JSONField(_("entity IDs taken from it"), default=list)
    source = models.CharField(_("source"), max_length=2000)
    uploaded_by = models.CharField(_("uploaded by"), max_length=200)
    created = models.DateTimeField(_("created"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=False)
    signer = models.CharField(_("verified with the key"), max_length=64, blank=True)
    """SHA-256 of the metadata signer's certificate; empty: a person vouches for it."""
    review_by = models.DateField(_("review by"), null=True, blank=True)
    """How long that person's word lasts."""
    fetched = models.DateTimeField(_("last seen at its address"), null=True, blank=True)
    etag = models.CharField(max_length=210, blank=True, editable=False)
    last_modified = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("metadata version")
        verbose_name_plural = _("metadata versions")
        ordering = ("-id",)
        indexes = (models.Index(fields=("partner", "sha256"), name="sso_metadata_by_sha256"),)

    def __str__(self) -> str:
        return f"{self.pk} ({self.created:%Y-%m-%d %H:%M} UTC, {self.source})"


class PartnerIdentityProvider(models.Model):
    """An IdP of a partner, as its active metadata describes it.

    A retired one is not trusted; its row stays, so that no other partner can take its name.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="identity_providers")
    entity_id = models.CharField(_("entity ID"), max_length=1024, unique=True)
    canonical = models.CharField(max_length=1024, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    document = models.JSONField(_("description"), default=dict)
    """What the metadata says except the keys; see ``described.py``."""
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    metadata = models.ForeignKey(
        MetadataVersion, models.RESTRICT, related_name="identity_providers"
    )
    retired = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        ordering = ("entity_id",)

    def __str__(self) -> str:
        return self.name or self.entity_id


class Certificate(models.Model):
    """A signing certificate of an IdP. The key is what was exchanged; the dates are an alarm."""

    identity_provider = models.ForeignKey(
        PartnerIdentityProvider, models.CASCADE, related_name="certificates"
    )
    der = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    key_sha256 = models.CharField(_("SHA-256 of the public key"), max_length=64)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    key = models.CharField(_("key"), max_length=40)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    first_seen = models.DateTimeField(_("first seen"))
    last_verified = models.DateTimeField(_("last verified a sign-in"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    retired = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("identity_provider_id", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("identity_provider", "sha256"), name="sso_certificate_once_per_idp"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject or self.sha256[:16]} ({self.not_after:%Y-%m-%d})"


class ClaimedKey(models.Model):
    """A public key belongs to one partner only; the database holds to it under concurrency."""

    key_sha256 = models.CharField(max_length=64, primary_key=True)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="claimed_keys")

    def __str__(self) -> str:
        return self.key_sha256
