"""Each fault of the demo is refused by the real gateway for exactly the reason it names."""

import pytest
from django.urls import reverse

from sso_gateway import clock
from sso_gateway.audit import story
from sso_gateway.demo import flows, offer
from sso_gateway.demo.faults import FAULTS
from sso_gateway.demo.offer import Order
from sso_gateway.demo.recipe import Recipe
from sso_gateway.partners import trust as trusted
from sso_gateway.signon import explaining
from tests.demo.site import PORTAL, Site, attempts

all_faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
by_another_browser = {"replay": 1}
"""How many sign-ins go before."""


@all_faults
def test_the_gateway_refuses_it_for_the_named_reason_and_no_other(
    site: Site, fault: Recipe
) -> None:
    answer = site.press(site.form(f"/demo/try/{fault.name}/"))
    assert fault.reason is not None
    assert answer.status_code == fault.reason.status
    rows = attempts()
    assert len(rows) == 1 + by_another_browser.get(fault.name, 0)
    assert rows[-1].key == fault.reason.key
    assert rows[-1].display_reference == answer["X-SSO-Reference"]
    assert site.who() is None


@all_faults
def test_explain_says_the_same_beforehand(site: Site, fault: Recipe) -> None:
    acme = trusted.for_slug("acme")
    message = offer.make(Order(recipe=fault), acme, clock.now()).message.encode()
    verdict = explaining.judge(message, acme, now=clock.now(), request_id=None)
    found = verdict.refusal.reason if verdict.refusal else None
    assert found == (fault.reason if fault.fault_inside else None)
    assert any(check.reason is found for check in verdict.checks)


@all_faults
def test_its_page_shows_the_reason_the_ladder_and_the_message(site: Site, fault: Recipe) -> None:
    page = site.get(f"{PORTAL}/demo/try/{fault.name}/").content.decode()
    assert fault.reason is not None
    assert f"{fault.reason.code} {fault.reason.key}" in page
    assert ('class="rung fail"' in page) == fault.fault_inside
    assert 'class="rung ' in page
    assert "&lt;" in page.partition('<details class="xml">')[2]


@all_faults
def test_what_happened_can_be_seen_from_both_sides(site: Site, fault: Recipe) -> None:
    answer = site.press(site.form(f"/demo/try/{fault.name}/"))
    link = f"/demo/event/{answer['X-SSO-Reference']}/"
    assert link in answer.content.decode()
    page = site.get(f"{PORTAL}{link}").content.decode()
    event = attempts()[-1]
    assert f"{event.code} {event.key}" in page
    assert ('class="rung fail"' in page) == any(
        rung.result == "fail" for rung in story.rungs(event)
    )


def test_a_replay_is_second_to_a_browser_elsewhere(site: Site) -> None:
    site.press(site.form("/demo/try/replay/"))
    first, second = attempts()
    assert (first.outcome, first.client_ip) == ("success", flows.ELSEWHERE)
    assert (second.key, second.target) == ("replayed", first.reference)


def test_every_fault_stands_on_the_portal(site: Site) -> None:
    page = site.get(f"{PORTAL}/demo/").content.decode()
    assert [name for name in FAULTS if reverse("demo:try", args=[name]) not in page] == []


def test_no_two_faults_are_the_same() -> None:
    assert len({str(fault.title) for fault in FAULTS.values()}) == len(FAULTS) == 23
    assert all(fault.reason for fault in FAULTS.values())
