"""What was agreed: what it changes, what it refuses, and the event it leaves."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import (
    ClaimedKey,
    EmailDomain,
    Partner,
    PartnerIdentityProvider,
    State,
)
from sso_gateway.partners.problems import Declined
from tests.partners.factory import (
    ACTOR,
    ENTITY_ID,
    idp_metadata,
    make_partner,
)
from tests.partners.flows.changes import actions, declined

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_new_partner_is_a_draft_with_one_event() -> None:
    partner = flows.add_partner(
        slug="acme", name=" Acme ", actor=ACTOR, email_domains=["ACME.example"], landing="/start/"
    )
    assert (partner.state, partner.name, partner.version) == (State.DRAFT, "Acme", 1)
    assert list(partner.email_domains.values_list("domain", flat=True)) == ["acme.example"]
    event = Event.objects.get()
    assert (event.action, event.actor) == ("change.partner.created", ACTOR)
    assert (event.partner_slug, event.target) == ("acme", "partner:acme")
    assert event.after and event.after["email_domains"] == ["acme.example"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"slug": "Acme"}, "slug_invalid"),
        ({"slug": "new"}, "slug_reserved"),
        ({"name": "  "}, "name_invalid"),
        ({"name": "A\u202eB"}, "name_invalid"),
        ({"email_domains": ["acme"]}, "email_domain_invalid"),
        ({"policy": {"signed": "never"}}, "policy_value"),
        ({"policy": {"insecure": True}}, "policy_unknown"),
        ({"landing": "javascript:alert(1)"}, "address_invalid"),
        ({"portal_url": "/path"}, "address_invalid"),
        ({"contact_email": "nobody"}, "contact_invalid"),
        ({"our_entity_id": "a b"}, "entity_id_invalid"),
        ({"our_acs_path": "/saml/x/acs/"}, "acs_path_invalid"),
    ],
)
def test_a_wrong_value_adds_no_partner_and_leaves_no_event(
    given: dict[str, Any], problem: str
) -> None:
    with declined(problem):
        flows.add_partner(**{"slug": "acme", "name": "Acme", "actor": ACTOR, **given})
    assert not Partner.objects.exists()
    assert not Event.objects.exists()


def test_a_slug_a_domain_and_a_path_belong_to_one_partner() -> None:
    make_partner(our_acs_path="/old/acs", metadata=False, state="draft")
    with declined("slug_taken"):
        flows.add_partner(slug="acme", name="Other", actor=ACTOR)
    with declined("email_domain_taken"):
        flows.add_partner(slug="beta", name="B", actor=ACTOR, email_domains=["Acme.Example"])
    with declined("acs_path_taken"):
        flows.add_partner(slug="beta", name="B", actor=ACTOR, our_acs_path="/old/acs")
    assert Partner.objects.count() == 1


def test_the_database_itself_holds_what_must_be_unique() -> None:
    acme = make_partner(document=idp_metadata())
    beta = make_partner("beta")
    for duplicate in (
        EmailDomain(partner=beta, domain="acme.example"),
        ClaimedKey(partner=beta, key_sha256=acme.claimed_keys.get().key_sha256),
        PartnerIdentityProvider(
            partner=beta,
            entity_id=ENTITY_ID.upper(),
            canonical=ENTITY_ID,
            metadata=beta.metadata_versions.get(),
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            duplicate.save(force_insert=True)


def test_being_slower_than_somebody_else_is_said_in_words() -> None:
    with declined("changed_meanwhile"), flows.change.transacted():
        make_partner(metadata=False, state="draft")
        EmailDomain.objects.create(partner=Partner.objects.get(), domain="acme.example")
    assert not Partner.objects.exists()


def test_a_change_that_changes_nothing_is_none() -> None:
    acme = make_partner()
    flows.update_partner("acme", {"name": "Acme"}, actor=ACTOR)
    flows.set_domains("acme", ["acme.example"], actor=ACTOR)
    flows.set_policy("acme", {"signed": "any"}, actor=ACTOR)
    before = actions()
    acme.refresh_from_db()
    version = acme.version
    flows.update_partner("acme", {"name": "Acme"}, actor=ACTOR)
    assert actions() == before
    acme.refresh_from_db()
    assert acme.version == version


def test_every_change_is_a_new_version_with_before_and_after() -> None:
    version = make_partner().version
    flows.update_partner("acme", {"name": "ACME Inc.", "our_acs_path": "/acs"}, actor=ACTOR)
    flows.set_domains("acme", ["acme.example", "acme.test"], actor=ACTOR)
    flows.set_policy("acme", {"signed": "both"}, actor=ACTOR)
    assert Partner.objects.get().version == version + 3
    described, domains, policy = Event.objects.order_by("-id")[:3][::-1]
    assert described.before == {"name": "Acme", "our_acs_path": None}
    assert described.after == {"name": "ACME Inc.", "our_acs_path": "/acs"}
    assert domains.after == {"email_domains": ["acme.example", "acme.test"]}
    assert (policy.action, policy.after) == ("change.policy", {"signed": "both"})


def test_a_domain_that_is_taken_away_is_free_for_another_partner() -> None:
    make_partner(domains=["acme.example", "acme.test"])
    make_partner("beta")
    flows.set_domains("acme", ["acme.example"], actor=ACTOR)
    flows.set_domains("beta", ["beta.example", "acme.test"], actor=ACTOR)
    assert EmailDomain.objects.get(domain="acme.test").partner.slug == "beta"


def test_a_live_partner_keeps_at_least_one_domain() -> None:
    make_partner()
    with declined("no_email_domain"):
        flows.set_domains("acme", [], actor=ACTOR)
    assert EmailDomain.objects.count() == 1


def test_an_unknown_partner_is_named_with_the_nearest_one() -> None:
    make_partner()
    with pytest.raises(Declined, match="Did you mean “acme”"):
        flows.pause("acne", reason="x", actor=ACTOR)


def test_only_a_draft_can_be_deleted() -> None:
    make_partner(document=idp_metadata())
    with declined("not_a_draft"):
        flows.delete_draft("acme", actor=ACTOR)
    make_partner("beta", state="draft")
    flows.delete_draft("beta", actor=ACTOR)
    assert list(Partner.objects.values_list("slug", flat=True)) == ["acme"]
    assert actions()[-1] == "change.partner.deleted"
    # Its entity ID and key are free again.
    make_partner("beta")
