"""The local account behind an address, whatever user model the project has."""

import hashlib
import sys
from typing import cast

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db.models import EmailField, Field

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import address
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.refusal import Reason, Refusal


def find(email: str) -> AbstractBaseUser | None:
    """The one account with this parsed address, its row locked until the transaction ends.

    The database proposes by its own idea of case, and ASCII decides (``address.same``). Two
    accounts that differ only by case are refused with ``IDENTITY_CONFLICT``: neither is more
    theirs than the other.
    """
    model = get_user_model()
    field = email_field()
    proposed = model._base_manager.select_for_update().filter(**{f"{field}__iexact": email})
    accounts = [user for user in proposed if address.same(email, getattr(user, field))]
    if len(accounts) > 1:
        numbers = ", ".join(str(user.pk) for user in accounts)
        raise Refusal(
            Reason.IDENTITY_CONFLICT,
            f"accounts {numbers} have this address and differ only by case",
            linked_to=f"one of several accounts: {numbers}",
        )
    return accounts[0] if accounts else None


def create(identity: AssertedIdentity, policy: Policy) -> AbstractBaseUser:
    """A new account without a password. Raises ``IntegrityError`` where its name is taken.

    Fields are set here by name, from nothing but the e-mail address and the two display names;
    these are filled now and never again, because people correct them.
    """
    model = get_user_model()
    user = model()
    setattr(user, model.USERNAME_FIELD, _account_name(identity.email))
    setattr(user, email_field(), identity.email)
    for field, text in (("first_name", identity.first_name), ("last_name", identity.last_name)):
        if (limit := _max_length(model, field)) is not None:
            setattr(user, field, text[:limit])
    user.set_unusable_password()
    judge(user, policy)
    user.save(force_insert=True)
    return user


def judge(user: AbstractBaseUser, policy: Policy) -> None:
    """Refuses an inactive account, and one with staff rights unless the policy allows it."""
    if not user.is_active:
        raise Refusal(Reason.ACCOUNT_DISABLED, f"account {user.pk} is not active")
    is_staff = getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)
    if is_staff and not policy.allow_staff:
        raise Refusal(Reason.STAFF_PROTECTED, f"account {user.pk} has staff rights")


def email_field() -> str:
    """The name of the field that holds the address: EMAIL_FIELD, or USERNAME_FIELD if it is one."""
    model = get_user_model()
    declared = model.get_email_field_name()
    if _max_length(model, declared) is not None:
        return declared
    if isinstance(model._meta.get_field(model.USERNAME_FIELD), EmailField):
        return model.USERNAME_FIELD
    raise ImproperlyConfigured(f"{model.__name__} has no field for an e-mail address.")


def _account_name(email: str) -> str:
    """The same name for the same address at every worker: the database's uniqueness of names is
    what keeps two concurrent first logins from making two accounts."""
    model = get_user_model()
    try:
        cast("Field[str, str]", model._meta.get_field(model.USERNAME_FIELD)).run_validators(email)
    except ValidationError:
        return "sso-" + hashlib.sha256(email.encode()).hexdigest()[:32]
    return email


def _max_length(model: type[AbstractBaseUser], name: str) -> int | None:
    """How many characters a field takes; None where the model has no such field."""
    try:
        return getattr(model._meta.get_field(name), "max_length", None) or sys.maxsize
    except FieldDoesNotExist:
        return None
