"""Metadata from its address again: what is taken over without a person, and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
import time_machine
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, recognise
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import MetadataVersion, Partner
from sso_gateway.partners.problems import Declined
from tests.idp.keys import key_pair
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    idp_metadata,
    make_partner,
    other_key,
)
from tests.partners.flows.changes import actions, declined, keys_of, trusted
from tests.partners.server import says, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BOTH = idp_metadata(certificates=[acme_key(), other_key()])


@dataclass
class Address:
    """A metadata address whose answers can be changed, and what it was asked."""

    document: bytes = field(default_factory=idp_metadata)
    etag: str = ""
    modified: str = ""
    status: int = 200
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = (handler.headers["If-None-Match"], handler.headers["If-Modified-Since"])
        self.asked.append(asked)
        named = {"ETag": self.etag, "Last-Modified": self.modified}
        if (self.etag or self.modified) and asked == (self.etag or None, self.modified or None):
            says(b"", 304)(handler)
        else:
            says(self.document, self.status, **{k: v for k, v in named.items() if v})(handler)


@pytest.fixture
def address(settings: Settings) -> Iterator[Address]:
    """An address on this machine, which only the demo may reach."""
    settings.SSO_DEMO = True
    found = Address()
    with serving(found.answer) as port, time_machine.travel(NOW, tick=False):
        found.url = f"http://localhost:{port}/metadata"
        yield found


def imported(address: Address, choice: Choice = Choice(), **agreement: str) -> Partner:  # noqa: B008 - frozen
    """Acme, whose metadata a person imported from the address."""
    if not Partner.objects.exists():
        make_partner(metadata=False, state="draft", policy=agreement)
    received = recognise.from_url(address.url)
    flows.import_metadata("acme", received, actor=ACTOR, choice=choice)
    return Partner.objects.get(slug="acme")


def refresh() -> bool:
    """Whether anything changed."""
    [ending] = flows.refresh("acme", actor="command")
    return not ending.unchanged


@pytest.mark.parametrize(
    ("etag", "modified"),
    [
        ('"a"', ""),
        ("", "Fri, 20 Nov 2026 12:00:00 GMT"),
        ('W/"b"', "Fri, 20 Nov 2026 12:00:00 GMT"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(address: Address, etag: str, modified: str) -> None:
    address.etag, address.modified = etag, modified
    acme = imported(address)
    before = actions()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        address.document = b"<html>this would be sent only without the question</html>"
        assert not refresh()
    assert address.asked == [(None, None), (etag or None, modified or None)]
    version = MetadataVersion.objects.get()
    assert version.fetched == NOW + timedelta(hours=1)
    assert (actions(), Partner.objects.get().version) == (before, acme.version)


def test_a_new_version_is_asked_for_by_its_own_name(address: Address) -> None:
    address.etag = '"first"'
    acme = imported(address)
    address.document, address.etag = BOTH, '"second"'
    assert refresh()
    assert not refresh()
    assert [etag for etag, _ in address.asked] == [None, '"first"', '"second"']
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256, other_key().sha256}}
    assert Event.objects.filter(action="change.metadata.refreshed").count() == 1


def test_the_name_of_what_was_declined_is_not_remembered(address: Address) -> None:
    address.etag = '"good"'
    imported(address)
    address.document, address.etag = idp_metadata(certificates=[other_key()]), '"bad"'
    for _ in range(2):
        with declined("keys_all_new"):
            refresh()
    assert [etag for etag, _ in address.asked] == [None, '"good"', '"good"']
    assert Event.objects.filter(action="change.metadata.failed").count() == 2


def test_a_new_name_for_the_same_document_is_remembered(address: Address) -> None:
    address.etag = '"a"'
    imported(address)
    address.etag = '"b"'
    assert not refresh()
    assert MetadataVersion.objects.get().etag == '"b"'


@pytest.mark.parametrize("name", ['a"b', "none", '"ä"', '"' + "x" * 201 + '"', ""])
def test_an_odd_name_is_not_remembered(address: Address, name: str) -> None:
    address.etag = name
    imported(address)
    assert not refresh()
    assert address.asked == [(None, None)] * 2


def test_an_answer_that_nobody_asked_for_is_no_answer(address: Address) -> None:
    imported(address)
    address.status = 304
    address.document = b""
    with declined("url_status"):
        refresh()


def test_what_is_held_is_judged_again_although_it_did_not_change(address: Address) -> None:
    address.document = idp_metadata(valid_until=NOW + timedelta(days=1))
    address.etag = '"a"'
    imported(address)
    with time_machine.travel(NOW + timedelta(days=2), tick=False), declined("metadata_expired"):
        refresh()
    assert address.asked[-1] == ('"a"', None)


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


OLDER = {
    "it ends earlier": (idp_metadata(valid_until=later(29)), "metadata_older"),
    "it does not say when it ends": (idp_metadata(), "end_dropped"),
    "it was replaced": (
        idp_metadata(valid_until=later(20), certificates=[acme_key(), other_key()]),
        "metadata_replaced",
    ),
}


@pytest.mark.parametrize(("document", "key"), OLDER.values(), ids=OLDER)
def test_what_is_older_waits_for_a_person(address: Address, document: bytes, key: str) -> None:
    address.document = idp_metadata(valid_until=later(20), certificates=[acme_key(), other_key()])
    imported(address)
    address.document = idp_metadata(valid_until=later(30))
    assert refresh()
    acme = Partner.objects.get()
    before = trusted(acme)
    address.document = document
    with declined(key):
        refresh()
    assert trusted(acme) == before
    assert MetadataVersion.objects.count() == 2
    event = Event.objects.get(action="change.metadata.failed")
    assert event.detail
    # A person who says so may take it.
    imported(address, Choice(going_back=True))
    assert bytes(MetadataVersion.objects.get(active=True).xml) == document


def test_a_key_that_was_taken_out_of_use_does_not_come_back_by_itself(address: Address) -> None:
    address.document = BOTH
    acme = imported(address)
    address.document = idp_metadata()
    assert refresh()
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    address.document = idp_metadata(certificates=[other_key(), acme_key()], name="Acme again")
    with declined("key_returns"):
        refresh()
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    imported(address)
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256, other_key().sha256}}


def test_a_key_of_another_partner_is_not_taken_over(address: Address) -> None:
    make_partner("beta")
    make_partner(metadata=False, state="draft")
    acme = imported(address)
    address.document = idp_metadata(certificates=[acme_key(), key_pair("rsa-2048", "beta")])
    with declined("key_shared"):
        refresh()
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}


@pytest.mark.parametrize(
    "entity_id", ["https://idp.beta.example/metadata", ENTITY_ID.upper(), ENTITY_ID + "/"]
)
def test_another_name_is_not_taken_over(address: Address, entity_id: str) -> None:
    make_partner("beta")
    make_partner(metadata=False, state="draft")
    acme = imported(address)
    address.document = idp_metadata(entity_id)
    with declined("entity_id_not_in_file"):
        refresh()
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}


@pytest.mark.parametrize("status", [401, 404, 410, 500, 503])
def test_what_was_good_stays_good_while_the_address_fails(address: Address, status: int) -> None:
    acme = imported(address)
    address.status = status
    with pytest.raises(Declined) as raised:
        refresh()
    assert keys_of(raised.value) == ["url_status"]
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    event = Event.objects.get(action="change.metadata.failed")
    assert (event.outcome, event.actor, event.detail) == ("error", "command", str(raised.value))
    address.status = 200
    assert not refresh()


def test_nothing_new_is_taken_over_once_the_approval_has_run_out(address: Address) -> None:
    acme = imported(address)
    day = datetime.combine(MetadataVersion.objects.get().review_by or NOW, NOW.timetz())
    with time_machine.travel(day, tick=False):
        address.document = idp_metadata(name="ACME")
        assert refresh()  # still on the last day; and a refresh is no review
        assert MetadataVersion.objects.get(active=True).review_by == day.date()
    with time_machine.travel(day + timedelta(days=1), tick=False):
        assert not refresh()
        address.document = BOTH
        with declined("review_overdue"):
            refresh()
        assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
        imported(address)
        assert trusted(acme) == {ENTITY_ID: {acme_key().sha256, other_key().sha256}}
        address.document = idp_metadata(name="Acme, reviewed")
        assert refresh()
