"""A session lives as long as the IdP, the partner and the person say, and not a request longer."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.signon.models import LoginSession
from tests.signon import scene

pytestmark = pytest.mark.django_db


def policy(**changes: object) -> None:
    flows.set_policy("acme", changes, actor=scene.ACTOR)


@pytest.fixture
def signed_in(browser: Client, acme: Partner, ada: User) -> Client:
    scene.post(browser, scene.message())
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


def test_it_ends_when_the_idp_says(
    browser: Client, acme: Partner, ada: User, clock: time_machine.Traveller
) -> None:
    end = scene.later(minutes=30)
    scene.post(browser, scene.message(session_not_on_or_after=end))
    assert browser.get("/session/").json()["expires_at"] == "2030-01-15T12:30:00+00:00"
    clock.move_to(end - timedelta(seconds=1))
    assert scene.signed_in_as(browser) == scene.EMAIL
    clock.move_to(end)
    assert scene.signed_in_as(browser) is None


def test_it_ends_after_the_partners_maximum(
    browser: Client, acme: Partner, ada: User, clock: time_machine.Traveller
) -> None:
    policy(session_max=600, session_idle=600)
    scene.post(browser, scene.message(session_not_on_or_after=scene.later(hours=9)))
    assert LoginSession.objects.get().expires == scene.later(minutes=10)
    clock.shift(600)
    assert scene.signed_in_as(browser) is None


def test_it_ends_when_nobody_used_it(signed_in: Client, clock: time_machine.Traveller) -> None:
    clock.shift(3600)
    assert scene.signed_in_as(signed_in) == scene.EMAIL
    clock.shift(3601)
    assert scene.signed_in_as(signed_in) is None
    assert LoginSession.objects.get().ended_because == "idle"


def test_its_last_use_is_written_at_most_once_a_minute(
    signed_in: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(59)
    scene.signed_in_as(signed_in)
    assert LoginSession.objects.get().last_seen == scene.later()
    clock.shift(1)
    scene.signed_in_as(signed_in)
    assert LoginSession.objects.get().last_seen == scene.later(minutes=1)


def test_pausing_the_partner_ends_it_at_once_and_resuming_does_not_bring_it_back(
    signed_in: Client,
) -> None:
    flows.pause("acme", reason="stolen key", actor=scene.ACTOR)
    assert scene.signed_in_as(signed_in) is None
    flows.resume("acme", actor=scene.ACTOR)
    assert scene.signed_in_as(signed_in) is None


def test_a_pause_that_nobody_noticed_ends_it_all_the_same(signed_in: Client) -> None:
    flows.pause("acme", reason="stolen key", actor=scene.ACTOR)
    flows.resume("acme", actor=scene.ACTOR)
    assert scene.signed_in_as(signed_in) is None


def test_a_state_that_was_changed_behind_our_back_ends_it_too(signed_in: Client) -> None:
    Partner.objects.update(state="paused")
    assert scene.signed_in_as(signed_in) is None


@pytest.mark.parametrize("field", ["name", "landing", "contact_email"])
def test_another_change_of_the_partner_does_not_end_it(signed_in: Client, field: str) -> None:
    value = {"name": "Acme Inc", "landing": "/start", "contact_email": "it@acme.example"}[field]
    flows.update_partner("acme", {field: value}, actor=scene.ACTOR)
    assert scene.signed_in_as(signed_in) == scene.EMAIL


def test_deleting_its_row_ends_it(signed_in: Client) -> None:
    LoginSession.objects.all().delete()
    assert scene.signed_in_as(signed_in) is None
    assert not Session.objects.exists()


def test_disabling_the_account_ends_it(signed_in: Client, ada: User) -> None:
    User.objects.update(is_active=False)
    assert scene.signed_in_as(signed_in) is None


def test_changing_the_password_ends_it(signed_in: Client, ada: User) -> None:
    ada.set_password("a new one for Ada")
    ada.save()
    assert scene.signed_in_as(signed_in) is None


def test_what_ended_is_gone_from_djangos_store_as_well(signed_in: Client) -> None:
    LoginSession.objects.update(ended=scene.later())
    response = signed_in.get("/session/")
    assert not Session.objects.exists()
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_a_password_session_is_left_alone(browser: Client, acme: Partner) -> None:
    staff = User.objects.create_user("staff", "staff@example.com", "a password", is_staff=True)
    browser.force_login(staff, "django.contrib.auth.backends.ModelBackend")
    flows.pause("acme", reason="stolen key", actor=scene.ACTOR)
    answer = browser.get("/session/").json()
    assert (answer["authenticated"], answer["method"], answer["partner"]) == (
        True,
        "password",
        None,
    )
    assert browser.get("/admin/").status_code == 200


def test_nobody_is_signed_in_without_a_cookie(browser: Client, db: None) -> None:
    response = browser.get("/session/")
    assert json.loads(response.content) == {"authenticated": False}
    assert "no-store" in response["Cache-Control"]
    assert "Sign in to Backoffice" in browser.get("/").content.decode()


@pytest.mark.parametrize(
    "cookie", ['"\\000aaaaaaaaaaaaaaaa"', '"a\\012b"', '"\\200aaaaaaaaaaaaaa"']
)
@pytest.mark.parametrize("path", ["/", "/session/", "/admin/", "/nothing/"])
def test_a_cookie_that_is_no_text_is_no_session_and_no_fault(
    acme: Partner, cookie: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """On PostgreSQL a stranger could make us say that the database has failed."""
    bare, odd = Client(), {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    with CaptureQueriesContext(connection) as without:
        expected = bare.get(path, secure=True).status_code
    with CaptureQueriesContext(connection) as asked:
        response = Client().get(path, secure=True, headers=odd)
    assert (response.status_code, len(asked)) == (expected, len(without))
    assert "database failed" not in caplog.text


def test_such_a_cookie_does_not_hinder_a_sign_in(browser: Client, acme: Partner, ada: User) -> None:
    odd = {"Cookie": f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaaaaaa"'}
    body = urlencode(scene.form(scene.message()))
    assert scene.send(browser, body, headers=odd).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL


class TestSigningOut:
    """POST /logout/"""

    def post(self, client: Client, **data: str) -> Any:
        page = client.get("/").content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return client.post(
            "/logout/",
            {"csrfmiddlewaretoken": token, **data},
            headers={"Referer": "https://sso.example.com/"},
        )

    def test_it_ends_the_session_here_and_says_what_it_does_not_end(
        self, signed_in: Client
    ) -> None:
        response = self.post(signed_in)
        assert response.status_code == 303
        page = signed_in.get(response["Location"]).content.decode()
        assert "You are signed out of Backoffice" in page
        assert "You may still be signed in at Acme" in page
        assert scene.signed_in_as(signed_in) is None
        assert LoginSession.objects.get().ended_because == "signed_out"

    def test_it_is_a_row(self, signed_in: Client, ada: User) -> None:
        self.post(signed_in)
        event = Event.objects.get(action="sign_out")
        login = scene.the_attempt()
        assert (event.outcome, event.target) == ("success", login.reference)
        assert (event.account_id, event.partner_slug) == (str(ada.pk), "acme")

    def test_another_site_cannot_do_it(self, signed_in: Client) -> None:
        assert signed_in.post("/logout/").status_code == 403
        assert scene.signed_in_as(signed_in) == scene.EMAIL

    def test_a_link_cannot_do_it(self, signed_in: Client) -> None:
        assert signed_in.get("/logout/").status_code == 303
        assert scene.signed_in_as(signed_in) == scene.EMAIL

    def test_who_is_not_signed_in_signs_out_without_a_row(self, browser: Client, db: None) -> None:
        client = Client()
        assert client.post("/logout/").status_code == 303
        assert not Event.objects.exists()

    def test_it_goes_on_to_a_page_of_this_site(self, signed_in: Client) -> None:
        assert self.post(signed_in, next="/goodbye")["Location"] == "/goodbye"

    def test_it_goes_on_to_no_other_site(self, signed_in: Client) -> None:
        assert self.post(signed_in, next="//evil.example/")["Location"].startswith("/logout/")

    def test_the_cookie_is_worthless_afterwards(self, signed_in: Client) -> None:
        stolen = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.post(signed_in)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert scene.signed_in_as(thief) is None

    def test_the_signed_out_page_names_no_partner_that_was_only_guessed(
        self, browser: Client, acme: Partner
    ) -> None:
        assert "Acme" not in browser.get("/logout/?from=acme").content.decode()


@pytest.mark.parametrize("engine", ["signed_cookies", "cache", "cached_db"])
def test_it_ends_the_same_way_whatever_keeps_djangos_part(
    engine: str, browser: Client, acme: Partner, ada: User, settings: Any
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert scene.post(browser, scene.message()).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL
    flows.pause("acme", reason="stolen key", actor=scene.ACTOR)
    assert scene.signed_in_as(browser) is None


def test_staff_look_at_sessions_and_change_nothing(signed_in: Client) -> None:
    staff = Client()
    staff.force_login(
        User.objects.create_superuser("root", "root@example.com", "a password"),
        "django.contrib.auth.backends.ModelBackend",
    )
    row = LoginSession.objects.get()
    address = "/admin/sso_signon/loginsession/"
    assert scene.EMAIL in staff.get(address).content.decode()
    page = staff.get(f"{address}{row.pk}/change/").content.decode()
    assert "Acme" in page and 'name="_save"' not in page
    assert staff.get(f"{address}add/").status_code == 403
    assert staff.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    account = f"/admin/auth/user/{row.user_id}/delete/"
    assert staff.post(account, {"post": "yes"}).status_code == 302
    assert not LoginSession.objects.exists()


def test_the_moment_of_the_session_is_the_moment_of_the_login(signed_in: Client) -> None:
    row = LoginSession.objects.get()
    opened: datetime = row.opened
    assert (opened, row.last_seen) == (scene.later(), scene.later())
