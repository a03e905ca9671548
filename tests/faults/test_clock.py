"""The machine's clock jumps: what was valid by it, what is, and what can never be again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from sso_gateway.partners.models import Partner
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.faults.whole import assert_whole
from tests.idp.recipe import NOW
from tests.signon import scene

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
Clock = time_machine.Traveller


@pytest.fixture
def clock(standing_clock: Clock) -> Clock:
    """Stands still; a test moves it."""
    return standing_clock


@pytest.fixture
def signed_in(clock: Clock, acme: Partner, ada: User) -> Client:
    browser = Client()
    assert scene.post(browser, scene.message()).status_code == 303
    return browser


@pytest.mark.parametrize("by", [timedelta(seconds=-100), timedelta(seconds=100)])
def test_a_small_jump_between_question_and_answer_is_within_the_tolerance(
    clock: Clock, acme: Partner, ada: User, by: timedelta
) -> None:
    browser = Client()
    message = scene.message(in_response_to=scene.ask(browser))
    clock.shift(by)
    assert scene.post(browser, message).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL


@pytest.mark.parametrize("by", [-HOUR, HOUR])
def test_a_large_jump_between_question_and_answer_refuses_it_and_the_next_one_works(
    clock: Clock, acme: Partner, ada: User, by: timedelta
) -> None:
    browser = Client()
    message = scene.message(in_response_to=scene.ask(browser))
    clock.shift(by)
    assert scene.post(browser, message).status_code == 403
    assert scene.the_attempt().key == "issue_instant"
    assert not LoginSession.objects.exists() and not SeenAssertion.objects.exists()
    clock.move_to(NOW)
    again = scene.message(in_response_to=scene.ask(browser), assertion_id="_again")
    assert scene.post(browser, again).status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL


def test_a_question_that_a_jump_has_aged_must_be_asked_anew(
    clock: Clock, acme: Partner, ada: User
) -> None:
    browser = Client()
    request_id = scene.ask(browser)
    clock.shift(HOUR)
    message = answer_at(NOW + HOUR, request_id)
    assert scene.post(browser, message).status_code == 403
    assert scene.the_attempt().key == "request_unknown"
    again = answer_at(NOW + HOUR, scene.ask(browser), assertion_id="_again")
    assert scene.post(browser, again).status_code == 303


def answer_at(moment: datetime, request_id: str, **changes: Any) -> bytes:
    """The answer of an identity provider whose clock stands at this moment."""
    end = moment + timedelta(minutes=5)
    times: dict[str, Any] = {
        "issued": moment,
        "not_before": moment,
        "not_on_or_after": end,
        "confirmation_not_on_or_after": end,
        "authn_instant": moment,
    }
    return scene.message(in_response_to=request_id, **times, **changes)


def test_an_assertion_used_before_a_jump_back_stays_used(clock: Clock, signed_in: Client) -> None:
    clock.shift(timedelta(seconds=-100))
    browser = Client(REMOTE_ADDR="192.0.2.7")
    assert scene.post(browser, scene.message()).status_code == 403
    assert scene.attempts()[0].key == "replayed"
    assert_whole()


def test_an_assertion_stays_used_where_the_housekeeper_came_within_a_day_of_a_jump(
    clock: Clock, signed_in: Client
) -> None:
    clock.shift(24 * HOUR)
    call_command("housekeeping")
    clock.move_to(NOW)
    browser = Client(REMOTE_ADDR="192.0.2.7")
    assert scene.post(browser, scene.message()).status_code == 403


def test_a_housekeeper_who_came_in_a_longer_jump_has_forgotten_it(
    clock: Clock, signed_in: Client
) -> None:
    clock.shift(25 * HOUR)
    call_command("housekeeping")
    assert not SeenAssertion.objects.exists()
    assert scene.post(Client(), scene.message()).status_code == 403


def test_a_session_that_ended_by_a_jump_forward_does_not_live_again(
    clock: Clock, signed_in: Client
) -> None:
    clock.shift(24 * HOUR)
    assert scene.signed_in_as(signed_in) is None
    clock.move_to(NOW)
    assert scene.signed_in_as(signed_in) is None


def test_a_small_jump_back_leaves_a_session_alone(clock: Clock, signed_in: Client) -> None:
    clock.shift(timedelta(seconds=-100))
    assert scene.signed_in_as(signed_in) == scene.EMAIL


def test_a_session_from_the_future_is_over(clock: Clock, signed_in: Client) -> None:
    clock.shift(-HOUR)
    assert scene.signed_in_as(signed_in) is None
    assert LoginSession.objects.get().ended_because == "clock"
    clock.move_to(NOW)
    assert scene.signed_in_as(signed_in) is None


def test_a_session_that_was_used_in_the_future_is_over(clock: Clock, signed_in: Client) -> None:
    clock.shift(HOUR / 2)
    assert scene.signed_in_as(signed_in) == scene.EMAIL
    clock.move_to(NOW)
    assert scene.signed_in_as(signed_in) is None
