"""What a login needs: one query, and always the present."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from sso_gateway.partners import flows, keyfiles, trust
from sso_gateway.partners.keys import Purpose
from sso_gateway.partners.models import Certificate, Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.refusal import Reason, Refusal
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    acme_key,
    idp_metadata,
    make_partner,
    other_key,
    received,
)

BASE = "https://sso.example.com"


@pytest.mark.django_db
def test_trust_is_everything_that_was_agreed(our_keys: Path) -> None:
    partner = make_partner(document=idp_metadata(), landing="/start/", policy={"signed": "both"})
    found = trust.for_slug("acme")
    assert (found.partner_id, found.slug, found.name) == (partner.pk, "acme", "Acme")
    assert (found.state, found.version, found.landing) == ("live", partner.version, "/start/")
    assert found.policy == Policy(signed="both")
    assert found.email_domains == {"acme.example"}
    assert found.service_provider.entity_id == f"{BASE}/saml/acme/metadata/"
    assert found.service_provider.acs_url == f"{BASE}/saml/acme/acs/"
    assert len(found.service_provider.decryption_keys) == 1
    provider = found.identity_providers[ENTITY_ID]
    assert [key.sha256 for key in provider.keys] == [acme_key().sha256]
    assert provider.keys[0].public_key == acme_key().certificate.public_key()
    assert {endpoint.location for endpoint in provider.sign_on} == {"https://idp.acme.example/sso"}
    assert found.certificate_ids == {acme_key().sha256: Certificate.objects.get().pk}


@pytest.mark.django_db
def test_a_warm_login_costs_one_query(
    our_keys: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_partner()
    first = trust.for_slug("acme")
    with django_assert_num_queries(1):
        assert trust.for_slug("acme") is first


@pytest.mark.django_db
def test_an_unknown_partner_is_refused_with_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1), pytest.raises(Refusal) as refused:
        trust.for_slug("nobody")
    assert refused.value.reason is Reason.PARTNER_UNKNOWN


@pytest.mark.django_db
def test_a_path_that_was_taken_over_leads_to_its_partner(our_keys: Path) -> None:
    make_partner(our_acs_path="/Shibboleth.sso/SAML2/POST", our_entity_id="urn:old:sp")
    make_partner("beta")
    found = trust.for_acs_path("/Shibboleth.sso/SAML2/POST")
    assert found.slug == "acme"
    assert found.service_provider.entity_id == "urn:old:sp"
    assert found.service_provider.acs_url == f"{BASE}/Shibboleth.sso/SAML2/POST"
    for path in ("", "/other", "/shibboleth.sso/saml2/post"):
        with pytest.raises(Refusal):
            trust.for_acs_path(path)


@pytest.mark.django_db
def test_only_what_is_not_retired_is_trusted(our_keys: Path) -> None:
    make_partner(document=idp_metadata())
    trust.for_slug("acme")
    new = idp_metadata("https://new.example/", [other_key()])
    flows.import_metadata("acme", received(new), actor=ACTOR)
    found = trust.for_slug("acme")
    assert found.identity_providers.keys() == {"https://new.example/"}
    assert found.certificate_ids.keys() == {other_key().sha256}


@pytest.mark.django_db
def test_the_state_is_believed_even_where_somebody_changed_it_by_hand(our_keys: Path) -> None:
    make_partner()
    trust.for_slug("acme")
    Partner.objects.update(state="paused", paused_reason="by hand")
    found = trust.for_slug("acme")
    assert (found.state, found.paused_reason) == ("paused", "by hand")


@pytest.mark.django_db
def test_new_keys_and_another_address_are_seen_at_once(our_keys: Path, settings: Settings) -> None:
    make_partner()
    one = trust.for_slug("acme").service_provider
    keyfiles.stage_next(Purpose.ENCRYPTION)
    two = trust.for_slug("acme").service_provider
    assert len(two.decryption_keys) == len(one.decryption_keys) + 1
    settings.SSO_BASE_URL = "https://other.example"
    assert trust.for_slug("acme").service_provider.acs_url.startswith("https://other.example/")


@pytest.mark.django_db
def test_a_damaged_policy_lets_nobody_in(our_keys: Path) -> None:
    make_partner()
    Partner.objects.update(policy={"signed": "never"}, version=99)
    with pytest.raises(Refusal) as refused:
        trust.for_slug("acme")
    assert refused.value.reason is Reason.INTERNAL


@pytest.mark.django_db
def test_memory_is_bounded(our_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "MAX_REMEMBERED", 2)
    for slug in ("acme", "beta", "gamma"):
        make_partner(slug, metadata=False, state="draft")
        trust.for_slug(slug)
    assert len(trust._remembered) == 2


@pytest.mark.django_db
def test_an_older_version_of_a_partner_is_not_kept(our_keys: Path) -> None:
    make_partner()
    for name in ("One", "Two", "Three"):
        flows.update_partner("acme", {"name": name}, actor=ACTOR)
        assert trust.for_slug("acme").name == name
    assert len(trust._remembered) == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_in_one_process_is_honoured_by_the_next_login_of_another(our_keys: Path) -> None:
    make_partner(document=idp_metadata())
    trust.for_slug("acme")
    here, there = multiprocessing.Pipe()
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_answer, args=(there,))
    worker.start()
    try:
        here.send("acme")
        assert here.recv() == ("live", [acme_key().sha256])
        new = idp_metadata(certificates=[other_key()])
        flows.import_metadata("acme", received(new), actor=ACTOR)
        here.send("acme")
        assert here.recv() == ("live", [other_key().sha256])
        flows.pause("acme", reason="stolen key", actor=ACTOR)
        here.send("acme")
        assert here.recv() == ("paused", [other_key().sha256])
    finally:
        here.send("")
        worker.join()
    assert worker.exitcode == 0


def _answer(pipe: Connection) -> None:
    """Another worker: it remembers what its parent knew, and asks the database."""
    connection.ensure_connection()
    while slug := pipe.recv():
        found = trust.for_slug(slug)
        keys = [key.sha256 for each in found.identity_providers.values() for key in each.keys]
        pipe.send((found.state, keys))
    connections.close_all()
