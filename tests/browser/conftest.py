"""A real server and a real browser with JavaScript off."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import server
from tests.browser.server import Server
from tests.conftest import FOUND


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(server.ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.needs_chromium)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server.running(tmp_path_factory.mktemp("demo")) as started:
        yield started


@contextmanager
def chromium_running(*more: str) -> Iterator[Browser]:
    """The system's Chromium, headless; ``more`` are switches of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=FOUND["chromium"],
            args=["--no-sandbox", "--disable-dev-shm-usage", *more],
        )
        yield browser
        browser.close()


# Not for longer than a module: while it runs, Django believes itself in an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium_running() as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody new. It ends with no complaint about a Content-Security-Policy."""
    fresh = browser.new_context(java_script_enabled=False, viewport={"width": 1000, "height": 800})
    fresh.set_default_timeout(20_000)
    said: list[str] = []
    fresh.on("console", lambda message: said.append(message.text))
    yield fresh
    fresh.close()
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
