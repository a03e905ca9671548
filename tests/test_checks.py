"""The system checks: silent where all is well, and each one able to speak."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from sso_gateway import checks, defaults

ROOT = Path(__file__).parent.parent


def ids(found: list[Any]) -> list[str]:
    return [str(message.id) for message in found]


def test_this_installation_has_no_errors() -> None:
    assert [message for message in run_checks() if message.is_serious()] == []


def test_lxml_and_xmlsec_hold_the_same_libxml2() -> None:
    assert checks.same_libxml2(None) == []


def test_another_libxml2_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xmlsec.get_libxml_version", lambda: (2, 9, 14))
    [error] = checks.same_libxml2(None)
    assert error.id == "sso_gateway.E001"
    assert "xmlsec carries 2.9.14" in error.msg


@pytest.mark.parametrize(
    ("address", "demo", "expected"),
    [
        ("https://sso.example.com", False, []),
        ("http://sso.example.com", False, ["sso_gateway.E002"]),
        ("https://sso.example.com", True, ["sso_gateway.E002"]),
        ("http://localhost:8000", True, []),
        ("http://192.0.2.1:8000", True, ["sso_gateway.W001"]),
        ("", False, ["sso_gateway.E002"]),
    ],
)
def test_https_is_for_everything_but_the_demo(
    settings: Settings, address: str, demo: bool, expected: list[str]
) -> None:
    settings.SSO_BASE_URL, settings.SSO_DEMO = address, demo
    assert ids(checks.base_url(None)) == expected


def test_the_database_of_the_suite_is_one_that_we_prove() -> None:
    assert checks.database(None) == []


def test_sqlite_without_immediate_transactions_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    assert ids(checks.database(None)) == ["sso_gateway.E003"]


def test_another_database_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "mysql")
    assert ids(checks.database(None)) == ["sso_gateway.E003"]


@pytest.mark.parametrize(("flag", "expected"), [([], 0), (["-O"], 1)])
def test_python_without_asserts_is_refused(flag: list[str], expected: int) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment.pop("PYTHONOPTIMIZE", None)
    command = [sys.executable, *flag, "manage.py", "check", "--tag", "security"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment
    )
    assert (done.returncode, "sso_gateway.E004" in done.stderr) == (expected, bool(expected))


@pytest.mark.parametrize("name", ["SSO_BASE_URL", "SSO_CERTS_DIR"])
def test_a_missing_setting_is_named(settings: Settings, name: str) -> None:
    delattr(settings, name)
    [error] = checks.settings_present(None)
    assert (error.id, name in error.msg) == ("sso_gateway.E005", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSO_APP_NAME", None),
        ("SSO_BASE_URL", ""),
        ("SSO_BASE_URL", None),
        ("SSO_BASE_URL", "https://sso.example.com/"),
        ("SSO_BASE_URL", "https://SSO.example.com"),
        ("SSO_BASE_URL", "https://sso.example.com/below"),
        ("SSO_CERTS_DIR", "certs"),
        ("SSO_CLOCK_SKEW", 301),
        ("SSO_CLOCK_SKEW", -1),
        ("SSO_CLOCK_SKEW", True),
        ("SSO_DEMO", "0"),
        ("SSO_MAX_MESSAGE_BYTES", 1048577),
        ("SSO_METADATA_DIR", "saml_metadata"),
        ("SSO_INFORMATION_URL", "http://sso.example.com/about"),
        ("SSO_LOGO_SIZE", "64"),
        ("SSO_LOGO_URL", "data:image/png;base64,AAAA"),
        ("SSO_PRIVACY_URL", None),
        ("SSO_PRIVACY_URL", "https://user@sso.example.com/"),
        ("SSO_SUPPORT_CONTACT", None),
        ("SSO_TRUSTED_PROXIES", ("10.0.0.0/8",)),
    ],
)
def test_a_setting_that_the_environment_could_not_have_is_an_error(
    settings: Settings, name: str, value: object
) -> None:
    setattr(settings, name, value)
    [error] = checks.settings_fit(None)
    assert (error.id, name in error.msg) == ("sso_gateway.E006", True)


def test_what_a_project_does_not_name_is_what_the_environment_does_not_name(
    settings: Settings,
) -> None:
    optional = [each for each in defaults.SETTINGS if not each.required]
    ours = {each.name: getattr(settings, each.name) for each in optional}
    for each in optional:
        delattr(settings, each.name)
    defaults.fill()
    filled = {each.name: getattr(settings, each.name) for each in optional}
    assert filled.pop("SSO_METADATA_DIR") == Path("saml_metadata")
    assert ours.pop("SSO_METADATA_DIR").name == "saml_metadata"
    assert filled == ours
    assert checks.settings_fit(None) == []


def test_the_settings_that_are_looked_for_are_all_there_are() -> None:
    defined = {name for name in dir(settings) if name.startswith("SSO_")}
    assert defined == {each.name for each in defaults.SETTINGS}
