"""PostgreSQL is restarted: every connection that a worker kept is dead."""

import pytest
from django.db import connection

from sso_gateway.signon.models import LoginSession
from tests.faults.gateway import Browser
from tests.faults.portal import Portal
from tests.faults.whole import assert_whole, logins
from tests.signon.scene import EMAIL, attempts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_postgresql]

MOST = 60


def end_every_other_connection() -> int:
    """As a restart does; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(cursor.fetchall())


def test_between_two_logins_nobody_notices(portal: Portal, port: int) -> None:
    for _ in range(3):
        answer = Browser(port).post(portal.message())
        assert answer is not None and answer.status == 303
        assert end_every_other_connection() > 0
    browser = Browser(port)
    answer = browser.post(portal.message())
    assert answer is not None and answer.status == 303
    assert browser.who() == EMAIL
    assert_whole()


def test_a_session_that_is_open_survives(portal: Portal, port: int) -> None:
    browser = Browser(port)
    browser.post(portal.message())
    assert end_every_other_connection() > 0
    assert browser.who() == EMAIL


def test_in_the_middle_of_a_login_it_is_our_page_a_row_and_another_try(
    portal: Portal, port: int
) -> None:
    first = Browser(port).post(portal.message("first@acme.example"))
    assert first is not None and first.statements < MOST
    message = portal.message()
    for number in range(1, first.statements):
        browser, sessions, rows = Browser(port), LoginSession.objects.count(), len(attempts())
        answer = browser.post(message, fault=f"cut before {number}")
        assert answer is not None
        if answer.status == 303:
            break
        assert answer.status == 503 and "Traceback" not in answer.body, number
        assert answer.reference in answer.body.replace("-", ""), number
        assert not browser.cookies
        assert LoginSession.objects.count() == sessions, number
        event = attempts()[-1]
        assert len(attempts()) == rows + 1 and event.outcome == "error", number
        assert event.reference == answer.reference
        assert event.key in {"storage_down", "replay_store_down"}, number
        assert_whole()
    again = Browser(port).post(message)
    assert again is not None and again.status == 303
    assert len(logins()) == 2
    assert_whole()


def test_at_the_commit_it_is_our_page_and_nobody_is_signed_in(portal: Portal, port: int) -> None:
    first = Browser(port).post(portal.message("first@acme.example"))
    second = Browser(port).post(portal.message("first@acme.example"))
    assert first is not None and second is not None
    browser, message = Browser(port), portal.message("first@acme.example")
    answer = browser.post(message, fault=f"cut after {second.statements}")
    assert answer is not None and answer.status == 503
    assert browser.who() is None
    assert len(logins()) == 2
    assert_whole()
    assert (again := browser.post(message)) is not None and again.status == 303
    assert browser.who() == "first@acme.example"
