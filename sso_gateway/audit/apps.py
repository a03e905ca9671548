"""The audit log as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The log of every decision."""

    name = "sso_gateway.audit"
    label = "sso_audit"
    verbose_name = _("Audit log")
    default_auto_field = "django.db.models.BigAutoField"
