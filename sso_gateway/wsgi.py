"""The gateway as a WSGI application. Where it would not be safe, importing this module fails."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from sso_gateway.saml import schema

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sso_gateway.settings")
django_application = get_wsgi_application()
schema.prepare()

from sso_gateway.signon import start  # noqa: E402 - it needs the models, which are loaded now.

start.refuse_unsafe()
scheme = urlsplit(settings.SSO_BASE_URL).scheme


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Django, told the scheme that users see.

    A proxy ends TLS in front of us, so the connection knows nothing of it. We take the scheme from
    SSO_BASE_URL and believe no header.
    """
    environ["wsgi.url_scheme"] = scheme
    return django_application(environ, start_response)
