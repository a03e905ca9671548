"""The house itself as a Django app: it brings the system checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """No models; the rooms have their own apps."""

    name = "sso_gateway"
    label = "sso_gateway"
    verbose_name = _("SSO gateway")

    def ready(self) -> None:
        """Registers the system checks."""
        from sso_gateway import checks  # noqa: F401
