"""One assertion, many workers: one session."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from sso_gateway.partners.models import Partner
from sso_gateway.signon import requests
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.signon import scene

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 20


def at_once(message: bytes, nonce: str = "") -> list[int]:
    """The status codes of so many browsers that post the same message at the same moment."""
    barrier = Barrier(WORKERS)

    def worker(number: int) -> int:
        try:
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            if nonce:
                client.cookies[requests.COOKIE] = nonce
            barrier.wait()
            return int(scene.post(client, message).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return sorted(pool.map(worker, range(1, WORKERS + 1)))


def test_many_posts_of_one_assertion_open_one_session(acme: Partner, ada: User) -> None:
    assert at_once(scene.message()) == [303] + [403] * (WORKERS - 1)
    assert LoginSession.objects.count() == Session.objects.count() == 1
    assert SeenAssertion.objects.count() == 1
    keys = sorted(event.key for event in scene.attempts())
    assert keys == [""] + ["replayed"] * (WORKERS - 1)


def test_many_answers_to_one_request_open_one_session(acme: Partner, ada: User) -> None:
    browser = Client()
    request_id = scene.ask(browser)
    nonce = browser.cookies[requests.COOKIE].value
    codes = at_once(scene.message(in_response_to=request_id), nonce)
    assert codes == [303] + [403] * (WORKERS - 1)
    assert LoginSession.objects.count() == 1
    assert len(scene.attempts()) == WORKERS


def test_many_first_logins_of_one_person_make_one_account(db: None) -> None:
    scene.add_partner(policy={"provision": "create"})
    barrier = Barrier(8)

    def worker(number: int) -> int:
        try:
            message = scene.message(assertion_id=f"_{number}")
            barrier.wait()
            return int(scene.post(Client(), message).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(worker, range(8))) == [303] * 8
    assert User.objects.count() == 1
    assert LoginSession.objects.count() == 8
