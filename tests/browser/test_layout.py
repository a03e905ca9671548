"""Every public page fits a small screen, in light and in dark, and can be used by keyboard."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=["light", "dark"])
def small(request: pytest.FixtureRequest, browser: Browser) -> Page:
    scheme: Literal["light", "dark"] = request.param
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    context.set_default_timeout(20_000)
    request.addfinalizer(context.close)
    return context.new_page()


def fits(page: Page) -> bool:
    return bool(page.evaluate(OVERFLOW) == 0)


def open_details(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("path", ["", "try/signature-wrapping/", "try/encrypted/", "idp/sso/"])
def test_acme_s_pages_fit_a_small_screen(small: Page, demo: Server, path: str) -> None:
    small.goto(f"{demo.portal}{path}")
    open_details(small)
    assert fits(small)


def test_the_pages_of_a_sign_in_fit_a_small_screen(small: Page, demo: Server) -> None:
    small.goto(f"{demo.gateway}/")
    assert fits(small)
    small.goto(f"{demo.gateway}/saml/acme/login/")
    assert fits(small)
    small.get_by_role("button", name="Margaret").click()
    expect(small.get_by_text("margaret@acme.example")).to_be_visible()
    assert fits(small)
    small.get_by_role("button", name="Sign out", exact=True).click()
    expect(small.get_by_role("heading", level=1)).to_have_text("You are signed out of Backoffice")
    assert fits(small)


def test_the_pages_of_a_refusal_fit_a_small_screen(small: Page, demo: Server) -> None:
    small.goto(f"{demo.portal}try/other-key/")
    small.get_by_role("button", name="Send it").click()
    open_details(small)
    assert fits(small)
    small.get_by_role("link", name="Demo: see what the staff see").click()
    assert fits(small)
    small.goto(demo.portal)
    expect(small.get_by_role("table")).to_be_visible()
    assert fits(small)


def test_dark_is_dark_and_light_is_light(browser: Browser, demo: Server) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(demo.portal)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        grounds.append(sum(int(part) for part in colour[4:-1].split(",")))
        context.close()
    light, dark = grounds
    assert light > 600 > 150 > dark


def test_the_keyboard_reaches_the_content_and_the_first_person(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Ada")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{demo.gateway}/")
