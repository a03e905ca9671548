"""Chromium follows what we answer to the worst RelayStates, and stays where it is."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.server import Server
from tests.browser.test_sign_in import choose
from tests.signon.test_landings import HARMLESS, HOSTILE

WORST = (
    "a script",
    "no scheme",
    "a slash and a backslash",
    "a tab between slashes",
    "us as a user",
    "full-width slashes",
)
ASK = """(form, asked) => {
  const field = document.createElement('input');
  [field.type, field.name, field.value] = ['hidden', 'RelayState', asked];
  form.append(field);
}"""


@pytest.fixture
def asked(page: Page, demo: Server) -> list[Request]:
    """Every request that leaves the browser, for whichever host."""
    requests: list[Request] = []
    page.context.on("request", lambda request: requests.append(request))
    return requests


def stayed(asked: list[Request], demo: Server) -> bool:
    ours = (f"{demo.gateway}/", demo.portal.removesuffix("demo/"))
    return all(request.url.startswith(ours) for request in asked)


def test_no_hostile_relay_state_leads_away(page: Page, demo: Server, asked: list[Request]) -> None:
    for name in WORST:
        page.goto(demo.portal)
        page.locator("form", has_text="Ada").first.evaluate(ASK, HOSTILE[name])
        choose(page, "Ada")
        expect(page).to_have_url(f"{demo.gateway}/?notice=relay_refused")
        expect(page.get_by_text("We couldn't open the page you asked for")).to_be_visible()
    assert stayed(asked, demo)


def test_no_hostile_next_leads_away(page: Page, demo: Server, asked: list[Request]) -> None:
    for name in ("no scheme", "an encoded slash"):
        page.goto(f"{demo.gateway}/saml/acme/login/?next={quote(HOSTILE[name], safe='')}")
        choose(page, "Ada")
        expect(page).to_have_url(f"{demo.gateway}/?notice=relay_refused")
    assert stayed(asked, demo)


def test_what_only_looks_hostile_stays_here_too(
    page: Page, demo: Server, asked: list[Request]
) -> None:
    for target in ("/%252f%252fevil.example", "/.//evil.example", "/\uff0f\uff0fevil.example"):
        assert target in HARMLESS
        page.goto(demo.portal)
        page.locator("form", has_text="Ada").first.evaluate(ASK, target)
        choose(page, "Ada")
        expect(page.get_by_role("heading", level=1)).not_to_have_text("Who are you today?")
        assert page.url.startswith(f"{demo.gateway}/")
    assert stayed(asked, demo)


def test_a_sub_domain_cannot_toss_a_cookie_at_us(page: Page) -> None:
    page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("https://evil.example.com/")
    for name in ("__Host-sso-login", "__Host-sso-session", "__Host-sso-csrf", "unprotected"):
        cookie = f"{name}={'x' * 43}; Domain=example.com; Path=/; Secure"
        page.evaluate("cookie => { document.cookie = cookie; }", cookie)
    sent = page.context.cookies("https://sso.example.com/saml/acme/acs/")
    assert [cookie["name"] for cookie in sent] == ["unprotected"]
