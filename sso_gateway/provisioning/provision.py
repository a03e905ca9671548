"""AssertedIdentity → local account: match, link or create, as the partner's policy says.

What decides, in this order:

1. A persistent identifier that this partner's IdP used before, with the same address.
2. An address that this IdP used before. Where no persistent identifier was known yet, the first
   one that arrives is attached to the link; where none arrives, the address is enough.
3. An address that another IdP of the same partner used before: the same account, a link of its own.
4. A local account with this address that belongs to no other partner.
5. A new account, if the policy says ``create``.

A persistent identifier that comes with another address, or an address that comes with another
identifier, is ``IDENTITY_CONFLICT``: either the person was renamed or the address was given to
somebody else, and only a person can tell which. Nothing is re-mapped silently.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning import accounts, known, roles
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import Link
from sso_gateway.refusal import Reason, Refusal

SEEN_AGAIN_AFTER: Final = timedelta(days=1)
"""``Link.last_seen`` answers "is this account still used?", for which a day is enough; every
login's moment is in the audit log. So most logins write nothing here."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """The account that may be signed in."""

    user: AbstractBaseUser
    created: bool
    """The account was made by this login."""
    linked: bool
    """This login bound the account to the IdP: the first one by it."""


def provision(
    identity: AssertedIdentity, *, partner_id: int, policy: Policy, now: datetime
) -> Provisioned:
    """The account, in one query where this login brings nothing new.

    Must be called inside a transaction that also writes the session and the audit event; after a
    refusal nothing of ours has been written. Refuses with ``IDENTITY_CONFLICT``, ``NOT_INVITED``,
    ``ACCOUNT_DISABLED``, ``STAFF_PROTECTED`` or ``NO_ROLE``.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("provision() needs a transaction")
    collision: IntegrityError | None = None
    for _ in range(2):
        found = known.links(identity, partner_id)
        if link := _the_link(found, identity):
            return _returning(link, identity, policy, now)
        groups = roles.wanted(identity, partner_id=partner_id, policy=policy)
        try:
            with transaction.atomic():
                return _first_login(found, identity, partner_id, policy, now, groups)
        except IntegrityError as error:
            # Another worker was faster with the same person: what it wrote is visible by now.
            collision = error
    raise _conflict(
        "the account's name is taken by an account with another address", "another address"
    ) from collision


def _the_link(found: list[Link], identity: AssertedIdentity) -> Link | None:
    for link in found:
        if identity.persistent_id and link.persistent_id == identity.persistent_id:
            if link.email != identity.email:
                raise _conflict(
                    f"account {link.user_id}: its NameID came with another e-mail address"
                    f" (link {link.pk})",
                    "this NameID and another address",
                )
            return link
    for link in found:
        if link.issuer == identity.issuer:
            if identity.persistent_id and link.persistent_id:
                raise _conflict(
                    f"account {link.user_id}: its e-mail address came with another NameID"
                    f" (link {link.pk})",
                    "this address and another NameID",
                )
            return link
    return None


def _returning(
    link: Link, identity: AssertedIdentity, policy: Policy, now: datetime
) -> Provisioned:
    accounts.judge(link.user, policy)
    groups = roles.wanted(identity, partner_id=link.partner_id, policy=policy)
    if identity.persistent_id and link.persistent_id is None:
        _attach(link, identity.persistent_id, now)
    elif now - link.last_seen >= SEEN_AGAIN_AFTER:
        Link.objects.filter(pk=link.pk).update(last_seen=now)
    roles.apply(link.user, groups)
    return Provisioned(link.user, created=False, linked=False)


def _attach(link: Link, persistent_id: str, now: datetime) -> None:
    """Binds the link to its first persistent identifier; a concurrent other one is a conflict."""
    unbound = Q(persistent_id=None) | Q(persistent_id=persistent_id)
    try:
        with transaction.atomic():
            changed = Link.objects.filter(unbound, pk=link.pk).update(
                persistent_id=persistent_id, last_seen=now
            )
    except IntegrityError:
        changed = 0
    if not changed:
        raise _conflict(
            f"link {link.pk}: another login bound it, or this NameID, a moment ago",
            "another NameID or address",
        )


def _first_login(
    found: list[Link],
    identity: AssertedIdentity,
    partner_id: int,
    policy: Policy,
    now: datetime,
    groups: roles.Roles,
) -> Provisioned:
    user = _account_of_siblings(found) or accounts.find(identity.email)
    if user is not None:
        accounts.judge(user, policy)
        _refuse_if_bound(user, identity, partner_id)
    elif policy.provision != "create":
        raise Refusal(Reason.NOT_INVITED, "no account has this address")
    created = user is None
    account = user or accounts.create(identity, policy)
    Link.objects.create(
        partner_id=partner_id,
        user_id=account.pk,
        issuer=identity.issuer,
        email=identity.email,
        persistent_id=identity.persistent_id,
        created=now,
        last_seen=now,
    )
    roles.apply(account, groups)
    return Provisioned(account, created=created, linked=True)


def _account_of_siblings(found: list[Link]) -> AbstractBaseUser | None:
    """The account to which the partner's other IdPs bound this address."""
    users = {link.user_id: link.user for link in found}
    if len(users) > 1:
        raise _conflict(
            "the partner's IdPs bound this address to different accounts", "two accounts"
        )
    return next(iter(users.values()), None)


def _refuse_if_bound(user: AbstractBaseUser, identity: AssertedIdentity, partner_id: int) -> None:
    for link in Link.objects.filter(user_id=user.pk).order_by():
        if link.partner_id != partner_id:
            raise _conflict(
                f"account {user.pk} belongs to partner {link.partner_id} (link {link.pk})",
                "another partner",
            )
        # The same address again is this very login at another worker: the constraint will tell.
        if link.issuer == identity.issuer and link.email != identity.email:
            raise _conflict(
                f"account {user.pk} is linked to another e-mail address of this IdP"
                f" (link {link.pk})",
                "another address",
            )


def _conflict(detail: str, linked_to: str) -> Refusal:
    return Refusal(Reason.IDENTITY_CONFLICT, detail, linked_to=linked_to)
