"""Has the project that we are part of left us room? Each answer says what to add.

E201 to E207 stop, W201 warns.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, router
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from sso_gateway.partners import views as partner_views
from sso_gateway.signon import backend, views
from sso_gateway.signon.middleware import GatewaySessionMiddleware

_KINDS: Final = (AuthenticationMiddleware, GatewaySessionMiddleware)
_LABELS: Final = ("sso_audit", "sso_partners", "sso_provisioning", "sso_signon")
_ADDRESSES: Final[tuple[tuple[str, str, Callable[..., Any]], ...]] = (
    ("partners:metadata", "/saml/partner/metadata/", partner_views.metadata),
    ("signon:acs", "/saml/partner/acs/", views.acs),
    ("signon:login", "/saml/partner/login/", views.login),
)


@register(Tags.security)
def house_installed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E201: without the house its defaults, its translations and its own checks are missing."""
    if apps.is_installed("sso_gateway"):
        return []
    return [
        Error(
            _("The app %s is not installed.") % "sso_gateway",
            hint=_("Add %s to INSTALLED_APPS.") % '"sso_gateway"',
            id="sso_gateway.E201",
        )
    ]


@register(Tags.security)
def middleware(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E202: nothing would end a partner's session."""
    order = [kind for name in settings.MIDDLEWARE for kind in _KINDS if _is(name, kind)]
    if order == [AuthenticationMiddleware, GatewaySessionMiddleware]:
        return []
    return [
        Error(
            _("Nothing ends partners' sessions, so none is opened."),
            hint=_("Add %(ours)s to MIDDLEWARE, behind %(django)s.")
            % {
                "ours": f'"{GatewaySessionMiddleware.__module__}.GatewaySessionMiddleware"',
                "django": "AuthenticationMiddleware",
            },
            id="sso_gateway.E202",
        )
    ]


def _is(name: str, kind: type) -> bool:
    """Whether this entry of MIDDLEWARE is that class, or derived from it; some are functions."""
    found = import_string(name)
    return isinstance(found, type) and issubclass(found, kind)


@register(Tags.security)
def backend_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E203: Django would not recognise the user of a partner's session."""
    if backend.PATH in settings.AUTHENTICATION_BACKENDS:
        return []
    return [
        Error(
            _("No partner's user would stay signed in."),
            hint=_("Add %s to AUTHENTICATION_BACKENDS.") % f'"{backend.PATH}"',
            id="sso_gateway.E203",
        )
    ]


@register(Tags.security)
def addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E204: partners hold addresses below SSO_BASE_URL itself, and nobody else may answer there."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    lost = [path for name, path, view in _ADDRESSES if not _answers(name, path, view)]
    if not lost:
        return []
    return [
        Error(
            _("Our views do not answer at %s.") % ", ".join(lost),
            hint=_("Add to urlpatterns, at the root and outside of i18n_patterns: %s")
            % 'path("", include("sso_gateway.partners.urls")),'
            ' path("", include("sso_gateway.signon.urls"))',
            id="sso_gateway.E204",
        )
    ]


def _answers(name: str, path: str, view: Callable[..., Any]) -> bool:
    try:
        return resolve(path).func is view and reverse(name, args=["partner"]) == path
    except (NoReverseMatch, Resolver404):
        return False


@register(Tags.security)
def templates(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E205: a refusal could not be shown."""
    try:
        get_template("sso_gateway/refused.html")
    except TemplateDoesNotExist:
        hint = _('In TEMPLATES, set "APP_DIRS": True for the backend DjangoTemplates.')
        return [Error(_("Our templates are not found."), hint=hint, id="sso_gateway.E205")]
    return []


@register(Tags.security)
def aware_times(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E206: a time without its zone is another time on another machine."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            _("Partners' times have a zone, and the project's have none."),
            hint=_("Set USE_TZ = True."),
            id="sso_gateway.E206",
        )
    ]


@register(Tags.security)
def one_database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E207: a login is one transaction: user, session, one-time use and the row of the log."""
    ours = [model for label in _LABELS for model in apps.get_app_config(label).get_models()]
    models = [*ours, apps.get_model(settings.AUTH_USER_MODEL)]
    elsewhere = [each for each in models if router.db_for_write(each) != DEFAULT_DB_ALIAS]
    if not elsewhere:
        return []
    return [
        Error(
            _("Not in the default database: %s.")
            % ", ".join(each._meta.label for each in elsewhere),
            hint=_("Route users and the apps %s to the database 'default'.") % ", ".join(_LABELS),
            id="sso_gateway.E207",
        )
    ]


@register(Tags.security)
def session_cookie(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W201: the browser comes from the partner, and leaves a ``Strict`` cookie at home."""
    if settings.SESSION_COOKIE_SAMESITE != "Strict":
        return []
    return [
        Warning(
            _("A browser that comes from a partner does not send a Strict session cookie."),
            hint=_('Set SESSION_COOKIE_SAMESITE = "Lax".'),
            id="sso_gateway.W201",
        )
    ]
