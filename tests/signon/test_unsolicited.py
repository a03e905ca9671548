"""What the partner's policy makes of a response that nobody asked for."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from tests.signon import scene

pytestmark = pytest.mark.django_db


def policy(**changes: object) -> None:
    flows.set_policy("acme", changes, actor=scene.ACTOR)


def test_refused_with_the_link_to_start_from(browser: Client, acme: Partner, ada: User) -> None:
    policy(unsolicited="refuse")
    response = scene.post(browser, scene.message())
    assert (response.status_code, scene.the_attempt().key) == (403, "idp_initiated_off")
    assert f'href="{scene.BASE}{scene.LOGIN}"' in response.content.decode()


def test_restarted_from_here_and_then_signed_in(browser: Client, acme: Partner, ada: User) -> None:
    policy(unsolicited="restart")
    response = scene.post(browser, scene.message(), RelayState="/orders")
    assert (response.status_code, response["Location"]) == (
        303,
        f"{scene.LOGIN}?next=%2Forders",
    )
    event = scene.the_attempt()
    assert (event.outcome, event.key) == ("info", "idp_initiated_off")
    assert scene.signed_in_as(browser) is None
    request_id = scene.ask(browser, "?next=%2Forders")
    again = scene.post(browser, scene.message(in_response_to=request_id))
    assert again["Location"] == "/orders"


def test_a_bad_response_is_not_restarted(browser: Client, acme: Partner) -> None:
    policy(unsolicited="restart")
    assert scene.post(browser, scene.message(sign="nothing")).status_code == 403


def test_a_foreign_landing_does_not_travel_along(browser: Client, acme: Partner) -> None:
    policy(unsolicited="restart")
    response = scene.post(browser, scene.message(), RelayState="https://evil.example/")
    assert response["Location"] == f"{scene.LOGIN}?next=%2F%3Fnotice%3Drelay_refused"


def test_an_idp_that_always_answers_unasked_does_not_loop(
    browser: Client, acme: Partner, ada: User
) -> None:
    policy(unsolicited="restart")
    codes = []
    for number in range(5):
        response = scene.post(browser, scene.message(assertion_id=f"_{number}"))
        codes.append(response.status_code)
        if response.status_code == 303:
            scene.ask(browser)
    assert codes == [303, 303, 303, 403, 403]
