"""Metadata from its address again, beside what persons do: their decisions stay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import MetadataVersion, Partner, PartnerIdentityProvider
from tests.idp.keys import key_pair
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    aggregate,
    idp_metadata,
    make_partner,
    other_key,
    received,
)
from tests.partners.flows.changes import declined, trusted
from tests.partners.server import says, serving

B = "https://b.example/"
BOTH = idp_metadata(certificates=[acme_key(), other_key()])


@dataclass
class Slow:
    """An address that takes its time; ``meanwhile`` happens before it answers."""

    document: bytes = b""
    url: str = ""
    meanwhile: Callable[[str], object] | None = None

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.meanwhile:
            self.meanwhile(self.url)
            connections.close_all()
        says(self.document)(handler)


@pytest.fixture
def address(settings: Settings) -> Iterator[Slow]:
    settings.SSO_DEMO = True
    found = Slow()
    with serving(found.answer) as port:
        found.url = f"http://localhost:{port}/"
        yield found


def imported(address: Slow, document: bytes, choice: Choice = Choice()) -> Partner:  # noqa: B008 - frozen
    """Acme, described by what a person imported from the address."""
    if not Partner.objects.exists():
        make_partner(metadata=False, state="draft")
    address.document = document
    flows.import_metadata("acme", received(document, address.url), actor=ACTOR, choice=choice)
    return Partner.objects.get()


def by_hand(document: bytes, source: str = "by-hand.xml", *, add: bool = False) -> None:
    flows.import_metadata("acme", received(document, source), actor=ACTOR, choice=Choice(add=add))


def go_back(url: str) -> None:
    flows.activate_metadata("acme", MetadataVersion.objects.earliest("pk").pk, actor=ACTOR)


MEANWHILE: dict[str, Callable[[str], None]] = {
    "imported other metadata": lambda url: by_hand(idp_metadata(name="By hand")),
    "went back to an older version": go_back,
    "named another address": lambda url: by_hand(idp_metadata(), url + "other"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("person", MEANWHILE.values(), ids=MEANWHILE)
def test_what_a_person_did_while_the_address_was_asked_stays(
    address: Slow, person: Callable[[str], None]
) -> None:
    imported(address, idp_metadata(name="Long ago"))
    acme = imported(address, idp_metadata())
    address.document, address.meanwhile = BOTH, person
    with declined("changed_meanwhile"):
        flows.refresh("acme", actor="command")
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    assert not Event.objects.filter(action="change.metadata.refreshed").exists()
    assert Event.objects.get(action="change.metadata.failed").outcome == "error"


@pytest.mark.django_db(transaction=True)
def test_what_a_person_adds_meanwhile_does_not_keep_from_refreshing(address: Slow) -> None:
    acme = imported(address, idp_metadata())
    address.document = BOTH
    address.meanwhile = lambda url: by_hand(idp_metadata(B, [acme_key()]), add=True)
    assert not flows.refresh("acme", actor="command")[0].unchanged
    both = {acme_key().sha256, other_key().sha256}
    assert trusted(acme) == {ENTITY_ID: both, B: {acme_key().sha256}}


def about_both(name: str) -> bytes:
    """A document about Acme's two identity providers."""
    return aggregate(
        idp_metadata(name=name), idp_metadata(B, [key_pair("rsa-2048", "b")], name=name)
    )


def names() -> dict[str, str]:
    rows = PartnerIdentityProvider.objects.filter(retired=None)
    return dict(rows.values_list("entity_id", "name"))


@pytest.mark.django_db
def test_what_a_person_described_otherwise_since_stays_so(address: Slow) -> None:
    imported(address, about_both("First"), Choice(everything=True))
    by_hand(idp_metadata(B, [key_pair("rsa-2048", "b")], name="By hand"), add=True)
    assert flows.refresh("acme", actor="command")[0].unchanged
    assert MetadataVersion.objects.count() == 2
    address.document = about_both("Second")
    assert not flows.refresh("acme", actor="command")[0].unchanged
    assert names() == {ENTITY_ID: "Second", B: "By hand"}
    assert MetadataVersion.objects.filter(active=True).count() == 2
    # Nor is it anybody's concern that the address does not describe the other one any more.
    address.document = idp_metadata(name="Third")
    assert not flows.refresh("acme", actor="command")[0].unchanged
    assert names() == {ENTITY_ID: "Third", B: "By hand"}
