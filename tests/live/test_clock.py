"""The clocks of SimpleSAMLphp and of the gateway disagree. It is ours that is moved here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from tests.live import gateway
from tests.live.gateway import Gateway
from tests.live.person import Person, assert_admitted, assert_turned_away

MINUTE = 60


@pytest.fixture(scope="module")
def place(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway whose clock can be told to be wrong."""
    folder = tmp_path_factory.mktemp("gateway")
    with gateway.running(folder, "tests.live.clock_off") as ours:
        yield ours


def put_our_clock(person: Person, seconds: int) -> None:
    """So far ahead of the identity provider's, or behind it where this is negative."""
    person.page.context.set_extra_http_headers({"X-Clock-Off": str(seconds)})


@pytest.mark.parametrize("seconds", [-2 * MINUTE, 2 * MINUTE])
def test_within_the_tolerance_nobody_notices(acme: Partner, ada: Person, seconds: int) -> None:
    put_our_clock(ada, seconds)
    ada.arrive()
    assert_admitted(ada, "ada@acme.example")


def test_a_clock_of_theirs_that_is_ahead_is_refused(acme: Partner, ada: Person) -> None:
    put_our_clock(ada, -10 * MINUTE)
    ada.arrive()
    assert_turned_away(ada, Reason.ISSUE_INSTANT, "Something went wrong on our side")
    disagree = ada.page.get_by_text("The clocks of your organisation and ours disagree")
    expect(disagree).to_be_visible()


def test_a_clock_of_theirs_that_is_behind_is_refused(acme: Partner, ada: Person) -> None:
    put_our_clock(ada, 10 * MINUTE)
    ada.arrive()
    assert_turned_away(ada, Reason.EXPIRED, "Please start again from your portal")
