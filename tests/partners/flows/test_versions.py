"""Who vouches for metadata, and until when."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.fetch import Validators
from sso_gateway.partners.flows.versions import REVIEW_AFTER
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.recognise import Received
from tests.partners.factory import (
    ACTOR,
    federation_key,
    idp_metadata,
    make_partner,
    other_key,
    received,
    signed,
)
from tests.partners.flows.changes import actions, declined

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTH_LATER = NOW + timedelta(days=30)


def review_by() -> object:
    return MetadataVersion.objects.get(active=True).review_by


def test_a_persons_approval_lasts_thirteen_months() -> None:
    with time_machine.travel(NOW, tick=False):
        make_partner()
    assert str(review_by()) == "2027-12-21"
    event = Event.objects.get(action="change.metadata.imported")
    assert event.after and event.after["review_by"] == "2027-12-21"


@pytest.mark.parametrize("how", ["import", "activate"])
def test_approving_again_what_is_in_use_is_the_review(how: str) -> None:
    with time_machine.travel(NOW, tick=False):
        acme = make_partner(document=idp_metadata())
    version = MetadataVersion.objects.get()
    with time_machine.travel(MONTH_LATER, tick=False):
        for _ in range(2):  # twice on one day is once
            if how == "import":
                ending = flows.import_metadata("acme", received(), actor="user:ada")
            else:
                ending = flows.activate_metadata("acme", version.pk, actor="user:ada")
    assert ending.unchanged
    assert ending.review_by == review_by() == (MONTH_LATER + REVIEW_AFTER).date()
    event = Event.objects.get(action="change.metadata.reviewed")
    assert event.actor == "user:ada"
    same = {"version": version.pk, "source": "idp.xml"}
    assert event.before == {**same, "review_by": "2027-12-21"}
    assert event.after == {**same, "review_by": "2028-01-20"}
    assert Partner.objects.get().version == acme.version + 1


def test_a_document_that_came_as_a_file_can_be_refreshed_once_it_was_fetched() -> None:
    make_partner(document=idp_metadata())
    url = "https://idp.acme.example/metadata"
    validators = Validators('"a"', "")
    fetched = Received(idp_metadata(), url, validators)
    assert flows.import_metadata("acme", fetched, actor=ACTOR).unchanged
    version = MetadataVersion.objects.get()
    assert (version.source, version.etag, bool(version.fetched)) == (url, '"a"', True)
    event = Event.objects.get(action="change.metadata.reviewed")
    assert (event.before or {})["source"] == "idp.xml"
    assert (event.after or {})["source"] == url
    # A file again is not a new address.
    flows.import_metadata("acme", received(), actor=ACTOR)
    flows.activate_metadata("acme", version.pk, actor=ACTOR)
    version.refresh_from_db()
    assert (version.source, version.etag) == (url, '"a"')


def test_what_was_imported_before_approvals_ended_was_approved_that_day() -> None:
    with time_machine.travel(NOW, tick=False):
        make_partner()
    MetadataVersion.objects.update(review_by=None)
    migration = import_module("sso_gateway.partners.migrations.0002_metadata_trust")
    migration.approved_when_imported(apps, None)
    assert str(review_by()) == "2027-12-21"


def test_going_back_is_an_approval_too() -> None:
    with time_machine.travel(NOW, tick=False):
        make_partner(document=idp_metadata())
        first = MetadataVersion.objects.get()
        new = received(idp_metadata(certificates=[other_key()]))
        flows.import_metadata("acme", new, actor=ACTOR)
    with time_machine.travel(MONTH_LATER, tick=False):
        ending = flows.activate_metadata("acme", first.pk, actor=ACTOR)
    assert ending.review_by == review_by() == (MONTH_LATER + REVIEW_AFTER).date()


@pytest.mark.usefixtures("signers")
def test_what_a_signer_vouches_for_needs_no_review() -> None:
    document = signed(idp_metadata(), federation_key())
    with time_machine.travel(NOW, tick=False):
        make_partner(document=document, policy={"metadata_signer": "federation"})
    before = actions()
    with time_machine.travel(MONTH_LATER, tick=False):
        flows.import_metadata("acme", received(document), actor=ACTOR)
    assert (actions(), review_by()) == (before, None)


def test_an_approval_that_has_run_out_refuses_no_login() -> None:
    with time_machine.travel(NOW, tick=False):
        acme = make_partner()
    assert flows.obstacles(acme, NOW + REVIEW_AFTER + timedelta(days=1)) == ()


END = {"metadata_max_validity": 7}


@pytest.mark.parametrize(
    ("days", "key"), [(None, "end_missing"), (8, "end_too_far"), (0, "metadata_expired")]
)
def test_where_the_policy_bounds_the_end_of_metadata_it_must_be_near(
    days: int | None, key: str
) -> None:
    until = None if days is None else NOW + timedelta(days=days)
    with time_machine.travel(NOW, tick=False):
        make_partner(metadata=False, state="draft", policy=END)
        with declined(key):
            flows.import_metadata("acme", received(idp_metadata(valid_until=until)), actor=ACTOR)
        assert not MetadataVersion.objects.exists()
        good = received(idp_metadata(valid_until=NOW + timedelta(days=7)))
        assert not flows.import_metadata("acme", good, actor=ACTOR).unchanged


def test_the_end_of_the_whole_document_counts_and_not_that_of_a_part() -> None:
    inside = idp_metadata().replace(
        b"<md:IDPSSODescriptor", b'<md:IDPSSODescriptor validUntil="2026-11-21T12:00:00Z"'
    )
    with time_machine.travel(NOW, tick=False):
        make_partner(metadata=False, state="draft", policy=END)
        with declined("end_missing"):
            flows.import_metadata("acme", received(inside), actor=ACTOR)
