"""Acme's pages: where they are, and what they let the browser do."""

import pytest

from sso_gateway.partners import flows
from tests.demo.site import GATEWAY, PORTAL, Site
from tests.test_pages import directives

PAGES = ["/demo/", "/demo/try/wrong-audience/", "/demo/try/encrypted/", "/demo/idp/sso/"]


@pytest.mark.parametrize("path", [*PAGES, "/demo/?x=1&y=2", "/demo/idp/metadata/"])
def test_on_the_gateway_s_own_site_the_browser_is_sent_to_acme_s(site: Site, path: str) -> None:
    answer = site.get(f"{GATEWAY}{path}")
    assert (answer.status_code, answer["Location"]) == (303, f"{PORTAL}{path}")


@pytest.mark.parametrize("path", PAGES)
def test_a_form_leads_to_acme_or_the_gateway_and_nothing_runs(site: Site, path: str) -> None:
    answer = site.get(f"{PORTAL}{path}")
    found = directives(answer["Content-Security-Policy"])
    assert f"form-action 'self' {GATEWAY}" in found
    assert "default-src 'none'" in found
    assert not any(directive.startswith("script-src") for directive in found)
    page = answer.content.decode()
    assert "<script" not in page
    assert " style=" not in page


@pytest.mark.parametrize("path", ["/", "/saml/acme/acs/", "/logout/"])
def test_the_gateway_s_own_pages_keep_their_policy(site: Site, path: str) -> None:
    found = directives(site.get(f"{GATEWAY}{path}")["Content-Security-Policy"])
    assert "form-action 'self'" in found


@pytest.mark.parametrize("path", PAGES)
def test_messages_are_not_kept_by_any_cache(site: Site, path: str) -> None:
    assert "no-store" in site.get(f"{PORTAL}{path}")["Cache-Control"]


def test_the_portal_shows_the_latest_events_newest_first(site: Site) -> None:
    for name in ("wrong-audience", "unsigned"):
        site.press(site.form(f"/demo/try/{name}/"))
    page = site.get(f"{PORTAL}/demo/").content.decode()
    events = page.partition('id="events"')[2]
    assert 0 < events.index("401 signature_missing") < events.index("603 audience_mismatch")
    assert "a•••@acme.example" in events
    assert "ada@acme.example" not in events


@pytest.mark.parametrize(
    "path", ["/demo/try/nothing/", "/demo/event/00000000/", "/demo/event/what/", "/demo/other/"]
)
def test_what_is_not_there_is_not_found_on_our_own_page(site: Site, path: str) -> None:
    answer = site.get(f"{PORTAL}{path}")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_of_a_sign_in_that_was_begun_anew_the_person_saw_nothing(site: Site) -> None:
    flows.set_policy("acme", {"unsolicited": "restart"}, actor="test")
    answer = site.press(site.form("/demo/", person="ada"))
    page = site.get(f"{PORTAL}/demo/event/{answer['X-SSO-Reference']}/").content.decode()
    assert "the sign-in went on" in page
    assert "Please start again" not in page


def test_an_accepted_sign_in_has_two_sides_too(site: Site) -> None:
    answer = site.press(site.form("/demo/", person="ada"))
    page = site.get(f"{PORTAL}/demo/event/{answer['X-SSO-Reference']}/").content.decode()
    assert "You&#x27;re signed in" in page
    assert "was signed in through Acme (demo)" in page


@pytest.mark.parametrize("path", PAGES)
def test_acme_speaks_one_language_and_says_which(site: Site, path: str) -> None:
    page = site.get(f"{PORTAL}{path}", **{"Accept-Language": "de"}).content.decode()
    assert '<html lang="en">' in page
    assert "Skip to content" in page


def test_the_gateway_speaks_the_person_s_language_also_in_the_demo(site: Site) -> None:
    page = site.get(f"{GATEWAY}/saml/acme/acs/", **{"Accept-Language": "de"}).content.decode()
    assert '<html lang="de"' in page
    assert "Demo: zeigen, was das Personal sieht" in page
