"""The demo does not start where it could do harm."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

ROOT = Path(__file__).parents[2]


def test_it_loads_in_demo_mode_under_http() -> None:
    apps.get_app_config("sso_demo").ready()


@pytest.mark.parametrize(
    ("demo", "base_url"),
    [
        (False, "http://localhost:8000"),
        (True, "https://localhost:8000"),
        (True, "https://sso.example.com"),
        (False, "https://sso.example.com"),
    ],
)
def test_it_loads_nowhere_else(settings: Settings, demo: bool, base_url: str) -> None:
    config = apps.get_app_config("sso_demo")
    settings.SSO_DEMO, settings.SSO_BASE_URL = demo, base_url
    with pytest.raises(ImproperlyConfigured, match="signs in anybody"):
        config.ready()


def test_it_loads_nowhere_where_demo_mode_is_unheard_of(settings: Settings) -> None:
    config = apps.get_app_config("sso_demo")
    del settings.SSO_DEMO
    with pytest.raises(ImproperlyConfigured, match="SSO_DEMO=1"):
        config.ready()


def test_a_process_that_adds_it_under_https_does_not_start(tmp_path: Path) -> None:
    own = {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "x" * 50,
        "SSO_BASE_URL": "https://sso.example.com",
        "SSO_CERTS_DIR": str(tmp_path),
    }
    program = (
        "import django; from django.conf import settings; import sso_gateway.settings as own; "
        "own.INSTALLED_APPS.append('sso_gateway.demo'); "
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'sso_gateway.settings'; django.setup()"
    )
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**kept, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "ImproperlyConfigured: sso_gateway.demo signs in anybody" in ended.stderr
