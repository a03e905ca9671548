"""Is this installation put together safely?

``manage.py check`` asks, and ``runserver`` and ``migrate`` of the command line. So does a server at
each start: ``sso_gateway.wsgi`` asks (``signon/start.py``), and a project's own WSGI module may do
the same. ``bootstrap`` does not ask; the server that it prepares does.

E001 to E006 stop, W001 warns. Each room brings the checks of its own: partners W1xx, signon E2xx
and W2xx, provisioning E3xx and W3xx.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import xmlsec
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils.translation import gettext as _
from lxml import etree

from sso_gateway.defaults import SETTINGS

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@register(Tags.security)
def same_libxml2(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: lxml hands its trees to xmlsec in memory, so both must hold the same libxml2."""
    parser, verifier = etree.LIBXML_VERSION, xmlsec.get_libxml_version()
    if parser == verifier:
        return []
    words = {"lxml": ".".join(map(str, parser)), "xmlsec": ".".join(map(str, verifier))}
    return [
        Error(
            _("lxml carries libxml2 %(lxml)s and xmlsec carries %(xmlsec)s.") % words,
            hint=_("Install the pair that requirements/base.txt names, from wheels."),
            id="sso_gateway.E001",
        )
    ]


@register(Tags.security)
def base_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E002: https outside demo mode, and only there. W001: a demo that others can reach."""
    if not hasattr(settings, "SSO_BASE_URL"):
        return []  # E005 says so.
    address = urlsplit(str(settings.SSO_BASE_URL))
    demo = settings.SSO_DEMO
    if demo == (address.scheme == "https"):
        return [
            Error(
                _("SSO_BASE_URL must be an https address, except in demo mode, where it must not."),
                hint=_("Set SSO_BASE_URL to the address that partners and browsers use."),
                id="sso_gateway.E002",
            )
        ]
    if demo and address.hostname not in LOOPBACK:
        return [
            Warning(
                _("Demo mode signs in anybody who reaches %s.") % address.netloc,
                hint=_("Use http://localhost for the demo."),
                id="sso_gateway.W001",
            )
        ]
    return []


@register(Tags.security)
def database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: one-time use and the append-only log rest on what these two databases promise."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        return []
    if connection.vendor == "sqlite" and _is_immediate(connection.settings_dict):
        return []
    return [
        Error(
            _("The default database must be PostgreSQL, or SQLite with immediate transactions."),
            hint=_('For SQLite set OPTIONS["transaction_mode"] to "IMMEDIATE".'),
            id="sso_gateway.E003",
        )
    ]


def _is_immediate(options: dict[str, Any]) -> bool:
    return str(options.get("OPTIONS", {}).get("transaction_mode", "")).upper() == "IMMEDIATE"


@register(Tags.security)
def assertions(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E004: ``python -O`` removes assert statements, and libraries that we use rely on theirs."""
    if not sys.flags.optimize:
        return []
    return [
        Error(
            _("Python runs with -O (or PYTHONOPTIMIZE), which removes checks from libraries."),
            hint=_("Start it without."),
            id="sso_gateway.E004",
        )
    ]


@register(Tags.security)
def settings_present(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E005: a project that embeds the gateway names the settings that have no default."""
    missing = [each for each in SETTINGS if each.required and not hasattr(settings, each.name)]
    return [
        Error(
            _("Missing from the settings: %s.") % each.name,
            hint=_("Add it. It must be %s.") % each.must,
            id="sso_gateway.E005",
        )
        for each in missing
    ]


@register(Tags.security)
def settings_fit(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E006: a project's settings are held to what the environment's are held to."""
    unfit = [
        each
        for each in SETTINGS
        if hasattr(settings, each.name) and not each.fits(getattr(settings, each.name))
    ]
    return [
        Error(
            _("%s is not what it must be.") % each.name,
            hint=_("It must be %s.") % each.must,
            id="sso_gateway.E006",
        )
        for each in unfit
    ]
