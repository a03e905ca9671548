"""What every answer of the stand-alone gateway tells the browser."""

from importlib import import_module
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.test import Client

OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def directives(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";") if directive.strip()}


@pytest.mark.django_db
def test_nothing_may_run_on_our_pages(client: Client) -> None:
    answer = client.get("/", secure=True)
    assert directives(answer.headers["Content-Security-Policy"]) == directives(OURS)


@pytest.mark.django_db
def test_the_admin_may_run_its_own_files_and_nothing_else(client: Client) -> None:
    answer = client.get("/admin/login/", secure=True)
    added = {"script-src 'self'", "connect-src 'self'"}
    assert directives(answer.headers["Content-Security-Policy"]) == directives(OURS) | added


@pytest.mark.django_db
def test_the_admin_needs_no_more_than_that(admin_client: Client) -> None:
    page = admin_client.get("/admin/", secure=True).content.decode()
    assert "<script" in page
    assert "<script>" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.django_db
def test_browsers_are_told_to_stay_careful(client: Client) -> None:
    headers = client.get("/", secure=True).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Host"])
def test_no_request_changes_our_address(client: Client, header: str) -> None:
    answer = client.get("/", secure=True, headers={header: "evil.example"})
    assert b"evil.example" not in answer.content
    assert answer.status_code == (400 if header == "Host" else 200)


@pytest.mark.django_db
def test_a_static_file_comes_without_a_collecting_step(client: Client) -> None:
    answer = client.get("/static/admin/css/base.css", secure=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    answer.close()


@pytest.mark.django_db
def test_the_scheme_is_configured_and_not_taken_from_the_connection() -> None:
    wsgi = import_module("sso_gateway.wsgi")
    environ: dict[str, Any] = {"HTTP_HOST": "sso.example.com", "PATH_INFO": "/healthz"}
    setup_testing_defaults(environ)
    started: dict[str, str] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *rest: object) -> Any:
        started.update({"status": status, **dict(headers)})

    assert b"".join(wsgi.application(environ, start_response)) == b"ok\n"
    assert started["status"] == "200 OK"
    assert settings.SSO_BASE_URL.startswith("https://")
    assert "Strict-Transport-Security" in started
