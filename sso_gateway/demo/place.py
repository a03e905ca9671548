"""Who plays the partner, and where: on another site than the gateway, as partners are."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

SLUG: Final = "acme"
NAME: Final = "Acme (demo)"
EMAIL_DOMAIN: Final = "acme.example"
ENTITY_ID: Final = "https://idp.acme.example/saml"
"""A name, and no address: the same on whatever port the demo runs."""


def origin() -> str:
    """Where the portal is: 127.0.0.1 beside a gateway at localhost, and the other way round.

    To a browser these are two sites, so what the portal posts is a cross-site request.
    """
    gateway = urlsplit(settings.SSO_BASE_URL)
    host = "localhost" if gateway.hostname == "127.0.0.1" else "127.0.0.1"
    return f"http://{host}:{gateway.port}" if gateway.port else f"http://{host}"


def address(name: str, *arguments: str) -> str:
    """The URL of a page of the demo, from anywhere."""
    return f"{origin()}{reverse(f'demo:{name}', args=arguments)}"
