"""New metadata in, older metadata back, and what is trusted in between."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import (
    Certificate,
    MetadataVersion,
    Partner,
    PartnerIdentityProvider,
    State,
)
from sso_gateway.partners.problems import Declined
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
from tests.partners.flows.changes import actions, declined, trusted

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_import_is_a_version_with_the_document_and_its_origin() -> None:
    make_partner(metadata=False, state="draft")
    with time_machine.travel(NOW, tick=False):
        imported = flows.import_metadata("acme", received(source="acme.xml"), actor=ACTOR)
    version = MetadataVersion.objects.get()
    assert imported.version_id == version.pk
    assert bytes(version.xml) == idp_metadata()
    assert (version.source, version.uploaded_by) == ("acme.xml", ACTOR)
    assert (version.created, version.active) == (NOW, True)
    assert version.entity_ids == [ENTITY_ID]
    certificate = Certificate.objects.get()
    assert (certificate.sha256, certificate.first_seen) == (acme_key().sha256, NOW)
    event = Event.objects.get(action="change.metadata.imported")
    assert event.before == {"entity_ids": [], "certificates": []}
    assert event.after and event.after["certificates"] == [acme_key().sha256]


def test_importing_the_same_again_changes_nothing() -> None:
    acme = make_partner(document=idp_metadata())
    before = actions()
    imported = flows.import_metadata("acme", received(), actor=ACTOR)
    assert imported.unchanged
    assert (actions(), MetadataVersion.objects.count()) == (before, 1)
    assert Partner.objects.get().version == acme.version


@pytest.mark.parametrize("document", [b"<html></html>", idp_metadata(certificates=[])])
def test_wrong_metadata_changes_nothing(document: bytes) -> None:
    acme = make_partner(document=idp_metadata())
    before = (actions(), trusted(acme))
    with pytest.raises(Declined):
        flows.import_metadata("acme", received(document), actor=ACTOR)
    assert (actions(), trusted(acme)) == before
    assert MetadataVersion.objects.count() == 1


def test_a_certificate_keeps_its_history_through_a_rollover() -> None:
    with time_machine.travel(NOW, tick=False):
        acme = make_partner(document=idp_metadata())
    old = Certificate.objects.get()
    flows.certificate_verified(old.pk, NOW)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        both = idp_metadata(certificates=[other_key(), acme_key()])
        flows.import_metadata("acme", received(both), actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256, other_key().sha256}}
    old.refresh_from_db()
    assert (old.first_seen, old.last_verified, old.retired) == (NOW, NOW, None)
    later = NOW + timedelta(days=2)
    with time_machine.travel(later, tick=False):
        new = idp_metadata(certificates=[other_key()])
        flows.import_metadata("acme", received(new), actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID: {other_key().sha256}}
    old.refresh_from_db()
    assert (old.first_seen, old.last_verified, old.retired) == (NOW, NOW, later)


def test_a_certificate_that_is_listed_twice_is_one() -> None:
    acme = make_partner(document=idp_metadata(certificates=[acme_key(), acme_key()]))
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}


def test_new_metadata_replaces_what_was_trusted_unless_it_is_added() -> None:
    acme = make_partner(document=idp_metadata())
    new = received(idp_metadata("https://new.example/", [other_key()]))
    flows.import_metadata("acme", new, actor=ACTOR, choice=Choice(add=True))
    assert trusted(acme).keys() == {ENTITY_ID, "https://new.example/"}
    assert acme.metadata_versions.filter(active=True).count() == 2
    newest = received(idp_metadata("https://newest.example/", [key_pair("ec-256", "acme")]))
    flows.import_metadata("acme", newest, actor=ACTOR)
    assert trusted(acme).keys() == {"https://newest.example/"}
    assert acme.metadata_versions.filter(active=True).count() == 1


def test_a_whole_aggregate_can_be_one_partners() -> None:
    two = aggregate(
        idp_metadata("https://a.example/", [acme_key()]),
        idp_metadata("https://b.example/", [acme_key()]),
    )
    make_partner(metadata=False, state="draft")
    flows.import_metadata("acme", received(two), actor=ACTOR, choice=Choice(everything=True))
    again = flows.import_metadata("acme", received(two), actor=ACTOR)
    assert again.unchanged
    assert trusted(Partner.objects.get()).keys() == {"https://a.example/", "https://b.example/"}


def test_going_back_trusts_exactly_what_the_older_version_says() -> None:
    acme = make_partner(document=idp_metadata())
    first = MetadataVersion.objects.get()
    new = idp_metadata("https://new.example/", [other_key()])
    flows.import_metadata("acme", received(new), actor=ACTOR)
    with declined("metadata_replaced"):
        flows.import_metadata("acme", received(), actor=ACTOR)
    flows.activate_metadata("acme", first.pk, actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    assert list(acme.metadata_versions.filter(active=True)) == [first]
    assert actions()[-1] == "change.metadata.activated"
    assert flows.activate_metadata("acme", first.pk, actor=ACTOR).unchanged


def test_going_back_to_older_metadata_is_possible_until_it_has_ended() -> None:
    with time_machine.travel(NOW, tick=False):
        make_partner(document=idp_metadata(valid_until=NOW + timedelta(days=1)))
        first = MetadataVersion.objects.get()
        flows.import_metadata(
            "acme", received(idp_metadata(valid_until=NOW + timedelta(days=9))), actor=ACTOR
        )
        flows.activate_metadata("acme", first.pk, actor=ACTOR)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        second = MetadataVersion.objects.exclude(pk=first.pk).get()
        flows.activate_metadata("acme", second.pk, actor=ACTOR)
        with declined("metadata_expired"):
            flows.activate_metadata("acme", first.pk, actor=ACTOR)


def test_a_version_of_another_partner_is_out_of_reach() -> None:
    acme = make_partner()
    make_partner("beta")
    with declined("version_unknown"):
        flows.activate_metadata("beta", acme.metadata_versions.get().pk, actor=ACTOR)


def test_an_entity_id_that_is_not_used_any_more_stays_its_partners() -> None:
    make_partner(document=idp_metadata())
    new = idp_metadata("https://new.example/", [other_key()])
    flows.import_metadata("acme", received(new), actor=ACTOR)
    make_partner("beta", metadata=False, state="draft")
    with declined("entity_id_taken"):
        flows.import_metadata("beta", received(), actor=ACTOR)
    assert flows.owner_of(ENTITY_ID) == "acme"
    assert flows.owner_of("https://nobody.example/") is None


def test_an_entity_id_that_changes_only_its_spelling_stays_one_row() -> None:
    acme = make_partner(document=idp_metadata())
    flows.import_metadata("acme", received(idp_metadata(ENTITY_ID + "/")), actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID + "/": {acme_key().sha256}}
    assert PartnerIdentityProvider.objects.count() == 1


def test_a_folder_of_metadata_becomes_drafts(settings: Settings, tmp_path: Path) -> None:
    settings.SSO_METADATA_DIR = tmp_path
    make_partner("known", state="draft")
    (tmp_path / "acme.xml").write_bytes(idp_metadata())
    (tmp_path / "broken.xml").write_bytes(b"<html></html>")
    (tmp_path / "known.xml").write_bytes(idp_metadata("https://k.example/", [other_key()]))
    (tmp_path / "New.xml").write_bytes(idp_metadata("https://n.example/", [other_key()]))
    (tmp_path / "readme.txt").write_text("no metadata")
    first = {loaded.slug: loaded.ending for loaded in flows.load_folder(actor=ACTOR)}
    assert first == {"New": "refused", "acme": "created", "broken": "refused", "known": "imported"}
    assert Partner.objects.get(slug="acme").state == State.DRAFT
    assert not Partner.objects.filter(slug="broken").exists()
    second = {loaded.slug: loaded.ending for loaded in flows.load_folder(actor=ACTOR)}
    assert (second["acme"], second["known"]) == ("unchanged", "unchanged")


def test_the_use_of_a_certificate_is_remembered_to_the_hour() -> None:
    acme = make_partner()
    certificate = Certificate.objects.get()
    for minutes, remembered in [(0, 0), (59, 0), (61, 61)]:
        flows.certificate_verified(certificate.pk, NOW + timedelta(minutes=minutes))
        certificate.refresh_from_db()
        assert certificate.last_verified == NOW + timedelta(minutes=remembered)
    assert Partner.objects.get().version == acme.version
