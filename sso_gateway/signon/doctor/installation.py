"""The project that we are part of: its system checks, its address, its cookies."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks as django_checks
from django.http.request import validate_host
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.audit.models import Event
from sso_gateway.audit.printable import printable
from sso_gateway.signon.doctor.finding import Finding, Level, error, info, sound, warning

INCOMPLETE: Final = frozenset({"sso_gateway.E005", "sso_gateway.E006"})
"""Checks of settings without which no question can be asked."""
_ANSWERED_HERE: Final = ("sso_gateway.W101", "sso_gateway.W102", "sso_gateway.E4", "sso_gateway.W4")
"""Checks that ask what the doctor asks itself, and answers in more words."""
_EVERYBODY: Final = frozenset({ip_network("0.0.0.0/0"), ip_network("::/0")})
_RECENT: Final = timedelta(days=7)
_HOSTS_SHOWN: Final = 5


def checks() -> Iterator[Finding]:
    """What ``manage.py check --deploy`` says, ours and Django's, under the ids they have there."""
    messages = django_checks.run_checks(include_deployment_checks=True)
    told = [_told(message) for message in messages if not message.is_silenced()]
    told = [each for each in told if not each.id.startswith(_ANSWERED_HERE)]
    yield from told
    ids = {each.id for each in told}
    for number, text in _well().items():
        if f"sso_gateway.E{number:03}" not in ids:
            yield sound(number, text)
    if not told:
        yield sound(401, _("The system checks of the project have nothing to say."))


def _told(message: django_checks.CheckMessage) -> Finding:
    mild = Level.WARNING if message.level == django_checks.WARNING else Level.INFO
    level = Level.ERROR if message.is_serious() else mild
    # Some of Django's hints have several lines and names of objects.
    text, hint = (
        printable(" ".join(str(each or "").split())) for each in (message.msg, message.hint)
    )
    return Finding(level, message.id or "check", text, hint)


def _well() -> dict[int, str]:
    """What it means that these checks of ours are silent."""
    return {
        1: _("lxml and xmlsec carry the same libxml2."),
        2: _("SSO_BASE_URL is %s.") % getattr(settings, "SSO_BASE_URL", ""),
        3: _("The database is one that keeps what we promise."),
        4: _("Python runs with its assertions."),
    }


def address() -> Iterator[Finding]:
    """The project answers at the address that partners know."""
    host = urlsplit(settings.SSO_BASE_URL).hostname or ""
    name = f"[{host}]" if ":" in host else host
    if not validate_host(name, settings.ALLOWED_HOSTS):
        yield error(
            403,
            _("Requests for %s, the host of SSO_BASE_URL, are not answered.") % name,
            _("Add it to ALLOWED_HOSTS."),
        )
    elif "*" in settings.ALLOWED_HOSTS:
        yield warning(
            403,
            _("Requests for any host are answered."),
            _("Let ALLOWED_HOSTS name %s alone.") % name,
        )
    else:
        yield sound(403, _("Requests for %s are answered.") % name)


def seen_address() -> Iterator[Finding]:
    """What browsers asked for lately was the address that partners know."""
    ours = urlsplit(settings.SSO_BASE_URL).netloc
    recent = Event.objects.filter(action="sign_in.attempt", time__gt=clock.now() - _RECENT)
    seen = set(recent.exclude(request_host="").order_by().values_list("request_host").distinct())
    hosts = {host.lower() for (host,) in seen}
    standard = {":443", ":80"}
    other = sorted(
        host for host in hosts if host not in {ours, *(ours + port for port in standard)}
    )
    if other:
        yield warning(
            404,
            _("Sign-ins of the last week asked for %(seen)s, and SSO_BASE_URL says %(ours)s.")
            % {"seen": ", ".join(other[:_HOSTS_SHOWN]), "ours": ours},
            _("Let the proxy pass the Host header on, or correct SSO_BASE_URL."),
        )
    elif hosts:
        yield sound(404, _("Sign-ins of the last week asked for %s.") % ours)
    else:
        yield info(404, _("Nobody tried to sign in during the last week."))


def cookies() -> Iterator[Finding]:
    """The flags that cookies of sessions and forms are sent with."""
    wrong = [error(402, text, fix) for right, text, fix in _flags() if not right]
    yield from wrong
    if settings.SESSION_COOKIE_DOMAIN:
        yield warning(
            402,
            _("Every host below %s receives the session cookie.") % settings.SESSION_COOKIE_DOMAIN,
            _("Set SESSION_COOKIE_DOMAIN = None."),
        )
    elif not wrong:
        yield sound(402, _("Cookies are sent to this host alone and shown to no script."))


def _flags() -> Iterator[tuple[bool, str, str]]:
    """Right or not, what is wrong otherwise, and its remedy."""
    https = settings.SSO_BASE_URL.startswith("https://")
    for kind in ("SESSION", "CSRF"):
        yield (
            bool(getattr(settings, f"{kind}_COOKIE_SECURE")) or not https,
            _("The cookie %s is sent without TLS.") % getattr(settings, f"{kind}_COOKIE_NAME"),
            f"{kind}_COOKIE_SECURE = True",
        )
        yield (
            str(getattr(settings, f"{kind}_COOKIE_SAMESITE")) in {"Lax", "Strict"},
            _("Other sites can use the cookie %s.") % getattr(settings, f"{kind}_COOKIE_NAME"),
            f'{kind}_COOKIE_SAMESITE = "Lax"',
        )
    yield (
        bool(settings.SESSION_COOKIE_HTTPONLY),
        _("Scripts can read the cookie %s.") % settings.SESSION_COOKIE_NAME,
        "SESSION_COOKIE_HTTPONLY = True",
    )


def proxies() -> Iterator[Finding]:
    """Whose word about a client's address is believed."""
    if _EVERYBODY & set(settings.SSO_TRUSTED_PROXIES):
        yield warning(
            405,
            _("Anybody is believed to be a proxy, so the log's IP addresses prove nothing."),
            _("Let SSO_TRUSTED_PROXIES name the proxies' own networks."),
        )
    else:
        count = len(settings.SSO_TRUSTED_PROXIES)
        yield sound(405, _("X-Forwarded-For is believed from %d networks.") % count)
