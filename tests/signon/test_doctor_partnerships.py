"""The doctor on partners: what has ended, what will, and what somebody is allowed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from sso_gateway.partners import flows
from sso_gateway.partners.models import (
    EmailDomain,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
    State,
)
from sso_gateway.signon.doctor import partnerships
from tests.idp import workshop
from tests.idp.keys import NOT_AFTER, key_pair
from tests.idp.recipe import NOW
from tests.signon import scene
from tests.signon.doctoring import ids

pytestmark = pytest.mark.django_db

LATER = datetime(2050, 1, 1, tzinfo=UTC)
DAYS = [
    ("2039-12-01", "I", ""),
    ("2039-12-10", "W", "in 22 days"),
    ("2039-12-27", "W", "this week"),
    ("2040-01-01", "W", "ended on 2040-01-01"),
]


@pytest.mark.parametrize(("day", "letter", "words"), DAYS)
def test_a_partners_last_certificate_ends_with_notice(
    acme: Partner, clock: time_machine.Traveller, day: str, letter: str, words: str
) -> None:
    assert NOT_AFTER.year == 2040
    clock.move_to(f"{day}T00:00:00Z")
    [finding] = partnerships.certificates_last()
    assert finding.id == f"sso_gateway.{letter}442"
    assert words in finding.text


def test_an_old_certificate_beside_a_new_one_is_no_matter(clock: time_machine.Traveller) -> None:
    new = key_pair("rsa-2048", "next", not_after=LATER)
    scene.add_partner(document=scene.metadata(workshop.idp_key(), new))
    clock.move_to("2040-01-01T00:00:00Z")
    assert ids(partnerships.certificates_last) == ["I442"]
    assert ids(partnerships.nothing_stands_in_the_way) == ["I441"]


def test_where_the_policy_refuses_ended_certificates_it_is_an_error(
    clock: time_machine.Traveller,
) -> None:
    scene.add_partner(policy={"refuse_expired_certificate": True})
    clock.move_to("2040-01-02T00:00:00Z")
    assert ids(partnerships.nothing_stands_in_the_way) == ["E441"]


@pytest.mark.parametrize(("day", "expected"), [(31, "I443"), (20, "W443"), (-1, "E443")])
def test_metadata_ends_with_notice(acme: Partner, day: int, expected: str) -> None:
    PartnerIdentityProvider.objects.update(valid_until=scene.later(days=day))
    assert ids(partnerships.metadata_lasts) == [expected]
    # It is told once.
    assert ids(partnerships.nothing_stands_in_the_way) == ["I441"]


@pytest.mark.parametrize(
    ("days", "expected"), [(365, "I446"), (367, "W446"), (396, "W446"), (397, "W446")]
)
def test_a_persons_approval_of_metadata_ends_with_notice(
    acme: Partner, clock: time_machine.Traveller, days: int, expected: str
) -> None:
    clock.move_to(scene.later(days=days))
    assert ids(partnerships.metadata_is_vouched_for) == [expected]
    [finding] = partnerships.metadata_is_vouched_for()
    assert ("was to be reviewed" in finding.text) is (days == 397)


def test_a_signer_vouches_without_an_end_while_his_key_is_there(
    acme: Partner, settings: Settings, tmp_path: Path
) -> None:
    settings.SSO_CERTS_DIR = tmp_path
    file = tmp_path / "metadata-signers" / "federation.crt"
    Partner.objects.update(policy={"metadata_signer": "federation"})
    [absent] = partnerships.metadata_is_vouched_for()
    assert (absent.id, "cannot be used" in absent.text) == ("sso_gateway.W446", True)
    file.parent.mkdir()
    signer = key_pair("rsa-2048", "federation")
    file.write_bytes(signer.certificate_pem)
    [unverified] = partnerships.metadata_is_vouched_for()
    assert (unverified.id, "not verified" in unverified.text) == ("sso_gateway.W446", True)
    MetadataVersion.objects.update(signer=signer.sha256, review_by=None)
    assert ids(partnerships.metadata_is_vouched_for) == ["I446"]
    Partner.objects.update(policy={})
    assert ids(partnerships.metadata_is_vouched_for) == ["W446"]


def test_a_live_partner_without_a_domain_or_a_key_is_an_error(acme: Partner) -> None:
    EmailDomain.objects.all().delete()
    assert ids(partnerships.nothing_stands_in_the_way) == ["E441"]
    PartnerIdentityProvider.objects.update(retired=NOW)
    findings = list(partnerships.nothing_stands_in_the_way())
    assert [each.id for each in findings] == ["sso_gateway.E441"] * 2
    assert all(each.text.startswith("acme: ") and each.fix for each in findings)


def test_a_policy_that_nobody_understands_is_an_error(acme: Partner) -> None:
    Partner.objects.update(policy={"believe_everything": True})
    assert ids(partnerships.nothing_stands_in_the_way) == ["E441"]
    assert ids(partnerships.exceptions) == ["I444"]
    assert ids(partnerships.metadata_is_vouched_for) == ["I446"]


def test_what_a_partner_is_allowed_beyond_others_is_told(acme: Partner) -> None:
    assert ids(partnerships.exceptions) == ["I444"]
    allowed = {"sign_requests": False, "session_max": 90_000, "session_idle": 90_000}
    Partner.objects.update(policy=allowed)
    [finding] = partnerships.exceptions()
    assert finding.text == "acme: sign_requests=false, session_max=90000, session_idle=90000"
    Partner.objects.update(policy={"allow_staff": True})
    assert ids(partnerships.exceptions) == ["W444"]


def test_the_last_sign_in_is_told(acme: Partner, ada: User, browser: Client) -> None:
    assert "nobody has signed in yet" in next(partnerships.last_sign_in()).text
    assert scene.post(browser, scene.message()).status_code == 303
    assert "last sign-in 0 days ago" in next(partnerships.last_sign_in()).text


@pytest.mark.parametrize("state", [State.DRAFT, State.PAUSED])
def test_partners_that_sign_nobody_in_are_not_examined(acme: Partner, state: State) -> None:
    PartnerIdentityProvider.objects.update(valid_until=scene.later(days=-1))
    Partner.objects.update(state=state, policy={"allow_staff": True})
    found = [each for question in partnerships.QUESTIONS for each in ids(question)]
    assert found == ["I441", "I442", "I443", "I444", "I446"]


def test_a_partner_that_is_tried_out_is_examined_too() -> None:
    scene.add_partner(live=False)
    flows.start_testing("acme", actor=scene.ACTOR)
    assert "1 partners" in next(partnerships.nothing_stands_in_the_way()).text
