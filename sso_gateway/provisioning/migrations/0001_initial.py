import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sso_gateway.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sso_partners", "0001_partners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=256, verbose_name="partner's group")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sso_mappings",
                        to="auth.group",
                        verbose_name="group here",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_mappings",
                        to="sso_partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "group mapping",
                "verbose_name_plural": "group mappings",
                "ordering": ("partner_id", "value", "group_id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "value", "group"), name="sso_group_mapping_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "issuer",
                    models.CharField(blank=True, max_length=256, verbose_name="identity provider"),
                ),
                ("email", models.CharField(max_length=254, verbose_name="e-mail address")),
                ("persistent_id", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "created",
                    models.DateTimeField(default=sso_gateway.clock.now, verbose_name="linked"),
                ),
                (
                    "last_seen",
                    models.DateTimeField(default=sso_gateway.clock.now, verbose_name="last seen"),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="sso_partners.partner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sso_links",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "link",
                "verbose_name_plural": "links",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "email", "issuer"), name="sso_link_once_per_address"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("persistent_id__isnull", False)),
                        fields=("partner", "persistent_id"),
                        name="sso_link_once_per_persistent_id",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "partner", "issuer"), name="sso_link_once_per_account"
                    ),
                ],
            },
        ),
    ]
