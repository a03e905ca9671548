"""Who is refused too often has to wait; nobody at another address does, nor for another partner."""

from ipaddress import ip_network

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from sso_gateway.audit import story
from sso_gateway.audit.models import Event
from sso_gateway.partners.models import Partner
from sso_gateway.signon import limit, tally
from sso_gateway.signon.models import PendingRequest
from tests.idp.keys import key_pair
from tests.signon import scene
from tests.signon.crowd import FEW, OFFICE, RUBBISH, at, limited, refused, signs_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def globex(db: None) -> Partner:
    """Another partner, with the same limit."""
    document = scene.metadata(
        key_pair("rsa-2048", "globex"), entity_id="https://idp.globex.example"
    )
    return scene.add_partner(
        "globex",
        domains=("globex.example",),
        document=document,
        policy={"refusals_per_address": FEW},
    )


def test_one_refusal_more_than_the_limit_has_to_wait(strict: Partner) -> None:
    assert refused(FEW + 2) == [400] * FEW + [429] * 2


def test_below_the_limit_good_logins_go_on_and_beyond_it_they_wait_too(strict: Partner) -> None:
    refused(FEW - 1)
    assert signs_in(assertion_id="_before")
    refused(1)
    assert not signs_in(assertion_id="_beyond")
    assert not Event.objects.filter(outcome="success").exclude(client_ip=OFFICE).exists()
    assert Event.objects.filter(outcome="success").count() == 1


def test_whoever_is_let_in_is_not_counted(strict: Partner) -> None:
    assert all(signs_in(assertion_id=f"_{number}") for number in range(FEW + 2))
    assert tally.sizes() == (0, 0)


def test_without_a_policy_of_its_own_it_is_sixty(acme: Partner) -> None:
    assert refused(61) == [400] * 60 + [429]


def test_another_address_goes_on(strict: Partner) -> None:
    refused(FEW + 1)
    assert signs_in("203.0.113.8")


def test_another_partner_goes_on(strict: Partner, globex: Partner) -> None:
    refused(FEW, path="/saml/globex/acs/")
    assert refused(1, path="/saml/globex/acs/") == [429]
    assert signs_in()


def test_nobody_counts_towards_more_partners_than_the_limit_over_all(
    strict: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "REFUSALS_ANYWHERE", 4)
    assert refused(3, path="/saml/nobody/acs/") == [404] * 3
    assert refused(2) == [400, 429]
    assert not signs_in()
    assert signs_in("203.0.113.8", "_elsewhere")
    (event,) = limited()
    assert "4 requests from 203.0.113.7 for all partners together" in story.sentence(event)


def test_partners_that_do_not_exist_count_as_one_and_stop_nobody_else(strict: Partner) -> None:
    statuses = [refused(1, path=f"/saml/nobody-{n}/acs/") for n in range(62)]
    assert statuses == [[404]] * 60 + [[429]] * 2
    assert [event.detail for event in limited()] == ["refused posts"]
    assert signs_in()


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:DB8:1:2::2", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7", "203.0.113.6", False),
    ],
)
def test_an_ipv6_customer_is_a_64_and_an_ipv4_customer_an_address(
    strict: Partner, first: str, second: str, one: bool
) -> None:
    refused(FEW, first)
    assert signs_in(second) is not one


def test_the_event_names_the_64(strict: Partner) -> None:
    refused(FEW + 1, "2001:db8:1:2::1")
    (event,) = limited()
    assert event.detail == "refused posts, counted for 2001:db8:1:2::/64"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted"),
    [
        ("127.0.0.1", "", False),
        ("::1", "", False),
        ("10.0.0.1", "203.0.113.7", False),
        ("10.0.0.1", "", True),
        ("", "", True),
    ],
)
def test_an_address_that_stands_for_everybody_behind_it_never_waits(
    strict: Partner, settings: Settings, peer: str, forwarded: str, trusted: bool
) -> None:
    settings.SSO_TRUSTED_PROXIES = (ip_network("10.0.0.0/8"),) if trusted else ()
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    browser = at(peer, **headers)
    assert {scene.send(browser, RUBBISH).status_code for _ in range(FEW + 2)} == {400}


def test_behind_a_proxy_of_ours_the_client_is_counted(strict: Partner, settings: Settings) -> None:
    settings.SSO_TRUSTED_PROXIES = (ip_network("10.0.0.1/32"),)
    browser = at("10.0.0.1", HTTP_X_FORWARDED_FOR=f"198.51.100.1, {OFFICE}")
    statuses = [scene.send(browser, RUBBISH).status_code for _ in range(FEW + 1)]
    assert statuses[-1] == 429
    other = at("10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert scene.send(other, RUBBISH).status_code == 400


def test_the_window_ends(strict: Partner, clock: time_machine.Traveller) -> None:
    assert refused(FEW + 1)[-1] == 429
    clock.shift(299)
    assert not signs_in()
    clock.shift(1)
    assert signs_in()
    assert refused(FEW + 1) == [400] * FEW + [429]
    assert len(limited()) == 2


def test_a_window_is_counted_from_the_clock_and_not_from_the_first_refusal(
    strict: Partner, clock: time_machine.Traveller
) -> None:
    clock.shift(299)
    refused(FEW - 1)
    clock.shift(1)
    assert refused(FEW + 1) == [400] * FEW + [429]


def test_who_has_to_wait_costs_the_database_nothing(strict: Partner) -> None:
    refused(FEW + 1)
    with CaptureQueriesContext(connection) as captured:
        assert refused(3) == [429] * 3
    assert captured.captured_queries == []


def test_a_message_that_is_too_large_is_not_read_either(strict: Partner) -> None:
    refused(FEW)
    assert scene.send(at(), "SAMLResponse=" + "A" * 3_000_000).status_code == 429


def test_a_replay_in_the_same_browser_counts(strict: Partner) -> None:
    message = scene.message()
    statuses = [scene.post(at(), message).status_code for _ in range(FEW + 2)]
    assert statuses == [303] * (FEW + 1) + [429]


def test_the_old_address_of_a_service_provider_that_we_replaced_is_limited(ada: User) -> None:
    path = "/Shibboleth.sso/SAML2/POST"
    scene.add_partner(
        our_entity_id="https://old.example.com/shibboleth",
        our_acs_path=path,
        policy={"refusals_per_address": FEW},
    )
    assert refused(FEW + 1, path=path) == [400] * FEW + [429]


def test_bookmarks_of_the_acs_have_a_count_of_their_own(strict: Partner) -> None:
    statuses = [at().get(scene.ACS).status_code for _ in range(FEW + 2)]
    assert statuses == [400] * FEW + [429] * 2
    assert [event.detail for event in limited()] == ["refused visits"]
    assert signs_in()


def test_questions_are_counted_whether_answered_or_not(strict: Partner) -> None:
    statuses = [at().get(scene.LOGIN).status_code for _ in range(62)]
    assert statuses == [303] * 60 + [429] * 2
    assert PendingRequest.objects.count() == 60
    (event,) = limited()
    assert (event.detail, event.flow) == ("started sign-ins", "idp")
    assert signs_in()


def test_a_policy_may_say_more(db: None) -> None:
    scene.add_partner(policy={"refusals_per_address": 70})
    assert refused(71) == [400] * 70 + [429]
