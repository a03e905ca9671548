"""Where a refused person is sent next, and where never."""

import pytest
from pytest_django import Settings

from sso_gateway.refusal import Reason
from sso_gateway.signon import refusal_page
from tests.refusal.pages import PORTAL, SHOWN, Page, buttons, refuse

EXPLAINED = "https://help.acme.example/?code=IDENTIFICATION_FAILURE&rp=x"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/\\evil.example",
        "https:/\\evil.example",
        "https://",
        "https://[",
        "https://portal.acme.example@evil.example/",
        "https://portal.acme.example/\r\nSet-Cookie:x",
        "mailto:portal@acme.example",
        "portal.acme.example",
        "",
        None,
    ],
)
def test_what_is_no_address_of_the_web_is_not_linked(url: str | None) -> None:
    assert refusal_page.web_address(url) == ""
    assert buttons(Page(refuse(Reason.EXPIRED, portal_url=url, app_url=url))) == []


@pytest.mark.parametrize("url", [PORTAL, "http://localhost:8000/demo/"])
def test_the_portal_is_where_to_try_again(url: str) -> None:
    page = Page(refuse(Reason.EXPIRED, portal_url=url))
    assert buttons(page) == [url]
    assert {"class": "button", "href": url, "rel": "noreferrer"} in page.all("a")


def test_a_portal_address_cannot_leave_its_attribute() -> None:
    hostile = 'https://portal.acme.example/?"><img/src=x>'
    page = Page(refuse(Reason.EXPIRED, portal_url=hostile))
    assert not page.all("img")
    assert buttons(page) == [hostile]


def test_trying_again_is_the_first_thing_only_where_it_can_help() -> None:
    def kind(reason: Reason) -> str:
        return next(
            link["class"] for link in Page(refuse(reason)).all("a") if link["href"] == PORTAL
        )

    assert kind(Reason.EXPIRED) == "button"
    assert kind(Reason.STORAGE_DOWN) == "button"
    assert kind(Reason.AUDIENCE_MISMATCH) == "button quiet"
    assert kind(Reason.NOT_INVITED) == "button quiet"


def test_a_login_that_must_start_here_leads_to_the_application_and_not_to_the_portal() -> None:
    assert buttons(Page(refuse(Reason.IDP_INITIATED_OFF))) == []
    start = "https://sso.example.com/saml/acme/login/"
    page = Page(refuse(Reason.IDP_INITIATED_OFF, app_url=start))
    assert buttons(page) == [start]
    assert "Open Backoffice" in page.text("a")


def test_whoever_is_signed_in_already_can_go_on() -> None:
    page = Page(refuse(Reason.REPLAYED_SAME_SESSION, app_url="/reports/"))
    assert buttons(page) == ["/reports/"]
    assert "Continue to Backoffice" in page.text("a")
    assert buttons(Page(refuse(Reason.RELAY_REFUSED, app_url="//evil.example"))) == ["/"]


def test_a_failed_hand_off_is_tried_again_at_the_application() -> None:
    page = Page(refuse(Reason.HANDOFF_FAILED, app_url="https://app.example.com/in"))
    assert buttons(page) == ["https://app.example.com/in"]


def test_a_fault_of_the_partner_is_sent_to_the_partners_it_team(settings: Settings) -> None:
    settings.SSO_SUPPORT_CONTACT = "help@example.com"
    assert "help@example.com" not in refuse(Reason.AUDIENCE_MISMATCH).content.decode()


def test_where_the_identity_provider_explains_the_host_is_named_and_we_are_too(
    settings: Settings,
) -> None:
    settings.SSO_SUPPORT_CONTACT = "help@example.com"
    page = Page(refuse(Reason.ATTRIBUTE_MISSING, portal_url=None, error_url=EXPLAINED))
    links = page.all("a")[1:]
    assert [link["href"] for link in links] == [
        EXPLAINED,
        f"mailto:help@example.com?subject={SHOWN}",
    ]
    assert {link["rel"] for link in links} == {"noreferrer"}
    assert "explains what to do: help.acme.example · If that does not help, ask us:" in (
        page.text("p")
    )


@pytest.mark.parametrize(
    "url", ["http://help.acme.example/", "javascript:alert(1)", "https://a@evil.example/", ""]
)
def test_an_explanation_is_linked_only_by_https(url: str) -> None:
    page = Page(refuse(Reason.ATTRIBUTE_MISSING, portal_url=None, error_url=url))
    assert len(page.all("a")) == 1


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("help@example.com", f"mailto:help@example.com?subject={SHOWN}"),
        ("https://help.example.com/", "https://help.example.com/"),
        ("extension 4711", None),
        ("javascript:alert(1)", None),
    ],
)
def test_other_faults_are_sent_to_our_support(
    contact: str, href: str | None, settings: Settings
) -> None:
    settings.SSO_SUPPORT_CONTACT = contact
    page = Page(refuse(Reason.STORAGE_DOWN, portal_url=None))
    assert contact in page.text("p")
    assert [link["href"] for link in page.all("a")[1:]] == ([href] if href else [])


def test_without_a_support_address_the_person_asks_their_contact(settings: Settings) -> None:
    settings.SSO_SUPPORT_CONTACT = ""
    assert "Tell your contact at Backoffice the reference." in (
        refuse(Reason.STORAGE_DOWN).content.decode()
    )
