"""Redis is gone: sessions come from the database, and what ended meanwhile stays ended."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User

from sso_gateway.signon.models import LoginSession
from tests.faults.gateway import Answer, Browser, running
from tests.faults.portal import Portal
from tests.signon.scene import BASE, EMAIL

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY: Final = "redis://127.0.0.1:1/0"
"""Nothing listens on port 1."""
STAFF: Final = "grace@office.example"
PASSWORD: Final = "a-password-of-the-office"
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def without_redis(portal: Portal, tmp_path: Path) -> Iterator[int]:
    """The port of a gateway whose Redis does not answer."""
    with running(tmp_path, CACHE_URL=NOBODY) as port:
        yield port


@pytest.fixture
def with_redis(portal: Portal, tmp_path: Path, redis_url: str) -> Iterator[int]:
    """The port of a gateway on the same database whose Redis does."""
    with running(tmp_path, CACHE_URL=redis_url) as port:
        yield port


def fill_in(browser: Browser, page: str, path: str, **fields: str) -> Answer:
    """Sends the form on a page of ours."""
    token = _TOKEN.search(browser.get(page).body)
    assert token is not None, page
    body = urlencode({"csrfmiddlewaretoken": token[1], **fields})
    answer = browser.send("POST", path, body, {"Referer": f"{BASE}{page}"})
    assert answer is not None
    return answer


def sign_in_as_staff(browser: Browser) -> None:
    """With a password, as into any Django admin."""
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    User.objects.create(username=STAFF, email=STAFF, password=hashed, is_staff=True)
    page = "/admin/login/"
    answer = fill_in(browser, page, page, username=STAFF, password=PASSWORD, next="/session/")
    assert answer.status == 302, answer


def moved(browser: Browser, port: int) -> Browser:
    """The same browser, sent to another process by the load balancer."""
    return Browser(port, dict(browser.cookies))


def test_a_login_a_session_and_a_sign_out_need_no_cache(portal: Portal, without_redis: int) -> None:
    browser = Browser(without_redis)
    answer = browser.post(portal.message())
    assert answer is not None and answer.status == 303
    assert browser.who() == EMAIL
    replaced = browser.post(portal.message())
    assert replaced is not None and replaced.status == 303
    assert LoginSession.objects.filter(ended=None).count() == 1
    assert fill_in(browser, "/", "/logout/").status == 303
    assert browser.who() is None
    assert not LoginSession.objects.filter(ended=None).exists()


def test_staff_sign_in_and_work_without_a_cache(without_redis: int) -> None:
    browser = Browser(without_redis)
    sign_in_as_staff(browser)
    assert browser.who() == STAFF
    assert browser.get("/admin/").status == 200
    assert fill_in(browser, "/admin/", "/admin/logout/").status == 200
    assert browser.who() is None


@pytest.mark.needs_redis
def test_a_session_that_is_open_outlives_the_cache_it_was_read_from(
    portal: Portal, with_redis: int, without_redis: int
) -> None:
    browser = Browser(with_redis)
    browser.post(portal.message())
    read_from_database = browser.get("/session/").statements
    assert browser.get("/session/").statements == read_from_database - 1
    assert moved(browser, without_redis).who() == EMAIL
    assert browser.who() == EMAIL


@pytest.mark.needs_redis
def test_what_ended_while_the_cache_was_away_does_not_come_back_with_it(
    portal: Portal, with_redis: int, without_redis: int
) -> None:
    browser = Browser(with_redis)
    browser.post(portal.message())
    assert [browser.who(), browser.who()] == [EMAIL, EMAIL]
    copy = moved(browser, with_redis)
    assert fill_in(moved(browser, without_redis), "/", "/logout/").status == 303
    assert copy.who() is None


@pytest.mark.needs_redis
def test_a_password_session_that_ended_while_the_cache_was_away_does_not_come_back_either(
    with_redis: int, without_redis: int
) -> None:
    browser = Browser(with_redis)
    sign_in_as_staff(browser)
    assert [browser.who(), browser.who()] == [STAFF, STAFF]
    copy = moved(browser, with_redis)
    assert fill_in(moved(browser, without_redis), "/", "/logout/").status == 303
    assert copy.who() is None
