"""The gateway in demo mode, prepared."""

import pytest
from pytest_django import Settings

from sso_gateway.demo import flows, keys
from sso_gateway.partners import keyfiles, trust
from sso_gateway.signon import certificates
from tests.demo.site import GATEWAY, Site


@pytest.fixture(scope="session", autouse=True)
def key_files() -> None:
    keyfiles.ensure()
    keys.ensure()


@pytest.fixture(autouse=True)
def demo_mode(settings: Settings) -> None:
    settings.SSO_DEMO = True
    settings.SSO_BASE_URL = GATEWAY
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "sso_gateway.demo"]
    settings.ROOT_URLCONF = "tests.demo.urls"
    trust.forget()
    certificates.forget()


@pytest.fixture
def said(demo_mode: None, db: None) -> list[str]:
    """What the first ``demo prepare`` prints."""
    return flows.prepare()


@pytest.fixture
def site(said: list[str]) -> Site:
    """The prepared demo, with a browser in front of it."""
    return Site()
