"""Whom a message comes from, and whether we take messages from them now."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.idp.keys import key_pair
from tests.signon import scene

pytestmark = pytest.mark.django_db


def test_a_draft_partner_signs_nobody_in(browser: Client, ada: User) -> None:
    scene.add_partner(live=False)
    response = scene.post(browser, scene.message())
    scene.assert_refused(browser, response, Reason.PARTNER_DRAFT)


def test_a_paused_partner_signs_nobody_in(browser: Client, acme: Partner, ada: User) -> None:
    flows.pause("acme", reason="moving house", actor=scene.ACTOR)
    response = scene.post(browser, scene.message())
    scene.assert_refused(browser, response, Reason.PARTNER_PAUSED)
    assert scene.the_attempt().facts["why"] == "moving house"


class TestATestingPartner:
    """Its responses are judged and recorded, and create nothing."""

    @pytest.fixture(autouse=True)
    def testing(self, acme: Partner) -> None:
        Partner.objects.update(state="testing")

    def test_a_good_response_is_a_test_that_passed(self, browser: Client, ada: User) -> None:
        response = scene.post(browser, scene.message())
        event = scene.the_attempt()
        assert (response.status_code, event.outcome, event.flow) == (403, "test_success", "test")
        assert "isn't switched on yet" in response.content.decode().replace("&#x27;", "'")
        assert {rung["result"] for rung in scene.rungs(event)} == {"pass"}
        assert not LoginSession.objects.exists() and not SeenAssertion.objects.exists()

    def test_it_may_be_repeated(self, browser: Client) -> None:
        message = scene.message()
        for _ in range(2):
            scene.post(browser, message)
        assert [event.outcome for event in scene.attempts()] == ["test_success"] * 2

    def test_a_bad_response_says_why(self, browser: Client) -> None:
        response = scene.post(browser, scene.message(audience="urn:other"))
        event = scene.the_attempt()
        assert (response.status_code, event.outcome) == (403, "test_refused")
        assert event.key == "audience_mismatch"


@pytest.mark.parametrize("path", ["/saml/acme/acs/", "/old/acs", "/saml/acme/login/"])
def test_a_policy_that_nobody_understands_signs_nobody_in(
    browser: Client, ada: User, path: str
) -> None:
    scene.add_partner(our_acs_path="/old/acs")
    Partner.objects.update(policy={"unheard-of": True}, version=99)
    response = scene.post(Client(), scene.message(), path)
    assert (response.status_code, scene.the_attempt().key) == (503, "internal")


def test_the_issuer_of_another_partner_is_named(browser: Client, acme: Partner, ada: User) -> None:
    scene.add_partner(
        "globex",
        domains=("globex.example",),
        document=scene.metadata(
            key_pair("rsa-2048", "globex"), entity_id="https://idp.globex.example"
        ),
    )
    response = scene.post(browser, scene.message(issuer="https://idp.globex.example"))
    scene.assert_refused(browser, response, Reason.ISSUER_WRONG_PARTNER)
    assert scene.the_attempt().facts["expected"] == f"{scene.BASE}/saml/globex/acs/"


def test_a_partner_cannot_assert_into_another_partners_acs(
    browser: Client, acme: Partner, ada: User
) -> None:
    globex = key_pair("rsa-2048", "globex")
    scene.add_partner(
        "globex",
        domains=("globex.example",),
        document=scene.metadata(globex, entity_id="https://idp.globex.example"),
    )
    forged = scene.message(key=globex)
    scene.assert_refused(browser, scene.post(browser, forged), Reason.KEY_UNKNOWN)


def test_an_ended_certificate_is_a_warning_on_the_event(browser: Client, ada: User) -> None:
    ended = key_pair("rsa-2048", "ended", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    scene.add_partner(document=scene.metadata(ended))
    assert scene.post(browser, scene.message(key=ended)).status_code == 303
    event = scene.the_attempt()
    assert (event.outcome, event.key) == ("success", "cert_expired")
    assert [rung["name"] for rung in scene.rungs(event) if rung["result"] == "warn"] == [
        "certificate"
    ]
