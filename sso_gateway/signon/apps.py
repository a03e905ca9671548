"""The way in as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignonConfig(AppConfig):
    """Login, ACS, logout, sessions."""

    name = "sso_gateway.signon"
    label = "sso_signon"
    verbose_name = _("Sign-on")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what only exists once all apps are loaded."""
        from sso_gateway.signon import checks, signals  # noqa: F401
        from sso_gateway.signon.doctor import deployed  # noqa: F401

        signals.connect()
