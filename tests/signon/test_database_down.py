"""Without the database nobody is signed in; without a row nobody is signed in either."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners.models import Partner
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.signon import scene

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def unreachable() -> Iterator[None]:
    """The database is somewhere where there is none."""
    changed: dict[str, Any] = {
        "sqlite": {"NAME": "/nonexistent/gateway.sqlite3"},
        "postgresql": {"PORT": "1"},
    }[connection.vendor]
    before = {name: connection.settings_dict[name] for name in changed}
    connection.close()
    connection.settings_dict.update(changed)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def without(table: str) -> Iterator[None]:
    """One table is gone."""
    rename(table, f"{table}_away")
    try:
        yield
    finally:
        rename(f"{table}_away", table)


def rename(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The triggers of the log stay with their table and keep its old name otherwise.
            cursor.execute("PRAGMA legacy_alter_table = ON")
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{name}"')


def test_a_login_is_answered_by_our_page(acme: Partner, ada: User) -> None:
    browser = Client()
    with unreachable():
        response = scene.post(browser, scene.message())
    assert response.status_code == 503
    assert len(response["X-SSO-Reference"]) == 9
    assert response["X-SSO-Reference"] in response.content.decode()
    assert not browser.cookies
    assert not LoginSession.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize(
    "path", ["/saml/acme/login/", "/saml/acme/again/ABCDEFGH/", "/Shibboleth.sso/SAML2/POST"]
)
def test_so_is_everything_else_of_the_way_in(acme: Partner, path: str) -> None:
    with unreachable():
        response = Client().get(path)
    assert (response.status_code, "<h1>" in response.content.decode()) == (503, True)


def test_who_was_signed_in_is_not_known_meanwhile_and_is_again_afterwards(
    acme: Partner, ada: User
) -> None:
    browser = Client()
    scene.post(browser, scene.message())
    with unreachable():
        for path in ("/", "/session/", scene.ACS, "/admin/"):
            response = browser.get(path)
            assert (response.status_code, "<h1>" in response.content.decode()) == (503, True)
    assert scene.signed_in_as(browser) == scene.EMAIL


def test_who_tried_again_and_again_meanwhile_need_not_wait_afterwards(ada: User) -> None:
    scene.add_partner(policy={"refusals_per_address": 10})
    browser = Client(REMOTE_ADDR="203.0.113.7")
    with without("sso_signon_loginsession"):
        assert {scene.post(browser, scene.message()).status_code for _ in range(12)} == {503}
    assert scene.post(browser, scene.message()).status_code == 303


def test_a_login_whose_row_cannot_be_written_does_not_happen(acme: Partner, ada: User) -> None:
    browser = Client()
    with without("sso_audit_event"):
        response = scene.post(browser, scene.message())
    assert response.status_code == 503
    assert not browser.cookies
    assert not LoginSession.objects.exists() and not Session.objects.exists()
    assert not SeenAssertion.objects.exists()
    assert scene.post(browser, scene.message()).status_code == 303


def test_a_refusal_whose_row_cannot_be_written_is_our_fault(acme: Partner, ada: User) -> None:
    with without("sso_audit_event"):
        assert scene.post(Client(), scene.message(sign="nothing")).status_code == 503


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("sso_signon_seenassertion", "replay_store_down"),
        ("sso_signon_loginsession", "storage_down"),
        ("django_session", "storage_down"),
        ("sso_provisioning_link", "storage_down"),
    ],
)
def test_a_login_that_cannot_be_completed_is_taken_back_and_recorded(
    acme: Partner, ada: User, table: str, key: str
) -> None:
    browser = Client()
    with without(table):
        response = scene.post(browser, scene.message())
        event = scene.the_attempt()
    assert response.status_code == 503
    assert (event.outcome, event.key) == ("error", key)
    assert response["X-SSO-Reference"] == event.display_reference
    assert not browser.cookies
    assert not LoginSession.objects.exists() and not SeenAssertion.objects.exists()


def test_the_log_tells_kind_and_place_and_nothing_of_the_message(
    acme: Partner, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with without("sso_signon_loginsession"):
        response = scene.post(Client(), scene.message())
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name == "sso_gateway.signon"
    )
    assert response["X-SSO-Reference"] in said and "Error" in said
    assert scene.EMAIL not in said and "_assertion-1" not in said
    assert Event.objects.filter(action="sign_in.attempt").count() == 1
