"""The log, and the door through which old events leave it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("schema", models.CharField(default="1", max_length=8)),
                ("time", models.DateTimeField(help_text="When it was decided.")),
                ("received", models.DateTimeField(help_text="When the request arrived.")),
                ("took_ms", models.PositiveIntegerField()),
                ("action", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("success", "Accepted"),
                            ("refused", "Refused"),
                            ("error", "Error"),
                            ("test_success", "Test accepted"),
                            ("test_refused", "Test refused"),
                            ("info", "Note"),
                        ],
                        max_length=16,
                    ),
                ),
                ("code", models.PositiveSmallIntegerField(null=True)),
                ("key", models.CharField(blank=True, max_length=48, verbose_name="reason")),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("info", "Information"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reference", models.CharField(max_length=8)),
                ("detail", models.CharField(blank=True, max_length=1000)),
                ("partner_id", models.BigIntegerField(null=True)),
                (
                    "partner_slug",
                    models.CharField(blank=True, max_length=64, verbose_name="partner"),
                ),
                ("partner_name", models.CharField(blank=True, max_length=200)),
                ("flow", models.CharField(blank=True, max_length=16)),
                ("subject_hash", models.CharField(blank=True, max_length=64)),
                ("subject_masked", models.CharField(blank=True, max_length=300)),
                ("subject_closed", models.BinaryField(blank=True)),
                ("subject_format", models.CharField(blank=True, max_length=200)),
                ("email_hash", models.CharField(blank=True, max_length=64)),
                ("email_masked", models.CharField(blank=True, max_length=300)),
                ("email_closed", models.BinaryField(blank=True)),
                ("account_id", models.CharField(blank=True, max_length=64)),
                ("account_created", models.BooleanField(default=False)),
                (
                    "idp_entity_id",
                    models.CharField(
                        blank=True,
                        help_text="The issuer, where a trusted key signed it.",
                        max_length=1024,
                    ),
                ),
                ("claimed_issuer", models.CharField(blank=True, max_length=1024)),
                ("assertion_id_hash", models.CharField(blank=True, max_length=64)),
                ("cert_sha256", models.CharField(blank=True, max_length=64)),
                ("assertion", models.JSONField(default=dict)),
                ("checks", models.JSONField(default=list)),
                ("facts", models.JSONField(default=dict)),
                ("relay_received", models.CharField(blank=True, max_length=2000)),
                ("relay_used", models.CharField(blank=True, max_length=2000)),
                ("client_ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                ("user_agent", models.CharField(blank=True, max_length=500)),
                ("request_host", models.CharField(blank=True, max_length=255)),
                ("actor", models.CharField(blank=True, max_length=200)),
                ("target", models.CharField(blank=True, max_length=200)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("why", models.CharField(blank=True, max_length=2000)),
                ("node", models.CharField(blank=True, max_length=255)),
                ("version", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("-time", "-id"),
                "default_permissions": ("view",),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["-time", "-id"], name="sso_audit_time"),
                    models.Index(fields=["partner_slug", "-time"], name="sso_audit_partner"),
                    models.Index(fields=["outcome", "-time"], name="sso_audit_outcome"),
                    models.Index(fields=["key", "-time"], name="sso_audit_key"),
                    models.Index(fields=["email_hash", "-time"], name="sso_audit_email"),
                    models.Index(fields=["subject_hash", "-time"], name="sso_audit_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reference",), name="sso_audit_event_reference")
                ],
            },
        ),
        migrations.CreateModel(
            name="Pruning",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("before", models.DateTimeField()),
                (
                    "must_be_gone",
                    models.ForeignKey(
                        default=0,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="sso_audit.pruning",
                    ),
                ),
            ],
            options={
                "db_table": "sso_audit_pruning",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1), ("must_be_gone", 0)),
                        name="sso_audit_one_door",
                    )
                ],
            },
        ),
    ]
