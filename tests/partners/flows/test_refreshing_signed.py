"""Signed metadata from its address again: whoever serves it decides nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import MetadataVersion, Partner
from tests.idp.keys import KeyPair
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    federation_key,
    idp_metadata,
    make_partner,
    other_key,
    received,
    signed,
)
from tests.partners.flows.changes import declined, trusted
from tests.partners.server import says, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]

SIGNED = {"metadata_signer": "federation"}
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)


@dataclass
class Served:
    """What the address gives, and the address."""

    document: bytes
    url: str = ""


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    settings.SSO_DEMO = True
    found = Served(b"")
    with serving(lambda handler: says(found.document)(handler)) as port:
        found.url = f"http://localhost:{port}/"
        yield found


def by_signer(document: bytes) -> bytes:
    return signed(document, federation_key())


def describing(*keys: KeyPair, until: datetime | None = None, name: str = "Acme") -> bytes:
    """Acme with these keys, on the signer's word."""
    return by_signer(idp_metadata(certificates=keys, valid_until=until, name=name))


def imported(served: Served, document: bytes) -> Partner:
    """Acme, described by what was imported from the address."""
    if not Partner.objects.exists():
        make_partner(metadata=False, state="draft", policy=SIGNED)
    served.document = document
    everything = Choice(everything=True)
    flows.import_metadata("acme", received(document, served.url), actor=ACTOR, choice=everything)
    return Partner.objects.get()


def refresh(served: Served, document: bytes) -> flows.Imported:
    served.document = document
    [ending] = flows.refresh("acme", actor="command")
    return ending


def swapped(document: bytes) -> bytes:
    """With two attributes in the other order, which a signature does not see."""
    start = document.index(b" ID=")
    end = document.index(b' entityID="')
    close = document.index(b'"', end + 11) + 1
    return document[:start] + document[end:close] + document[start:end] + document[close:]


AROUND: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda old: old,
    "a comment behind it": lambda old: old + b"<!-- x -->",
    "a comment inside": lambda old: old.replace(b">Acme<", b">Ac<!-- x -->me<"),
    "an XML declaration": lambda old: b"<?xml version='1.0'?>\n" + old,
    "attributes in another order": swapped,
    "a namespace that nobody uses": lambda old: old.replace(b" ID=", b" xmlns:x='urn:x' ID=", 1),
}


@pytest.mark.parametrize("until", [None, SOON], ids=["endless", "with an end"])
@pytest.mark.parametrize("change", AROUND.values(), ids=AROUND)
def test_what_the_signer_said_before_is_old_whatever_stands_around_it(
    served: Served, change: Callable[[bytes], bytes], until: datetime | None
) -> None:
    old = describing(acme_key(), other_key(), until=until)
    again = change(old)
    acme = imported(served, old)
    refresh(served, describing(other_key(), until=until))
    with declined("metadata_replaced"):
        refresh(served, again)
    with declined("metadata_replaced"):
        imported(served, again)
    assert trusted(acme) == {ENTITY_ID: {other_key().sha256}}
    assert MetadataVersion.objects.count() == 2
    flows.activate_metadata("acme", MetadataVersion.objects.earliest("pk").pk, actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256, other_key().sha256}}


def test_what_was_used_before_the_signer_was_named_is_old_too(served: Served) -> None:
    old = describing(acme_key())
    make_partner(metadata=False, state="draft")
    flows.import_metadata("acme", received(old), actor=ACTOR)
    flows.set_policy("acme", SIGNED, actor=ACTOR)
    acme = imported(served, describing(other_key()))
    with declined("metadata_replaced"):
        refresh(served, old + b"<!-- x -->")
    assert trusted(acme) == {ENTITY_ID: {other_key().sha256}}


def test_a_comment_around_what_is_in_use_is_nothing_old(served: Served) -> None:
    acme = imported(served, describing(acme_key()))
    refresh(served, served.document + b"<!-- x -->")
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}


@pytest.mark.parametrize("beside", [[], [other_key()]], ids=["alone", "beside the known one"])
def test_a_key_that_was_taken_out_of_use_waits_for_a_person_with_a_signer_too(
    served: Served, beside: list[KeyPair]
) -> None:
    acme = imported(served, describing(acme_key(), other_key()))
    refresh(served, describing(other_key()))
    back = describing(acme_key(), *beside, name="Acme again")
    with declined("key_returns"):
        refresh(served, back)
    assert trusted(acme) == {ENTITY_ID: {other_key().sha256}}
    imported(served, back)
    assert acme_key().sha256 in trusted(acme)[ENTITY_ID]
