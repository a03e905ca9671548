"""A partner whose metadata somebody else signs: that key counts, and nothing else."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice, understand
from sso_gateway.partners.models import MetadataVersion, Partner, PartnerIdentityProvider
from sso_gateway.partners.problems import Declined
from tests.idp.keys import key_pair
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
)
from tests.partners.flows.changes import actions, declined, keys_of, trusted
from tests.partners.server import says, serving
from tests.partners.test_signers import FORGED, STRANGER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]

SIGNED = {"metadata_signer": "federation"}
GOOD = signed(idp_metadata(), federation_key())


def import_(document: bytes, choice: Choice = Choice()) -> flows.Imported:  # noqa: B008 - frozen
    return flows.import_metadata("acme", received(document), actor=ACTOR, choice=choice)


def test_signed_metadata_is_trusted_on_the_signers_word() -> None:
    acme = make_partner(document=GOOD, policy=SIGNED)
    version = MetadataVersion.objects.get()
    assert (version.signer, version.review_by) == (federation_key().sha256, None)
    assert bytes(version.xml) == GOOD
    assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
    event = Event.objects.get(action="change.metadata.imported")
    assert event.after and event.after["signer"] == federation_key().sha256


def test_one_provider_of_a_signed_aggregate_is_trusted() -> None:
    two = aggregate(idp_metadata(), idp_metadata("https://b.example/", [other_key()]))
    make_partner(metadata=False, state="draft", policy=SIGNED)
    import_(signed(two, federation_key()), Choice(entity_ids=(ENTITY_ID,)))
    assert PartnerIdentityProvider.objects.get().entity_id == ENTITY_ID


def test_what_is_read_is_what_was_signed() -> None:
    # A comment is not signed (exclusive canonicalisation leaves it out), so it is not read either.
    document = GOOD.replace(b">Acme<", b">Ac<!-- unsigned -->me<")
    assert document != GOOD
    make_partner(document=document, policy=SIGNED)
    assert PartnerIdentityProvider.objects.get().name == "Acme"


@pytest.mark.parametrize(("document", "key"), FORGED.values(), ids=FORGED)
def test_whatever_the_signer_does_not_cover_is_declined_at_an_import(
    document: bytes, key: str
) -> None:
    acme = make_partner(document=GOOD, policy=SIGNED)
    before = (actions(), trusted(acme))
    for choice in (Choice(), Choice(everything=True, add=True, going_back=True)):
        with pytest.raises(Declined) as raised:
            import_(document, choice)
        assert keys_of(raised.value) == [key]
    assert (actions(), trusted(acme)) == before
    assert MetadataVersion.objects.count() == 1


@pytest.mark.parametrize(("document", "key"), FORGED.values(), ids=FORGED)
def test_whatever_the_signer_does_not_cover_is_declined_at_a_refresh(
    settings: Settings, document: bytes, key: str
) -> None:
    settings.SSO_DEMO = True
    served = [GOOD]
    acme = make_partner(metadata=False, state="draft", policy=SIGNED)
    with serving(lambda handler: says(served[0])(handler)) as port:
        source = f"http://localhost:{port}/"
        flows.import_metadata("acme", received(GOOD, source), actor=ACTOR)
        before = trusted(acme)
        served[0] = document
        with pytest.raises(Declined) as raised:
            flows.refresh("acme", actor=ACTOR)
    assert keys_of(raised.value) == [key]
    assert trusted(acme) == before
    assert MetadataVersion.objects.count() == 1
    event = Event.objects.get(action="change.metadata.failed")
    assert (event.outcome, event.detail) == ("error", str(raised.value))


def test_new_keys_are_taken_over_on_the_signers_word(settings: Settings) -> None:
    settings.SSO_DEMO = True
    served = [GOOD]
    acme = make_partner(metadata=False, state="draft", policy=SIGNED)
    with serving(lambda handler: says(served[0])(handler)) as port:
        flows.import_metadata("acme", received(GOOD, f"http://localhost:{port}/"), actor=ACTOR)
        served[0] = signed(idp_metadata(certificates=[other_key()]), federation_key())
        flows.refresh("acme", actor=ACTOR)
    assert trusted(acme) == {ENTITY_ID: {other_key().sha256}}
    assert MetadataVersion.objects.get(active=True).signer == federation_key().sha256


def test_a_signer_is_believed_about_nobody_but_who_names_him() -> None:
    make_partner(metadata=False, state="draft", policy=SIGNED)
    make_partner("beta", metadata=False, state="draft", policy={"metadata_signer": "stranger"})
    with declined("signed_by_another"):
        import_(signed(idp_metadata(), STRANGER))
    with declined("signed_by_another"):
        flows.import_metadata("beta", received(GOOD), actor=ACTOR)
    assert not MetadataVersion.objects.exists()


def test_a_signer_whose_file_is_gone_is_still_demanded(signers: Path) -> None:
    make_partner(document=GOOD, policy=SIGNED)
    (signers / "federation.crt").unlink()
    for document in (idp_metadata(certificates=[other_key()]), GOOD):
        with declined("signer_unusable"):
            import_(document)
    # Nor does it keep anybody from changing something else.
    flows.set_policy("acme", {**SIGNED, "signed": "both"}, actor=ACTOR)


@pytest.mark.parametrize("name", ["nobody", "../signing"])
def test_a_signer_that_cannot_sign_is_not_agreed_upon(name: str) -> None:
    make_partner()
    with pytest.raises(Declined) as raised:
        flows.set_policy("acme", {"metadata_signer": name}, actor=ACTOR)
    assert keys_of(raised.value) in (["signer_unusable"], ["policy_value"])
    assert Partner.objects.get().policy == {}


def test_naming_and_removing_a_signer_is_an_event() -> None:
    make_partner()
    flows.set_policy("acme", SIGNED, actor=ACTOR)
    flows.set_policy("acme", {"metadata_signer": ""}, actor=ACTOR)
    named, removed = Event.objects.filter(action="change.policy").order_by("id")
    assert (named.before, named.after) == ({}, SIGNED)
    assert (removed.before, removed.after) == (SIGNED, {})


def test_nothing_from_before_the_signer_comes_back_without_his_signature() -> None:
    make_partner(document=idp_metadata())
    first = MetadataVersion.objects.get()
    flows.set_policy("acme", SIGNED, actor=ACTOR)
    with declined("unsigned"):
        flows.activate_metadata("acme", first.pk, actor=ACTOR)
    with declined("unsigned"):
        import_(idp_metadata())


def test_the_same_document_is_new_once_its_signature_counts() -> None:
    make_partner(document=GOOD)
    assert MetadataVersion.objects.get().signer == ""
    flows.set_policy("acme", SIGNED, actor=ACTOR)
    assert not import_(GOOD).unchanged
    assert import_(GOOD).unchanged
    assert MetadataVersion.objects.get(active=True).signer == federation_key().sha256


def test_after_the_signer_a_person_has_to_vouch(settings: Settings) -> None:
    settings.SSO_DEMO = True
    both = signed(idp_metadata(certificates=[acme_key(), other_key()]), federation_key())
    served = [GOOD]
    acme = make_partner(metadata=False, state="draft", policy=SIGNED)
    with serving(lambda handler: says(served[0])(handler)) as port:
        source = f"http://localhost:{port}/"
        flows.import_metadata("acme", received(GOOD, source), actor=ACTOR)
        flows.set_policy("acme", {"metadata_signer": ""}, actor=ACTOR)
        for served[0] in (GOOD, both):
            with declined("review_overdue"):
                flows.refresh("acme", actor=ACTOR)
        assert trusted(acme) == {ENTITY_ID: {acme_key().sha256}}
        flows.import_metadata("acme", received(both, source), actor=ACTOR)
        assert flows.refresh("acme", actor=ACTOR)[0].unchanged


def test_where_no_signer_is_named_a_signature_says_nothing() -> None:
    make_partner(metadata=False, state="draft")
    by_a_stranger = received(signed(idp_metadata(), key_pair("rsa-2048", "stranger")))
    now = Partner.objects.get().created
    found = understand(by_a_stranger, partner=Partner.objects.get(), now=now)
    assert (found.signed, found.signer, found.problems) == (True, None, ())


def test_a_signers_key_that_signs_sign_ins_too_is_a_warning() -> None:
    make_partner(metadata=False, state="draft", policy=SIGNED)
    document = idp_metadata(certificates=[federation_key(), acme_key()])
    imported = import_(signed(document, federation_key()))
    [warning] = imported.understanding.warnings
    assert "signs sign-ins too" in warning
