"""What a project must give us: silent where it does, and a hint with what to add where not."""

from typing import Any

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from pytest_django import Settings

from sso_gateway.signon import checks
from sso_gateway.signon.middleware import GatewaySessionMiddleware

ALL = (
    checks.house_installed,
    checks.middleware,
    checks.backend_named,
    checks.addresses,
    checks.templates,
    checks.aware_times,
    checks.one_database,
    checks.session_cookie,
)
OURS = "sso_gateway.signon.middleware.GatewaySessionMiddleware"
DJANGOS = "django.contrib.auth.middleware.AuthenticationMiddleware"
BACKEND = "sso_gateway.signon.backend.GatewayBackend"


class DerivedAuthentication(AuthenticationMiddleware):
    """A project's own."""


class DerivedGateway(GatewaySessionMiddleware):
    """A project's own."""


class UsersElsewhere:
    """A database router."""

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return "people" if model._meta.label == "auth.User" else None


class BelowAPrefix:
    urlpatterns = [
        path("sso/", include("sso_gateway.partners.urls")),
        path("sso/", include("sso_gateway.signon.urls")),
    ]


def anything(request: HttpRequest, everything: str) -> HttpResponse:
    return HttpResponse(everything)


class BehindACatchAll:
    urlpatterns = [
        path("<path:everything>", anything),
        path("", include("sso_gateway.partners.urls")),
        path("", include("sso_gateway.signon.urls")),
    ]


class WithoutSignon:
    urlpatterns = [path("", include("sso_gateway.partners.urls"))]


def found(check: Any) -> list[tuple[str, str]]:
    return [(message.id, message.hint) for message in check(None)]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_the_stand_alone_gateway_lacks_nothing(check: Any) -> None:
    assert found(check) == []


def test_the_house_itself_is_asked_for(settings: Settings) -> None:
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "sso_gateway"]
    [(identifier, hint)] = found(checks.house_installed)
    assert (identifier, '"sso_gateway"' in hint) == ("sso_gateway.E201", True)


@pytest.mark.parametrize("stack", [[], [OURS], [DJANGOS], [OURS, DJANGOS]])
def test_the_middleware_is_asked_for_behind_djangos(settings: Settings, stack: list[str]) -> None:
    settings.MIDDLEWARE = stack
    [(identifier, hint)] = found(checks.middleware)
    assert (identifier, f'"{OURS}"' in hint) == ("sso_gateway.E202", True)


def test_a_projects_own_kind_of_middleware_will_do(settings: Settings) -> None:
    settings.MIDDLEWARE = [f"{__name__}.DerivedAuthentication", f"{__name__}.DerivedGateway"]
    assert found(checks.middleware) == []


def test_the_backend_is_asked_for(settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    [(identifier, hint)] = found(checks.backend_named)
    assert (identifier, f'"{BACKEND}"' in hint) == ("sso_gateway.E203", True)


@pytest.mark.parametrize("urls", [BelowAPrefix, BehindACatchAll, WithoutSignon])
def test_the_addresses_are_asked_for_where_partners_know_them(
    settings: Settings, urls: type
) -> None:
    settings.ROOT_URLCONF = urls
    [(identifier, hint)] = found(checks.addresses)
    assert identifier == "sso_gateway.E204"
    assert 'path("", include("sso_gateway.signon.urls"))' in hint


def test_the_templates_are_asked_for(settings: Settings) -> None:
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
    [(identifier, hint)] = found(checks.templates)
    assert (identifier, '"APP_DIRS": True' in hint) == ("sso_gateway.E205", True)


def test_times_with_a_zone_are_asked_for(settings: Settings) -> None:
    settings.USE_TZ = False
    assert found(checks.aware_times) == [("sso_gateway.E206", "Set USE_TZ = True.")]


def test_one_database_is_asked_for(settings: Settings) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.UsersElsewhere"]
    [error] = checks.one_database(None)
    assert (error.id, "auth.User" in error.msg) == ("sso_gateway.E207", True)


def test_a_strict_session_cookie_is_warned_of(settings: Settings) -> None:
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    [warning] = checks.session_cookie(None)
    assert (warning.id, warning.is_serious()) == ("sso_gateway.W201", False)
