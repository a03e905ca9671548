"""The house itself as a Django app: it brings the defaults of settings, and the system checks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """No models; the rooms have their own apps."""

    name = "sso_gateway"
    label = "sso_gateway"
    verbose_name = _("SSO gateway")

    def ready(self) -> None:
        """Completes the settings and registers the system checks."""
        from sso_gateway import checks, defaults  # noqa: F401

        defaults.fill()
