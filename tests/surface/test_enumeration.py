"""Nobody learns from us whether somebody has an account here, and in what state it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.provisioning.models import Link
from tests.idp.keys import key_pair
from tests.idp.recipe import IDP, NOW
from tests.signon import scene

pytestmark = pytest.mark.django_db


def account(**changes: Any) -> User:
    return User.objects.create(**{"username": "ada", "email": scene.EMAIL, **changes})


def nobody() -> None:
    """There is no such account."""


def of_two_spellings() -> None:
    account(email="ADA@acme.example")
    account(username="other")


def of_another_partner() -> None:
    globex = scene.add_partner(
        "globex",
        domains=("globex.example",),
        document=scene.metadata(
            key_pair("rsa-2048", "globex"), entity_id="https://idp.globex.example"
        ),
    )
    link(account(), globex, email="ada@globex.example")


def of_another_name_id() -> None:
    link(account(), Partner.objects.get(slug="acme"), persistent_id="a" * 64)


def link(user: User, partner: Partner, **changes: Any) -> None:
    known = {"email": scene.EMAIL, "issuer": IDP, "created": NOW, "last_seen": NOW}
    Link.objects.create(partner=partner, user=user, **{**known, **changes})


def known_and_closed() -> None:
    link(account(is_active=False), Partner.objects.get(slug="acme"))


def without_a_group() -> None:
    account()
    flows.set_policy("acme", {"groups_attribute": "groups"}, actor=scene.ACTOR)


CLOSED: dict[str, tuple[Callable[[], object], str]] = {
    "no account": (nobody, "not_invited"),
    "a disabled account": (lambda: account(is_active=False), "account_disabled"),
    "a disabled account that was here before": (known_and_closed, "account_disabled"),
    "an account of staff": (lambda: account(is_staff=True), "staff_protected"),
    "an account of a superuser": (lambda: account(is_superuser=True), "staff_protected"),
    "two spellings": (of_two_spellings, "identity_conflict"),
    "an account of another partner": (of_another_partner, "identity_conflict"),
    "an account of another NameID": (of_another_name_id, "identity_conflict"),
    "an account without a group": (without_a_group, "no_role"),
}
PERSISTENT = {
    "name_id": "an-opaque-name",
    "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
}


def seen(client: Client, *, solicited: bool, language: str) -> tuple[int, dict[str, str], bytes]:
    """Everything that leaves us, but for the reference, which is as long for everybody."""
    answers = scene.ask(client, "?next=/orders") if solicited else None
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    response = scene.post(client, scene.message(in_response_to=answers, **PERSISTENT))
    shown = response["X-SSO-Reference"]
    assert response.content.count(shown.encode()) == 3
    page = response.content.replace(shown.encode(), b"0000-0000")
    headers = {**response.headers, "X-SSO-Reference": "0000-0000"}
    assert not response.cookies
    return response.status_code, headers, page


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("solicited", [False, True])
@pytest.mark.parametrize("why", CLOSED)
def test_every_closed_account_looks_like_no_account(
    browser: Client, acme: Partner, why: str, solicited: bool, language: str
) -> None:
    without = seen(browser, solicited=solicited, language=language)
    prepare, key = CLOSED[why]
    prepare()
    assert seen(Client(), solicited=solicited, language=language) == without
    assert [event.key for event in scene.attempts()] == sorted(["not_invited", key])


_NAMES = re.compile(r"\"s\d+_x\d+\"|VALUES .*", re.DOTALL)
"""What differs at every login: the names of savepoints, and what is inserted."""


def statements(client: Client) -> list[str]:
    """What the database is asked, without the values."""
    with CaptureQueriesContext(connection) as captured:
        assert scene.post(client, scene.message(**PERSISTENT)).status_code == 403
    return [_NAMES.sub("…", query["sql"].partition(" WHERE ")[0]) for query in captured]


ALIKE = ("a disabled account", "an account of staff", "an account of a superuser", "two spellings")


@pytest.mark.parametrize("why", ALIKE)
@pytest.mark.django_db(transaction=True)
def test_the_database_is_asked_the_same_for_them(acme: Partner, why: str) -> None:
    statements(Client())
    without = statements(Client())
    CLOSED[why][0]()
    assert statements(Client()) == without


def test_a_wrong_password_of_staff_is_answered_alike_whoever_it_is(
    browser: Client, acme: Partner
) -> None:
    User.objects.create_user("root", password="a password of hers", is_staff=True)
    User.objects.create_user("gone", password="a password of his", is_staff=True, is_active=False)
    User.objects.create_user("ada", password="a password of ours")
    tries = [("root", "wrong"), ("nobody", "wrong"), ("gone", "a password of his")]
    pages = set()
    for name, password in [*tries, ("ada", "a password of ours")]:
        page = Client().post("/admin/login/", {"username": name, "password": password})
        text = page.content.decode()
        token = text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        pages.add(text.replace(token, "").replace(f'value="{name}"', ""))
    assert len(pages) == 1
