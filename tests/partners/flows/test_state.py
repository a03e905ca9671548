"""On and off: on which conditions, and with which event."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import (
    Partner,
    State,
)
from sso_gateway.partners.problems import Declined
from tests.idp.keys import key_pair
from tests.partners.factory import (
    ACTOR,
    idp_metadata,
    make_partner,
)
from tests.partners.flows.changes import actions, declined, keys_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_activating_says_everything_that_is_missing() -> None:
    make_partner(domains=[], metadata=False, state="draft")
    with pytest.raises(Declined) as raised:
        flows.activate("acme", actor=ACTOR)
    assert keys_of(raised.value) == ["no_identity_provider", "no_email_domain"]
    assert Partner.objects.get().state == State.DRAFT


def test_expired_metadata_does_not_go_live() -> None:
    with time_machine.travel(NOW, tick=False):
        document = idp_metadata(valid_until=NOW + timedelta(days=1))
        make_partner(document=document, state="draft")
    with time_machine.travel(NOW + timedelta(days=1), tick=False), declined("metadata_expired"):
        flows.activate("acme", actor=ACTOR)


def test_ended_certificates_matter_only_where_the_policy_says_so() -> None:
    ended = key_pair("rsa-2048", "ended", not_after=datetime(2021, 1, 1, tzinfo=UTC))
    make_partner(document=idp_metadata(certificates=[ended]), state="draft")
    flows.set_policy("acme", {"refuse_expired_certificate": True}, actor=ACTOR)
    with declined("certificates_expired"):
        flows.activate("acme", actor=ACTOR)
    flows.set_policy("acme", {"refuse_expired_certificate": False}, actor=ACTOR)
    assert flows.activate("acme", actor=ACTOR).state == State.LIVE


def test_a_draft_is_tested_before_it_goes_live() -> None:
    make_partner(state="draft")
    assert flows.start_testing("acme", actor=ACTOR).state == State.TESTING
    assert flows.start_testing("acme", actor=ACTOR).state == State.TESTING
    assert actions()[-1] == "change.partner.testing"
    assert flows.activate("acme", actor=ACTOR).state == State.LIVE
    with declined("wrong_state"):
        flows.start_testing("acme", actor=ACTOR)


def test_a_draft_that_could_not_sign_anybody_in_is_not_tested() -> None:
    make_partner(domains=[], metadata=False, state="draft")
    with declined("no_email_domain"):
        flows.start_testing("acme", actor=ACTOR)


def test_a_partner_is_paused_with_a_reason_and_resumed() -> None:
    make_partner()
    with declined("reason_missing"):
        flows.pause("acme", reason=" \n ", actor=ACTOR)
    paused = flows.pause("acme", reason="key\nstolen", actor=ACTOR)
    assert (paused.state, paused.paused_by, paused.paused_reason) == (
        State.PAUSED,
        ACTOR,
        "key stolen",
    )
    assert Event.objects.order_by("-id")[0].why == "key stolen"
    with declined("wrong_state"):
        flows.activate("acme", actor=ACTOR)
    resumed = flows.resume("acme", actor=ACTOR)
    assert (resumed.state, resumed.paused_by, resumed.paused_at) == (State.LIVE, "", None)
    assert actions()[-2:] == ["change.partner.paused", "change.partner.resumed"]


@pytest.mark.parametrize("flow", [flows.activate, flows.resume])
def test_what_is_live_already_stays_so_without_an_event(flow: Any) -> None:
    make_partner()
    before = actions()
    assert flow("acme", actor=ACTOR).state == State.LIVE
    assert actions() == before


def test_a_draft_is_neither_paused_nor_resumed() -> None:
    make_partner(state="draft")
    with declined("wrong_state"):
        flows.pause("acme", reason="x", actor=ACTOR)
    with declined("wrong_state"):
        flows.resume("acme", actor=ACTOR)
