"""The pages of people who are signed in, signed out or on their way."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.refusal.pages import Page

SIGNED_IN = {
    "email": "alice@acme.example",
    "organisation": "Acme <Logistics>",
    "since": datetime(2026, 11, 20, 13, 5, tzinfo=UTC),
    "until": datetime(2026, 11, 20, 21, 5, tzinfo=UTC),
}
ALREADY = {"initials": "A", "continue_url": "/reports/"}
OUT = {"organisation": "Acme <Logistics>", "portal_url": "https://portal.acme.example/"}
ON_THE_WAY = {
    "action": "https://idp.acme.example/sso",
    "fields": {"SAMLRequest": 'PHNhbWw"+/=', "RelayState": "<x>"},
    "organisation": "Acme <Logistics>",
}
CHOOSING = {
    "organisation": "Acme <Logistics>",
    "choices": [
        {"name": "Acme <Süd>", "language": "de", "detail": "urn:x:<1>", "url": "/a/?idp=1&next=2"},
        {"name": "Acme North", "language": "", "detail": "", "url": "/a/?idp=2"},
    ],
}

every_page = pytest.mark.parametrize(
    ("name", "context"),
    [
        ("landing", SIGNED_IN),
        ("landing", {"email": ""}),
        ("already_signed_in", ALREADY),
        ("signed_out", OUT),
        ("signed_out", {"organisation": "", "portal_url": ""}),
        ("autosubmit", ON_THE_WAY),
        ("choose_idp", CHOOSING),
    ],
)


def show(name: str, context: Mapping[str, object]) -> Page:
    request = RequestFactory().get("/")
    html = render_to_string(f"sso_gateway/{name}.html", {"app": "Ledger", **context}, request)
    return Page(html)


@every_page
def test_every_page_is_accessible_and_runs_nothing(
    name: str, context: Mapping[str, object]
) -> None:
    page = show(name, context)
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    assert page.text("title").endswith("Ledger")
    assert not page.all("script")
    assert not page.all("style")
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    assert not page.all("logistics")


def test_the_start_page_says_who_through_whom_since_when_and_until_when() -> None:
    page = show("landing", SIGNED_IN)
    assert page.text("dd") == (
        "alice@acme.example Acme <Logistics> 20 Nov 2026, 13:05 UTC 20 Nov 2026, 21:05 UTC"
    )
    assert page.all("time")[0] == {"datetime": "2026-11-20T13:05:00Z"}


def test_the_start_page_of_somebody_signed_out_says_how_to_sign_in() -> None:
    page = show("landing", {"email": ""})
    assert page.text("h1") == "Sign in to Ledger"
    assert not page.all("form")
    assert "Open your organisation's portal and choose Ledger there." in page.text("p")


@pytest.mark.parametrize(
    ("name", "context"), [("landing", SIGNED_IN), ("already_signed_in", ALREADY)]
)
def test_signing_out_is_a_post_with_a_csrf_token(name: str, context: Mapping[str, object]) -> None:
    page = show(name, context)
    assert [(form["method"], form["action"]) for form in page.all("form")] == [("post", "/logout/")]
    assert [field["name"] for field in page.all("input")] == ["csrfmiddlewaretoken"]


def test_the_way_to_the_idp_is_a_form_with_a_button_one_can_see() -> None:
    page = show("autosubmit", ON_THE_WAY)
    assert [form["action"] for form in page.all("form")] == ["https://idp.acme.example/sso"]
    assert {field["name"]: field["value"] for field in page.all("input")} == ON_THE_WAY["fields"]
    assert [button["type"] for button in page.all("button")] == ["submit"]


def test_the_choice_among_several_is_a_list_of_links_in_their_own_language() -> None:
    page = show("choose_idp", CHOOSING)
    assert [link["href"] for link in page.all("a")[1:]] == ["/a/?idp=1&next=2", "/a/?idp=2"]
    assert [word.get("lang") for word in page.all("span")[1:]] == ["de", None]
    assert page.text("li") == "Acme <Süd> urn:x:<1> Acme North"


def test_whoever_signed_out_is_told_that_the_portal_is_still_open() -> None:
    page = show("signed_out", OUT)
    assert page.all("a")[-1]["href"] == "https://portal.acme.example/"
    assert "You may still be signed in at Acme <Logistics>." in page.text("p")
    assert len(show("signed_out", {}).all("a")) == 1
