"""Whoever leaves out a step of the page is told which one, by every command."""

import pytest

from tests.embed import page
from tests.embed.office import DESK, SIGN_IN, Office, message
from tests.idp.server import IdentityProviderStandIn

NO_MIDDLEWARE = "MIDDLEWARE.pop()"
MISSING = {
    "app": (
        'INSTALLED_APPS.remove("sso_gateway")',
        "sso_gateway.E201",
        'Add "sso_gateway" to INSTALLED_APPS.',
    ),
    "middleware": (
        NO_MIDDLEWARE,
        "sso_gateway.E202",
        'Add "sso_gateway.signon.middleware.GatewaySessionMiddleware" to MIDDLEWARE',
    ),
    "backend": (
        "AUTHENTICATION_BACKENDS.pop()",
        "sso_gateway.E203",
        'Add "sso_gateway.signon.backend.GatewayBackend" to AUTHENTICATION_BACKENDS.',
    ),
    "address": ("del SSO_BASE_URL", "sso_gateway.E005", "as in https://office.example.com"),
    "folder": ("del SSO_CERTS_DIR", "sso_gateway.E005", "It must be a pathlib.Path."),
    "plain http": (
        'SSO_BASE_URL = "http://office.example.com"',
        "sso_gateway.E002",
        "Set SSO_BASE_URL to the address that partners and browsers use.",
    ),
    "immediate": (
        'del DATABASES["default"]["OPTIONS"]',
        "sso_gateway.E003",
        'set OPTIONS["transaction_mode"] to "IMMEDIATE"',
    ),
}


@pytest.mark.parametrize("what", MISSING)
def test_a_missing_setting_stops_every_command_and_says_what_to_add(
    office: Office, what: str
) -> None:
    without, identifier, hint = MISSING[what]
    office.write(settings=without)
    stopped = office.manage("partner", "list")
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert identifier in stopped.stderr and hint in stopped.stderr


def test_missing_addresses_stop_every_command_and_say_what_to_add(office: Office) -> None:
    office.write(urls="")
    stopped = office.manage("check")
    assert stopped.returncode == 1
    assert "sso_gateway.E204" in stopped.stderr
    for line in page.python("urls.py").splitlines():
        if "include(" in line:
            assert line.partition("#")[0].strip().rstrip(",") in stopped.stderr


@pytest.mark.parametrize("without", [NO_MIDDLEWARE, "AUTHENTICATION_BACKENDS.pop()"])
def test_where_nobody_ran_the_checks_nobody_is_signed_in(
    office: Office, idp: IdentityProviderStandIn, without: str
) -> None:
    office.write(settings=without)
    with office.browser() as browser:
        browser.arrive(message(idp))
        assert browser.get(DESK).location == f"{SIGN_IN}?next={DESK}"


@pytest.mark.parametrize("without", ["del SSO_BASE_URL", "del SSO_CERTS_DIR"])
def test_without_its_required_settings_a_running_project_shows_a_page_and_lets_nobody_in(
    office: Office, idp: IdentityProviderStandIn, without: str
) -> None:
    office.write(settings=without)
    with office.browser() as browser:
        refused = browser.arrive(message(idp))
        assert (refused.status, "Reference" in refused.body) == (503, True)
        assert "Office" in refused.body and "SSO_" not in refused.body
        assert browser.get(DESK).location == f"{SIGN_IN}?next={DESK}"
    assert office.count("sso_signon_loginsession") == 0
