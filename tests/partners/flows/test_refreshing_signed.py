"""Signed metadata from its address again: whoever serves it decides nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import MetadataVersion, Partner
from tests.idp.keys import KeyPair, key_pair
from tests.partners.commands.running import run_json
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    aggregate,
    federation_key,
    idp_metadata,
    make_partner,
    other_key,
    received,
    signed,
    sp_metadata,
)
from tests.partners.flows.changes import declined, trusted
from tests.partners.server import says, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]

SIGNED = {"metadata_signer": "federation"}
B = "https://b.example/"
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


A_ITSELF = idp_metadata()
B_ITSELF = idp_metadata(B, [key_pair("rsa-2048", "b")])
C_ITSELF = idp_metadata("https://c.example/", [key_pair("rsa-2048", "c")])
REMAINING = {
    "only the other one": A_ITSELF,
    "a group of one": aggregate(A_ITSELF),
    "another beside it": aggregate(A_ITSELF, C_ITSELF),
    "another role of its name": aggregate(
        A_ITSELF, B_ITSELF.replace(b"md:IDPSSODescriptor", b"md:PDPDescriptor")
    ),
}


@pytest.mark.parametrize("document", REMAINING.values(), ids=REMAINING)
def test_who_is_not_in_the_signed_document_any_more_is_retired(
    served: Served, document: bytes
) -> None:
    acme = imported(served, by_signer(aggregate(A_ITSELF, B_ITSELF)))
    ending = refresh(served, by_signer(document))
    assert not ending.unchanged
    assert ending.understanding.retiring == (B,)
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    assert not acme.identity_providers.get(entity_id=B).certificates.filter(retired=None).exists()
    event = Event.objects.get(action="change.metadata.refreshed")
    assert event.after and event.after["retired"] == [B]
    # Once it is retired, only a person brings it back.
    refresh(served, by_signer(aggregate(A_ITSELF, B_ITSELF, C_ITSELF)))
    assert trusted(acme).keys() == {ENTITY_ID}


def test_the_command_names_who_was_retired(served: Served) -> None:
    imported(served, by_signer(aggregate(A_ITSELF, B_ITSELF)))
    served.document = by_signer(A_ITSELF)
    assert run_json("metadata", "refresh")["partners"] == [
        {"slug": "acme", "unchanged": False, "retired": [B]}
    ]


def test_others_of_the_partner_stay_when_one_is_retired(served: Served) -> None:
    acme = imported(served, by_signer(aggregate(A_ITSELF, B_ITSELF)))
    by_hand = received(by_signer(C_ITSELF))
    flows.import_metadata("acme", by_hand, actor=ACTOR, choice=Choice(add=True))
    refresh(served, by_signer(A_ITSELF))
    assert trusted(acme).keys() == {ENTITY_ID, "https://c.example/"}


UNUSABLE = {
    "none of them is left": (C_ITSELF, "entity_id_not_in_file"),
    "one of them occurs twice": (
        aggregate(A_ITSELF, B_ITSELF, B_ITSELF),
        "entity_id_not_in_file",
    ),
    "one of them is out of shape": (
        aggregate(A_ITSELF, B_ITSELF.replace(b"<md:NameIDFormat>", b"<md:NameIDFormat x='y'>")),
        "entity_id_not_in_file",
    ),
    "one of them has no key": (aggregate(A_ITSELF, idp_metadata(B, [])), "no_signing_key"),
    "there is no identity provider": (
        sp_metadata("https://sp.example/"),
        "service_provider_metadata",
    ),
}


@pytest.mark.parametrize(("document", "key"), UNUSABLE.values(), ids=UNUSABLE)
def test_nobody_is_retired_by_what_cannot_be_used(
    served: Served, document: bytes, key: str
) -> None:
    acme = imported(served, by_signer(aggregate(A_ITSELF, B_ITSELF)))
    with declined(key):
        refresh(served, by_signer(document))
    assert trusted(acme).keys() == {ENTITY_ID, B}


def test_without_a_signer_nobody_is_retired_by_a_refresh(served: Served) -> None:
    make_partner(metadata=False, state="draft")
    acme = imported(served, by_signer(aggregate(A_ITSELF, B_ITSELF)))
    with declined("entity_id_not_in_file"):
        refresh(served, by_signer(A_ITSELF))
    assert trusted(acme).keys() == {ENTITY_ID, B}
