"""The page that says no: right status, right words, nothing that leaks or runs."""

import re
from datetime import timedelta, timezone

import pytest
from pytest_django import Settings

from sso_gateway.refusal import Heading, Reason, Refusal
from sso_gateway.signon import refusal_page
from tests.refusal.pages import AT, REFERENCE, SHOWN, Page, refuse, request

every_reason = pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.key)
shown_reasons = pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason is not Reason.PARTNER_UNKNOWN],
    ids=lambda reason: reason.key,
)


@every_reason
def test_every_reason_has_a_page_with_its_status_and_safe_headers(reason: Reason) -> None:
    response = refuse(reason)
    assert response.status_code == reason.status
    assert response["X-SSO-Reference"] == SHOWN
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Content-Type"] == "text/html; charset=utf-8"


@every_reason
def test_every_page_is_accessible_and_runs_nothing(reason: Reason) -> None:
    page = Page(refuse(reason))
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("main")[0]["id"] == "content"
    assert page.all("a")[0] == {"class": "skip", "href": "#content"}
    assert {"name": "robots", "content": "noindex, nofollow"} in page.all("meta")
    assert not page.all("script")
    assert not page.all("style")
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


@every_reason
def test_no_page_asks_anybody_else_for_anything(reason: Reason) -> None:
    page = Page(refuse(reason, portal_url=None))
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "srcset", "data", "poster"):
            assert not re.match(r"(\w+:)?//", attributes.get(name, "")), (tag, attributes)


@shown_reasons
def test_the_reference_is_in_the_title_and_on_the_page(reason: Reason) -> None:
    page = Page(refuse(reason))
    assert page.text("title").endswith(SHOWN)
    assert page.text("code") == SHOWN
    assert page.text("h1") in page.text("title")


@shown_reasons
def test_the_details_hold_reference_time_application_and_public_code_alone(reason: Reason) -> None:
    page = Page(refuse(reason))
    assert "readonly" in page.all("textarea")[0]
    assert page.texts["textarea"].strip().splitlines() == [
        f"Reference: {SHOWN}",
        "Time: 2026-11-20T13:05:07Z",
        "Application: Backoffice",
        f"Code: {reason.public_code}",
    ]


@every_reason
def test_what_staff_read_stays_off_the_page(reason: Reason) -> None:
    html = refuse(reason).content.decode()
    for secret in ("a detail for staff", "we-want", "they-sent", reason.key):
        assert secret not in html


@shown_reasons
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_placeholder_is_left_in_any_language(
    reason: Reason, language: str, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    page = Page(refuse(reason, organisation=None, language=language))
    assert page.all("html")[0]["lang"] == language
    assert not set("{}") & set(page.html)


@shown_reasons
def test_a_german_browser_reads_german(reason: Reason, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    english, german = Page(refuse(reason)), Page(refuse(reason, language="de-AT,de;q=0.9"))
    for tag in ("title", "h1", "summary", "footer"):
        assert german.text(tag) != english.text(tag)
    assert german.texts["textarea"] == english.texts["textarea"]


def test_a_language_we_do_not_speak_is_answered_in_english() -> None:
    page = Page(refuse(Reason.EXPIRED, language="tlh"))
    assert page.all("html")[0]["lang"] == "en"


def test_an_unknown_partner_gets_the_page_of_any_wrong_address() -> None:
    wrong_address = refusal_page.page_not_found(request())
    unknown_partner = refuse(Reason.PARTNER_UNKNOWN)
    assert unknown_partner.status_code == wrong_address.status_code == 404
    assert unknown_partner.content == wrong_address.content


def test_the_account_reasons_share_one_page_to_the_letter() -> None:
    about_accounts = [
        reason
        for reason in Reason
        if 800 < reason.code < 850 and reason.heading is Heading.ACCOUNT_NOT_READY
    ]
    assert len({refuse(reason).content for reason in about_accounts}) == 1


def test_the_organisation_is_named_only_where_the_caller_knows_it() -> None:
    assert "Acme Logistics" in refuse(Reason.PARTNER_PAUSED).content.decode()
    unknown = refuse(Reason.PARTNER_PAUSED, organisation=None).content.decode()
    assert "Acme" not in unknown
    assert "Sign-in from your organisation is paused." in unknown


def test_a_hostile_organisation_is_only_text() -> None:
    hostile = '<script>alert(1)</script>{app}{{ app }}"onload="'
    page = Page(refuse(Reason.PARTNER_PAUSED, organisation=hostile))
    assert not page.all("script")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{app}{{ app }}&quot;onload=&quot;" in page.html


@pytest.mark.parametrize(
    ("minutes", "said", "seconds"),
    [
        ("5", "Please wait 5 minutes and try again.", "300"),
        ("1", "Please wait 1 minute and try again.", "60"),
        ("", "Please wait a few minutes and try again.", "60"),
        ("<b>", "Please wait a few minutes and try again.", "60"),
        ("9" * 30, "Please wait a few minutes and try again.", "60"),
    ],
)
def test_too_many_tries_say_how_long_to_wait(minutes: str, said: str, seconds: str) -> None:
    response = refuse(Reason.RATE_LIMITED, minutes=minutes)
    assert said in Page(response).text("p")
    assert response["Retry-After"] == seconds


def test_maintenance_says_until_when() -> None:
    html = refuse(Reason.MAINTENANCE, until="14:00 UTC").content.decode()
    assert "updating the service until 14:00 UTC." in html


def test_the_time_is_shown_in_utc_wherever_it_was_taken() -> None:
    response = refusal_page.render(
        request(),
        Refusal(Reason.EXPIRED),
        reference=REFERENCE,
        at=AT.astimezone(timezone(timedelta(hours=-8))),
        organisation=None,
        portal_url=None,
    )
    page = Page(response)
    assert page.all("time") == [{"datetime": "2026-11-20T13:05:07Z"}]
    assert page.text("time") == "20 Nov 2026, 13:05 UTC"


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (refusal_page.bad_request, 400),
        (refusal_page.permission_denied, 403),
        (refusal_page.csrf_failure, 403),
        (refusal_page.page_not_found, 404),
        (refusal_page.server_error, 500),
    ],
)
def test_every_other_error_has_the_same_plain_frame(view: object, status: int) -> None:
    assert callable(view)
    response = view(request())
    page = Page(response)
    assert response.status_code == status
    assert len(page.all("h1")) == 1
    assert not set("{}") & set(page.html)
    assert response["Cache-Control"] == "no-store"


def test_an_error_page_does_not_say_what_django_knows() -> None:
    told = refusal_page.csrf_failure(request(), reason="CSRF cookie not set.")
    refused = refusal_page.permission_denied(request(), PermissionError("a secret"))
    assert told.content == refused.content
