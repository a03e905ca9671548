"""Legible in light and dark, usable on a narrow screen, without any script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, sync_playwright

from sso_gateway.refusal import Reason
from tests.refusal.pages import refuse

SIGNON = Path(__file__).parents[2] / "sso_gateway" / "signon"
STYLES = SIGNON / "static" / "sso_gateway" / "gateway.css"
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")

TEXT_ON_GROUND = [
    ("ink", "card"),
    ("ink", "ground"),
    ("ink", "well"),
    ("soft", "card"),
    ("soft", "ground"),
    ("soft", "well"),
    ("accent", "card"),
    ("accent", "well"),
    ("accent-hover", "card"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("ink", "care-ground"),
]
SHAPE_ON_GROUND = [
    ("edge", "card"),
    ("edge", "well"),
    ("focus", "card"),
    ("focus", "ground"),
    ("calm", "calm-ground"),
    ("care", "care-ground"),
    ("good", "good-ground"),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = STYLES.read_text().split("@media (prefers-color-scheme: dark)", 1)
    found = dict(COLOUR.findall(light))
    return found if scheme == "light" else found | dict(COLOUR.findall(dark))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(text: str, ground: str, scheme: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON_GROUND)
def test_icons_edges_and_focus_stand_out_from_their_ground(
    shape: str, ground: str, scheme: str
) -> None:
    palette = colours(scheme)
    assert contrast(palette[shape], palette[ground]) >= 3


def test_dark_is_a_scheme_of_its_own() -> None:
    light, dark = colours("light"), colours("dark")
    assert [name for name in light if light[name] == dark[name]] == []


def test_the_stylesheet_asks_nobody_else_for_anything() -> None:
    assert not re.search(r"url\(|@import|https?:", STYLES.read_text())


def serve(route: Route) -> None:
    path = SIGNON / route.request.url.removeprefix("https://sso.example.com/")
    if path.is_file():
        route.fulfill(path=path)
    else:
        organisation = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
        page = refuse(Reason.PARTNER_PAUSED, organisation=organisation)
        opened = page.content.replace(b"<details>", b"<details open>")
        route.fulfill(body=opened, content_type=page["Content-Type"])


@pytest.mark.needs_chromium
def test_a_narrow_screen_scrolls_in_one_direction_and_every_target_can_be_hit(
    chromium: str,
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.route("**/*", serve)
        page.goto("https://sso.example.com/")
        assert (
            page.locator(".card").evaluate("card => getComputedStyle(card).borderRadius") != "0px"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        targets = page.locator(".button, summary, textarea").all()
        assert len(targets) == 3
        for target in targets:
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
        browser.close()


@pytest.mark.needs_chromium
def test_the_first_tab_shows_the_way_past_the_header(chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(reduced_motion="reduce").new_page()
        page.route("**/*", serve)
        page.goto("https://sso.example.com/")
        page.keyboard.press("Tab")
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        browser.close()
