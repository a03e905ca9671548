"""The disk is full, or somebody else holds the lock: our page, nobody signed in, and a retry."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from sso_gateway.partners.models import Partner
from sso_gateway.signon.models import LoginSession
from tests.conftest import FOUND
from tests.faults.whole import assert_whole, logins
from tests.signon import scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(FOUND["postgresql"] is not None, reason="SQLite's own faults"),
    pytest.mark.usefixtures("standing_clock"),
]

MOST = 100
"""Logins within which a file that may not grow is full."""


def pragma(name: str, value: object = None) -> int:
    """Of the connection that the login uses."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}" if value is None else f"PRAGMA {name} = {value}")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@contextmanager
def full_disk() -> Iterator[None]:
    """The file may not grow by another page, and has none to spare."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    before = pragma("max_page_count")
    pragma("max_page_count", pragma("page_count"))
    try:
        yield
    finally:
        pragma("max_page_count", before)


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Another process holds the write lock for longer than we wait."""
    before = pragma("busy_timeout")
    pragma("busy_timeout", 10)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            pragma("busy_timeout", before)


def assert_our_page(client: Client, response: Any) -> None:
    """503 with a reference, and no session."""
    page = response.content.decode()
    assert response.status_code == 503
    assert response["X-SSO-Reference"] in page and "Traceback" not in page
    assert not client.cookies


def fill_the_disk() -> bytes:
    """Signs in until it does not work any more; returns the message that was refused."""
    for number in range(MOST):
        browser, message = Client(), scene.message(assertion_id=f"_{number}")
        before = LoginSession.objects.count()
        response = scene.post(browser, message)
        assert_whole()
        if response.status_code != 303:
            assert_our_page(browser, response)
            assert LoginSession.objects.count() == Session.objects.count() == before
            return message
    raise AssertionError("the disk was never full")


def test_a_full_disk_signs_nobody_in(acme: Partner, ada: User) -> None:
    scene.post(Client(), scene.message())
    with full_disk():
        refused = fill_the_disk()
    browser = Client()
    assert scene.post(browser, refused).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL
    assert_whole()


def test_a_full_disk_leaves_open_sessions_alone(acme: Partner, ada: User) -> None:
    browser = Client()
    scene.post(browser, scene.message())
    with full_disk():
        fill_the_disk()
        assert scene.signed_in_as(browser) == scene.EMAIL


def test_a_lock_that_is_not_given_back_in_time_signs_nobody_in(acme: Partner, ada: User) -> None:
    browser = Client()
    with somebody_writes():
        assert_our_page(browser, scene.post(browser, scene.message()))
        assert scene.attempts() == [] and not LoginSession.objects.exists()
    assert scene.post(browser, scene.message()).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL
    assert len(logins()) == 1
    assert_whole()


def test_a_login_that_begins_here_is_not_begun_under_that_lock(acme: Partner) -> None:
    browser = Client()
    with somebody_writes():
        assert_our_page(browser, browser.get(scene.LOGIN))
    assert browser.get(scene.LOGIN).status_code == 303


def test_open_sessions_are_read_under_that_lock(acme: Partner, ada: User) -> None:
    browser = Client()
    scene.post(browser, scene.message())
    with somebody_writes():
        assert scene.signed_in_as(browser) == scene.EMAIL
