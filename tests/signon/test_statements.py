"""What a login asks of the database; every statement is a round trip."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sso_gateway.partners.models import Partner
from tests.signon import scene

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (
    "sso_partners_partner",
    "sso_signon_pendingrequest",
    "sso_signon_seenassertion",
    "sso_provisioning_link",
    "sso_signon_loginsession",
    "django_session",
    "sso_audit_event",
)


def told(statement: str) -> str:
    """``SELECT sso_partners_partner``; a statement without one of our tables as it is."""
    verb = statement.split()[0]
    found = [table for table in TABLES if f'"{table}"' in statement]
    return f"{verb} {found[0]}" if found else verb


def statements(client: Client, message: bytes) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert scene.post(client, message).status_code == 303
    return [told(query["sql"]) for query in captured.captured_queries]


@pytest.fixture
def known(acme: Partner, ada: User) -> None:
    """Partner and person have been here before."""
    scene.post(Client(), scene.message())


def test_a_login_from_the_portal_takes_eight_statements(known: None) -> None:
    assert statements(Client(), scene.message(assertion_id="_second")) == [
        "SELECT sso_partners_partner",
        "BEGIN",
        "INSERT sso_signon_seenassertion",
        "SELECT sso_provisioning_link",
        "INSERT sso_signon_loginsession",
        "INSERT django_session",
        "INSERT sso_audit_event",
        "COMMIT",
    ]


def test_a_login_that_began_here_also_spends_its_request(known: None) -> None:
    client = Client()
    message = scene.message(in_response_to=scene.ask(client), assertion_id="_second")
    found = statements(client, message)
    assert found[:3] == ["SELECT sso_partners_partner", "UPDATE sso_signon_pendingrequest", "BEGIN"]
    assert len(found) == 9


def test_a_live_session_takes_one_query_beside_djangos_own(known: None) -> None:
    client = Client()
    scene.post(client, scene.message(assertion_id="_second"))
    with CaptureQueriesContext(connection) as captured:
        client.get("/session/")
    assert [told(query["sql"]) for query in captured.captured_queries] == [
        "SELECT django_session",
        "SELECT sso_partners_partner",
        "SELECT",
    ]


def test_a_stranger_without_a_cookie_takes_none(db: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        Client().get("/session/")
    assert captured.captured_queries == []
