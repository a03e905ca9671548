"""What is remembered: one row for every decision, never changed and never removed one by one.

Three guards stand behind each other. ``Event`` refuses to be saved twice or deleted; its query set
refuses ``update`` and ``delete``; triggers in the database (append_only.py) refuse both to
everybody else who holds a connection.
"""

from collections.abc import Iterable
from typing import NoReturn

from django.db import models
from django.db.models.base import ModelBase
from django.utils.translation import gettext_lazy as _

from sso_gateway.audit.references import display


class AppendOnlyError(Exception):
    """Somebody tried to change or remove an event."""


class EventQuerySet(models.QuerySet["Event"]):
    """Reads, and inserts; nothing else."""

    def update(self, **kwargs: object) -> NoReturn:
        """Refuse: an event is never changed."""
        raise AppendOnlyError("events are never changed")

    def delete(self) -> NoReturn:
        """Refuse: events leave only through the pruning door."""
        raise AppendOnlyError("events are never deleted one by one")


class Event(models.Model):
    """One decision: a sign-in that was accepted or refused, or a change that somebody made.

    It refers to partners and accounts by value, without foreign keys: what happened outlives those
    it happened to. Every text was made ``printable`` before it came here.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        SUCCESS = "success", _("Accepted")
        REFUSED = "refused", _("Refused")
        ERROR = "error", _("Error")
        TEST_SUCCESS = "test_success", _("Test accepted")
        TEST_REFUSED = "test_refused", _("Test refused")
        INFO = "info", _("Note")

    class Severity(models.TextChoices):
        """How much it should worry somebody."""

        INFO = "info", _("Information")
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")

    # Readers page by (time, id). There is no sequence number: numbers are given out in another
    # order than transactions commit in, so a reader following one would miss events just as a
    # reader following the time does, and both must stay some seconds behind. A UUIDv7 sorts like
    # the time it was made at, needs no lock and no round trip, and is unique across machines.
    id = models.UUIDField(primary_key=True, editable=False)
    schema = models.CharField(max_length=8, default="1")
    time = models.DateTimeField(help_text=_("When it was decided."))
    received = models.DateTimeField(help_text=_("When the request arrived."))
    took_ms = models.PositiveIntegerField()

    action = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    code = models.PositiveSmallIntegerField(null=True)
    key = models.CharField(max_length=48, blank=True, verbose_name=_("reason"))
    severity = models.CharField(max_length=8, choices=Severity.choices)
    reference = models.CharField(max_length=8)
    detail = models.CharField(max_length=1000, blank=True)

    partner_id = models.BigIntegerField(null=True)
    partner_slug = models.CharField(max_length=64, blank=True, verbose_name=_("partner"))
    partner_name = models.CharField(max_length=200, blank=True)
    flow = models.CharField(max_length=16, blank=True)

    subject_hash = models.CharField(max_length=64, blank=True)
    subject_masked = models.CharField(max_length=300, blank=True)
    subject_closed = models.BinaryField(blank=True)
    subject_format = models.CharField(max_length=200, blank=True)
    email_hash = models.CharField(max_length=64, blank=True)
    email_masked = models.CharField(max_length=300, blank=True)
    email_closed = models.BinaryField(blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    account_created = models.BooleanField(default=False)

    idp_entity_id = models.CharField(
        max_length=1024, blank=True, help_text=_("The issuer, where a trusted key signed it.")
    )
    claimed_issuer = models.CharField(max_length=1024, blank=True)
    assertion_id_hash = models.CharField(max_length=64, blank=True)
    cert_sha256 = models.CharField(max_length=64, blank=True)
    assertion = models.JSONField(default=dict)

    checks = models.JSONField(default=list)
    facts = models.JSONField(default=dict)

    relay_received = models.CharField(max_length=2000, blank=True)
    relay_used = models.CharField(max_length=2000, blank=True)

    client_ip = models.GenericIPAddressField(null=True, verbose_name=_("IP address"))
    user_agent = models.CharField(max_length=500, blank=True)
    request_host = models.CharField(max_length=255, blank=True)

    actor = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.CharField(max_length=2000, blank=True)

    node = models.CharField(max_length=255, blank=True)
    version = models.CharField(max_length=64, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        """Indices for what staff ask: newest first, of a partner, an outcome, a reason, a user."""

        base_manager_name = "objects"
        default_permissions = ("view",)
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-time", "-id")
        constraints = (
            models.UniqueConstraint(fields=["reference"], name="sso_audit_event_reference"),
        )
        indexes = (
            models.Index(fields=["-time", "-id"], name="sso_audit_time"),
            models.Index(fields=["partner_slug", "-time"], name="sso_audit_partner"),
            models.Index(fields=["outcome", "-time"], name="sso_audit_outcome"),
            models.Index(fields=["key", "-time"], name="sso_audit_key"),
            models.Index(fields=["email_hash", "-time"], name="sso_audit_email"),
            models.Index(fields=["subject_hash", "-time"], name="sso_audit_subject"),
        )

    def __str__(self) -> str:
        """Action and reference: nothing personal."""
        return f"{self.action} {self.display_reference}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = True,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert. Raises ``AppendOnlyError`` for an event that is already stored."""
        if not self._state.adding or force_update or update_fields is not None:
            raise AppendOnlyError("events are never changed")
        super().save(force_insert=True, using=using)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: events leave only through the pruning door."""
        raise AppendOnlyError("events are never deleted one by one")

    @property
    def display_reference(self) -> str:
        """The reference as the user saw it."""
        return display(self.reference)

    @property
    def user_masked(self) -> str:
        """Who it was, masked: the e-mail address, else the name identifier."""
        return self.email_masked or self.subject_masked

    @property
    def verified(self) -> bool:
        """Whether a trusted key signed what the event says about the user."""
        return bool(self.idp_entity_id)


class Pruning(models.Model):
    """The one door through which old events leave, all those before a moment at once.

    Inside a transaction: insert the row, delete events whose time is before ``before``, delete the
    row, commit. The row refers to a row that cannot exist, by a deferred foreign key, so a commit
    that leaves the door open fails. Other transactions never see it open.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    before = models.DateTimeField()
    must_be_gone = models.ForeignKey("self", on_delete=models.DO_NOTHING, default=0)

    class Meta:
        """One row, and nobody's permission."""

        db_table = "sso_audit_pruning"
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(id=1) & models.Q(must_be_gone=0), name="sso_audit_one_door"
            ),
        )

    def __str__(self) -> str:
        """Until when the door removes."""
        return f"events before {self.before.isoformat()}"
