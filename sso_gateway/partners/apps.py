"""The app that remembers whom we trust."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Partners, their identity providers, and our own keys."""

    name = "sso_gateway.partners"
    label = "sso_partners"
    verbose_name = _("Partners")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks of our key files."""
        from sso_gateway.partners import checks  # noqa: F401
