"""The local account behind an address."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_init

from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.refusal import Reason
from tests.provisioning.logins import CREATE, refusal, sign_in

pytestmark = pytest.mark.django_db


def test_an_account_is_created_where_the_policy_says_so(
    acme: Partner, ada: AssertedIdentity
) -> None:
    found = sign_in(ada, acme, CREATE)
    assert (found.created, found.linked) == (True, True)
    user = User.objects.get()
    assert found.user == user
    assert (user.username, user.email) == ("ada@acme.test", "ada@acme.test")
    assert (user.first_name, user.last_name) == ("Ada", "Example")
    assert not user.has_usable_password()
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)
    assert not sign_in(ada, acme, CREATE).created


def test_names_are_filled_at_creation_only(acme: Partner, ada: AssertedIdentity) -> None:
    sign_in(ada, acme, CREATE)
    User.objects.update(first_name="Augusta")
    sign_in(replace(ada, first_name="Eve"), acme, CREATE)
    assert User.objects.get().first_name == "Augusta"


def test_a_name_longer_than_its_field_does_not_stop_a_login(
    acme: Partner, ada: AssertedIdentity
) -> None:
    sign_in(replace(ada, first_name="a" * 256), acme, CREATE)
    assert User.objects.get().first_name == "a" * 150


@pytest.mark.parametrize("email", ["o'neil@acme.test", "a" * 60 + "@" + "b" * 60 + "." + "c" * 60])
def test_an_address_that_is_no_account_name_gets_one(
    acme: Partner, ada: AssertedIdentity, email: str
) -> None:
    sign_in(replace(ada, email=email), acme, CREATE)
    user = User.objects.get()
    user.clean_fields()
    assert user.email == email
    assert user.username.startswith("sso-")


def test_an_account_is_found_whatever_the_case_of_its_ascii_letters(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    User.objects.update(email="Ada@ACME.test")
    assert sign_in(ada, acme, CREATE).user == user
    assert User.objects.get().email == "Ada@ACME.test"


def test_accounts_that_differ_only_by_case_are_not_chosen_between(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    other = User.objects.create_user("ada2", "ADA@acme.test")
    refused = refusal(ada, acme, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert str(user.pk) in refused.detail
    assert str(other.pk) in refused.detail


@pytest.mark.parametrize(
    ("asserted", "stored"),
    [
        ("mike@acme.test", "m\u0131ke@acme.test"),
        ("mike@acme.test", "mi\u212ae@acme.test"),
        ("sam@acme.test", "\u017fam@acme.test"),
        ("a_a@acme.test", "aba@acme.test"),
        ("a%@acme.test", "abc@acme.test"),
    ],
)
def test_a_look_alike_account_is_nobody(
    acme: Partner, ada: AssertedIdentity, asserted: str, stored: str
) -> None:
    User.objects.create_user("other", "x@acme.test")
    User.objects.update(email=stored)
    assert refusal(replace(ada, email=asserted), acme).reason is Reason.NOT_INVITED


def test_an_account_name_that_looks_like_the_address_is_not_a_match(
    acme: Partner, ada: AssertedIdentity
) -> None:
    User.objects.create_user("ada@acme.test", "eve@acme.test")
    assert refusal(ada, acme).reason is Reason.NOT_INVITED
    refused = refusal(ada, acme, CREATE)
    assert refused.reason is Reason.IDENTITY_CONFLICT
    assert refused.facts["linked_to"]


def test_a_disabled_account_stays_closed_at_every_login(
    acme: Partner, ada: AssertedIdentity, user: User
) -> None:
    User.objects.update(is_active=False)
    assert refusal(ada, acme, CREATE).reason is Reason.ACCOUNT_DISABLED
    User.objects.update(is_active=True)
    sign_in(ada, acme)
    User.objects.update(is_active=False)
    assert refusal(ada, acme, CREATE).reason is Reason.ACCOUNT_DISABLED


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_is_protected_at_every_login(
    acme: Partner, ada: AssertedIdentity, user: User, flag: str
) -> None:
    User.objects.update(**{flag: True})
    assert refusal(ada, acme, CREATE).reason is Reason.STAFF_PROTECTED
    User.objects.update(**{flag: False})
    sign_in(ada, acme)
    User.objects.update(**{flag: True})
    assert refusal(ada, acme, CREATE).reason is Reason.STAFF_PROTECTED


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_may_sign_in_where_the_policy_says_so(
    acme: Partner, ada: AssertedIdentity, user: User, flag: str
) -> None:
    User.objects.update(**{flag: True})
    policy = Policy(allow_staff=True)
    assert sign_in(ada, acme, policy).user == user
    assert sign_in(ada, acme, policy).user == user


def test_an_account_that_would_be_born_with_staff_rights_is_not_created(
    acme: Partner, ada: AssertedIdentity
) -> None:
    def promote(instance: User, **_: object) -> None:
        instance.is_staff = True

    post_init.connect(promote, sender=User)
    try:
        assert refusal(ada, acme, CREATE).reason is Reason.STAFF_PROTECTED
    finally:
        post_init.disconnect(promote, sender=User)
