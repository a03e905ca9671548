"""The app that turns what a partner asserts into a local account."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvisioningConfig(AppConfig):
    """Links between partners' users and local accounts, and groups → Django groups."""

    name = "sso_gateway.provisioning"
    label = "sso_provisioning"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks."""
        from sso_gateway.provisioning import checks  # noqa: F401
