"""Groups that a partner asserts → Django groups, through the partner's own table only."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured

from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import GroupMapping
from sso_gateway.refusal import Reason, Refusal

Roles = dict[int, bool]
"""Every group that the partner's table names → whether this person is to be in it."""


def wanted(identity: AssertedIdentity, *, partner_id: int, policy: Policy) -> Roles:
    """What the table says, in one query; nothing, without a query, where no attribute is chosen.

    Refuses with ``NO_ROLE`` where an attribute is chosen and nothing in it maps to a group.
    """
    if not policy.groups_attribute:
        return {}
    if not hasattr(get_user_model(), "groups"):
        raise ImproperlyConfigured(f"{get_user_model().__name__} has no groups.")
    roles: Roles = {}
    rows = GroupMapping.objects.filter(partner_id=partner_id).order_by()
    for value, group_id in rows.values_list("value", "group_id"):
        roles[group_id] = roles.get(group_id, False) or value in identity.groups
    if not any(roles.values()):
        raise Refusal(
            Reason.NO_ROLE,
            f"no value of {policy.groups_attribute} is in the partner's table",
            received=", ".join(identity.groups)[:1000] or "none",
        )
    return roles


def apply(user: AbstractBaseUser, roles: Roles) -> None:
    """Adds and removes what differs: one query to look, and none to write where nothing does."""
    if not roles:
        return
    membership = getattr(user, "groups")  # noqa: B009 - not a field of every user model
    present = set(membership.filter(pk__in=roles).order_by().values_list("pk", flat=True))
    asserted = {group_id for group_id, belongs in roles.items() if belongs}
    if missing := asserted - present:
        membership.add(*missing)
    if surplus := present - asserted:
        membership.remove(*surplus)
