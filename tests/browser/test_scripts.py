"""Markup of a partner's stays text on every page, in a browser that would run it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.staticfiles import finders
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route
from pytest_django import Settings

from sso_gateway.audit.models import Event
from sso_gateway.demo import keys
from sso_gateway.partners import keyfiles, trust
from tests.browser import hostile
from tests.browser.conftest import chromium_running
from tests.browser.hostile import Camera, Pages
from tests.idp.recipe import NOW

PORTAL = "http://127.0.0.1:8000"
READ = """() => {
  const every = [...document.querySelectorAll('*')];
  const led = every.flatMap(e => ['href', 'src', 'action', 'formaction', 'data'].flatMap(
    name => e.getAttribute(name) === null ? [] : [new URL(e.getAttribute(name), location).href]));
  return {
    ran: typeof window.owned !== 'undefined',
    injected: document.querySelectorAll('#injected, svg[onload]').length,
    handlers: every.filter(e => [...e.attributes].some(a => /^on/.test(a.name))).length,
    inline: [...document.scripts].filter(s => !s.src && s.type !== 'application/json').length,
    styled: document.querySelectorAll('style').length,
    led: led.map(address => new URL(address).protocol),
  };
}"""
CLEAN = {"ran": False, "injected": 0, "handlers": 0, "inline": 0, "styled": 0}


@pytest.fixture
def pages(db: None, settings: Settings) -> Pages:
    """Every page, taken before the browser starts: while it runs, the database is out of reach."""
    keyfiles.ensure()
    keys.ensure()
    with time_machine.travel(NOW, tick=False):
        hostile.partner()
        person, staff, demo = Camera(), Camera(), Camera(PORTAL)
        hostile.person(person)
        hostile.staff(staff)
        settings.SSO_DEMO, settings.SSO_BASE_URL = True, "http://localhost:8000"
        settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "sso_gateway.demo"]
        settings.ROOT_URLCONF = "tests.demo.urls"
        trust.forget()
        for event in Event.objects.filter(action="sign_in.attempt"):
            demo.get(f"/demo/event/{event.display_reference}/")
        for path in (
            "/demo/",
            "/demo/try/other-key/",
            f"/demo/idp/sso/?SAMLRequest={hostile.QUOTED}",
        ):
            demo.get(path)
    return person.pages | staff.pages | demo.pages


class Studio:
    """Shows the pages as they left us, headers and all, and notes what happens."""

    def __init__(self, context: BrowserContext, pages: Pages) -> None:
        self.pages, self.noticed = pages, list[str]()
        context.route("**/*", self.answer)
        context.on("dialog", lambda dialog: self.noticed.append(f"dialog {dialog.message}"))
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.noticed.append(str(error.error)))

    def hear(self, message: ConsoleMessage) -> None:
        """Whatever is said of scripts and policies; that a page is a 403 was meant."""
        if not message.text.startswith("Failed to load resource: the server responded"):
            self.noticed.append(message.text)

    def answer(self, route: Route) -> None:
        address = route.request.url
        found = self.pages.get(address)
        path = urlsplit(address).path
        if found is not None:
            route.fulfill(status=found.status, headers=found.headers, body=found.body)
        elif path.startswith("/static/"):
            route.fulfill(path=str(finders.find(path.removeprefix("/static/"))))
        else:
            self.noticed.append(f"asks for {address}")
            route.abort()

    def seen(self, page: Page, address: str) -> dict[str, Any]:
        """What is on the page once its scripts have run."""
        self.noticed.clear()
        page.goto(address)
        read: dict[str, Any] = page.evaluate(READ)
        return read


def spoiled(pages: Pages) -> Pages:
    """The first page of each site as it would be, had we forgotten to escape."""
    hostile_ones = [address for address in pages if pages[address].hostile]
    first = {urlsplit(address).path.split("/")[1]: address for address in reversed(hostile_ones)}
    return {
        f"{address}?spoiled": replace(
            pages[address], body=pages[address].body.replace(b"</body>", hostile.MARKUP.encode())
        )
        for address in first.values()
    }


def test_no_markup_of_a_partner_becomes_part_of_a_page_and_none_would_run(pages: Pages) -> None:
    assert len([page for page in pages.values() if page.hostile]) > 20
    found: dict[str, Any] = {}
    with chromium_running() as browser:
        context = browser.new_context()
        context.set_default_timeout(20_000)
        studio, page = Studio(context, pages), context.new_page()
        for address in pages:
            if address.endswith("/jsi18n/"):
                continue
            read = studio.seen(page, address)
            schemes = set(read.pop("led")) - {"http:", "https:", "mailto:"}
            if schemes or read != CLEAN or studio.noticed:
                found[address] = (schemes, read, list(studio.noticed))
        assert found == {}
        for address, shown in spoiled(pages).items():
            pages[address] = shown
            read = studio.seen(page, address)
            assert (read["injected"], read["ran"]) == (2, False), address
            assert [text for text in studio.noticed if "Content Security Policy" in text]
        context.close()
