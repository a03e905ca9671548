"""From an asserted identity to the local account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from sso_gateway.partners.models import Partner
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import Link
from sso_gateway.provisioning.provision import Provisioned
from sso_gateway.refusal import Reason
from tests.provisioning.assertions import NOW
from tests.provisioning.logins import CREATE, refusal, sign_in

OTHER_IDP = "https://idp2.acme.test/"

pytestmark = pytest.mark.django_db


def test_an_account_with_the_address_is_linked_at_the_first_login(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    found = sign_in(ada, acme)
    assert found == Provisioned(user, created=False, linked=True)
    link = Link.objects.get()
    assert (link.partner, link.user, link.email, link.issuer) == (acme, user, ada.email, ada.issuer)
    assert (link.created, link.last_seen, link.persistent_id) == (NOW, NOW, None)


def test_a_known_person_costs_one_query(
    acme: Partner, ada: AssertedIdentity, user: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    known = replace(ada, persistent_id="p" * 64)
    sign_in(known, acme)
    with django_assert_num_queries(1):
        found = sign_in(known, acme, now=NOW + timedelta(hours=23))
    assert found == Provisioned(user, created=False, linked=False)
    with django_assert_num_queries(1):
        sign_in(ada, acme)


def test_the_last_use_is_written_once_a_day(
    acme: Partner, ada: AssertedIdentity, user: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    sign_in(ada, acme)
    later = NOW + timedelta(days=1)
    with django_assert_num_queries(2):
        sign_in(ada, acme, now=later)
    assert Link.objects.get().last_seen == later


def test_a_known_person_stays_the_same_account_when_its_own_address_changes(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(ada, acme)
    User.objects.filter(pk=user.pk).update(email="lovelace@acme.test")
    assert sign_in(ada, acme).user == user


def test_nobody_is_invited_by_default(acme: Partner, ada: AssertedIdentity) -> None:
    assert refusal(ada, acme).reason is Reason.NOT_INVITED


def test_an_account_of_another_partner_is_not_taken_over(
    acme: Partner, globex: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(ada, acme)
    refused = refusal(replace(ada, issuer="https://idp.globex.test/"), globex, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert refused.facts["linked_to"] == "another partner"


def test_a_known_identifier_with_another_address_is_a_conflict(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    known = replace(ada, persistent_id="p" * 64)
    sign_in(known, acme)
    refused = refusal(replace(known, email="lovelace@acme.test"), acme, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert "another e-mail address" in refused.detail


def test_a_known_address_with_another_identifier_is_a_conflict(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(replace(ada, persistent_id="p" * 64), acme)
    refused = refusal(replace(ada, persistent_id="q" * 64), acme, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert "another NameID" in refused.detail


def test_two_known_people_are_not_mixed(acme: Partner, ada: AssertedIdentity) -> None:
    eve = replace(ada, email="eve@acme.test", persistent_id="e" * 64)
    sign_in(replace(ada, persistent_id="a" * 64), acme, CREATE)
    sign_in(eve, acme, CREATE)
    mixed = replace(ada, persistent_id=eve.persistent_id)
    assert refusal(mixed, acme, CREATE).reason is Reason.IDENTITY_CONFLICT


def test_the_first_identifier_is_attached_to_a_link_without_one(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(ada, acme)
    found = sign_in(replace(ada, persistent_id="p" * 64), acme)
    assert found == Provisioned(user, created=False, linked=False)
    assert Link.objects.get().persistent_id == "p" * 64
    assert refusal(replace(ada, persistent_id="q" * 64), acme).reason is Reason.IDENTITY_CONFLICT


def test_an_address_alone_is_enough_for_a_link_with_an_identifier(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(replace(ada, persistent_id="p" * 64), acme)
    assert sign_in(ada, acme).user == user
    assert Link.objects.get().persistent_id == "p" * 64


def test_a_second_idp_of_the_partner_binds_the_same_account(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(replace(ada, persistent_id="p" * 64), acme)
    User.objects.update(email="lovelace@acme.test")
    second = replace(ada, issuer=OTHER_IDP, persistent_id="q" * 64)
    assert sign_in(second, acme, CREATE) == Provisioned(user, created=False, linked=True)
    assert not sign_in(second, acme, CREATE).linked
    assert not sign_in(replace(ada, persistent_id="p" * 64), acme, CREATE).linked
    assert User.objects.count() == 1


def test_an_account_has_one_address_per_idp(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(ada, acme)
    User.objects.update(email="lovelace@acme.test")
    refused = refusal(replace(ada, email="lovelace@acme.test"), acme, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert refused.facts["linked_to"] == "another address"
    assert f"link {Link.objects.get().pk}" in refused.detail


def test_an_address_that_the_idps_bound_to_two_accounts_is_a_conflict(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    other = User.objects.create_user("eve", "eve@acme.test")
    for issuer, account in (("https://a.test/", user), ("https://b.test/", other)):
        Link.objects.create(partner=acme, user=account, email=ada.email, issuer=issuer)
    assert refusal(ada, acme, CREATE).reason is Reason.IDENTITY_CONFLICT


def test_a_link_belongs_to_one_partner(
    acme: Partner, globex: Partner, ada: AssertedIdentity, user: User
) -> None:
    sign_in(replace(ada, persistent_id="p" * 64), acme)
    stranger = replace(ada, email="ada@globex.test", persistent_id="p" * 64)
    assert refusal(stranger, globex).reason is Reason.NOT_INVITED


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nobody_is_provisioned(acme: Partner, ada: AssertedIdentity) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        sign_in(ada, acme, CREATE)
    assert not User.objects.exists()
