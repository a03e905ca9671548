"""A person at Acme's portal, and the gateway on another site, in Chromium without JavaScript."""

import re

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.server import Server

REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def session(page: Page, demo: Server) -> str:
    """What the gateway says of this browser."""
    return page.request.get(f"{demo.gateway}/session/").text()


def test_one_click_in_the_portal_signs_in(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    expect(page).to_have_url(f"{demo.gateway}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You're signed in")
    expect(page.get_by_text("ada@acme.example")).to_be_visible()
    expect(page.get_by_text("Acme (demo)", exact=True)).to_be_visible()


def test_the_message_comes_from_another_site_and_brings_no_session(
    page: Page, demo: Server
) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    seen: list[Request] = []
    page.context.on("request", lambda request: seen.append(request))
    page.goto(demo.portal)
    choose(page, "Grace")
    expect(page.get_by_text("grace@acme.example")).to_be_visible()
    (posted,) = [request for request in seen if request.url.endswith("/saml/acme/acs/")]
    (landed,) = [request for request in seen if request.url == f"{demo.gateway}/"]
    assert posted.method == "POST"
    assert posted.all_headers()["sec-fetch-site"] == "cross-site"
    assert "sso-session" not in posted.all_headers().get("cookie", "")
    # SameSite=Lax: behind the 303 it is a plain navigation again.
    assert "sso-session" in landed.all_headers()["cookie"]


def test_a_sign_in_that_begins_at_the_gateway(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    page.get_by_role("link", name="Sign in from Backoffice").click()
    expect(page).to_have_url(re.compile(re.escape(f"{demo.portal}idp/sso/?SAMLRequest=")))
    (cookie,) = page.context.cookies(demo.gateway)
    assert cookie["name"] == "__Host-sso-login"
    assert (cookie["secure"], cookie["sameSite"]) == (True, "None")
    choose(page, "Linus")
    expect(page).to_have_url(f"{demo.gateway}/")
    expect(page.get_by_text("linus@acme.example")).to_be_visible()


def test_an_answer_in_a_browser_that_did_not_ask_is_refused(page: Page, demo: Server) -> None:
    page.goto(f"{demo.gateway}/saml/acme/login/")
    page.context.clear_cookies()
    choose(page, "Linus")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please start again from your portal")
    assert '"authenticated": false' in session(page, demo)


def test_the_same_message_twice_is_already_signed_in(
    context: BrowserContext, page: Page, demo: Server
) -> None:
    page.goto(demo.portal)
    button = page.get_by_role("button", name="Margaret")
    for heading in ("You're signed in", "You're already signed in"):
        with context.expect_page() as opened:
            button.click(modifiers=["ControlOrMeta"])
        expect(opened.value.get_by_role("heading", level=1)).to_have_text(heading)
    again = opened.value
    again.get_by_role("link", name="Continue to Backoffice").click()
    expect(again).to_have_url(f"{demo.gateway}/")
    expect(again.get_by_text("margaret@acme.example")).to_be_visible()


def test_back_leads_to_the_portal_and_a_fresh_message(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    expect(page).to_have_url(f"{demo.gateway}/")
    page.go_back()
    expect(page).to_have_url(demo.portal)
    choose(page, "Ada")
    expect(page.get_by_role("heading", level=1)).to_have_text("You're signed in")


def test_a_reload_after_signing_in_posts_nothing(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    expect(page).to_have_url(f"{demo.gateway}/")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("You're signed in")


def test_signing_out_and_back_to_the_portal(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out of Backoffice")
    expect(page.get_by_text("You are signed out here and at Acme (demo).")).to_be_visible()
    assert '"authenticated": false' in session(page, demo)
    page.get_by_role("link", name="Go to your portal").click()
    expect(page).to_have_url(demo.portal)


def test_signing_out_only_here(page: Page, demo: Server) -> None:
    page.goto(demo.portal)
    choose(page, "Ada")
    page.get_by_role("button", name="Sign out only here").click()
    expect(page.get_by_text("You may still be signed in at Acme (demo).")).to_be_visible()
    assert '"authenticated": false' in session(page, demo)


def test_a_fault_ends_on_the_page_with_a_reference_and_leads_to_the_ladder(
    page: Page, demo: Server
) -> None:
    page.goto(demo.portal)
    page.get_by_role("link", name="Wrong audience").click()
    expect(page.get_by_text("603 audience_mismatch")).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    expect(page).to_have_url(f"{demo.gateway}/saml/acme/acs/")
    expect(page.get_by_role("heading", level=1)).to_have_text("We couldn't finish signing you in")
    reference = REFERENCE.search(page.title())
    assert reference is not None
    expect(page.get_by_text(reference[0], exact=True)).to_be_visible()
    assert '"authenticated": false' in session(page, demo)
    page.get_by_role("link", name="Demo: see what the staff see").click()
    expect(page).to_have_url(f"{demo.portal}event/{reference[0]}/")
    expect(page.get_by_text("✗ Refused · 603 audience_mismatch")).to_be_visible()


def test_try_again_leads_back_to_the_portal(page: Page, demo: Server) -> None:
    page.goto(f"{demo.portal}try/expired/")
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(demo.portal)


def test_a_replay_from_elsewhere_signs_nobody_in(page: Page, demo: Server) -> None:
    page.goto(f"{demo.portal}try/replay/")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please start again from your portal")
    assert '"authenticated": false' in session(page, demo)


def test_staff_find_the_event_by_its_reference(page: Page, demo: Server) -> None:
    page.goto(f"{demo.portal}try/tampered/")
    page.get_by_role("button", name="Send it").click()
    reference = REFERENCE.search(page.title())
    assert reference is not None
    page.goto(f"{demo.gateway}/admin/sso_audit/event/?q={reference[0].lower()}")
    page.get_by_label("Username:").fill("admin")
    page.get_by_label("Password:").fill(demo.password)
    page.get_by_role("button", name="Log in").click()
    page.locator("#result_list th a").click()
    expect(page.get_by_text("403 signature_invalid").first).to_be_visible()
