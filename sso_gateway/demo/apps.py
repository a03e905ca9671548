"""The demo as a Django app, which does not start where it could do harm."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """A partner that signs in anybody: for one's own machine."""

    name = "sso_gateway.demo"
    label = "sso_demo"
    verbose_name = _("Demo")

    def ready(self) -> None:
        """Refuses to be part of a gateway that somebody else may reach."""
        if not getattr(settings, "SSO_DEMO", False):
            raise ImproperlyConfigured(
                "sso_gateway.demo signs in anybody. It is loaded by SSO_DEMO=1 and by nothing else."
            )
        if not settings.SSO_BASE_URL.startswith("http://"):
            raise ImproperlyConfigured(
                "sso_gateway.demo signs in anybody. It does not load under an https SSO_BASE_URL."
            )
