"""Groups of the partner → groups here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from sso_gateway.partners.models import Partner
from sso_gateway.partners.policy import Policy
from sso_gateway.provisioning.mapping import AssertedIdentity
from sso_gateway.provisioning.models import GroupMapping, Link
from sso_gateway.provisioning.provision import provision
from sso_gateway.refusal import Reason, Refusal
from tests.provisioning.assertions import NOW

POLICY = Policy(groups_attribute="groups", provision="create")

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups(acme: Partner, globex: Partner) -> dict[str, Group]:
    """Readers and writers are Acme's to give; auditors are Globex's; nobody gives owners."""
    names = ("readers", "writers", "auditors", "owners")
    made = {name: Group.objects.create(name=name) for name in names}
    for partner, value, name in (
        (acme, "staff", "readers"),
        (acme, "editors", "writers"),
        (acme, "chiefs", "writers"),
        (globex, "audit", "auditors"),
    ):
        GroupMapping.objects.create(partner=partner, value=value, group=made[name])
    return made


def groups_after(identity: AssertedIdentity, partner: Partner, *asserted: str) -> set[str]:
    provision(replace(identity, groups=asserted), partner_id=partner.pk, policy=POLICY, now=NOW)
    return set(User.objects.get(email=identity.email).groups.values_list("name", flat=True))


def test_groups_follow_what_is_asserted(
    acme: Partner, ada: AssertedIdentity, groups: dict[str, Group]
) -> None:
    assert groups_after(ada, acme, "staff", "unknown") == {"readers"}
    assert groups_after(ada, acme, "staff", "editors") == {"readers", "writers"}
    assert groups_after(ada, acme, "chiefs") == {"writers"}


def test_only_groups_of_the_partners_table_are_given_or_taken(
    acme: Partner, ada: AssertedIdentity, groups: dict[str, Group]
) -> None:
    groups_after(ada, acme, "staff")
    User.objects.get().groups.add(groups["owners"], groups["auditors"])
    found = groups_after(ada, acme, "editors", "audit", "owners")
    assert found == {"writers", "owners", "auditors"}


@pytest.mark.parametrize("asserted", [(), ("unknown",), ("Staff",), ("readers",), ("audit",)])
def test_without_a_mapped_group_nobody_gets_in(
    acme: Partner, ada: AssertedIdentity, groups: dict[str, Group], asserted: tuple[str, ...]
) -> None:
    with pytest.raises(Refusal) as refused:
        groups_after(ada, acme, *asserted)
    assert refused.value.reason is Reason.NO_ROLE
    assert not User.objects.exists()
    assert not Link.objects.exists()


def test_a_known_person_whose_groups_are_gone_does_not_get_in(
    acme: Partner, ada: AssertedIdentity, groups: dict[str, Group]
) -> None:
    groups_after(ada, acme, "staff")
    with pytest.raises(Refusal) as refused:
        groups_after(ada, acme, "unknown")
    assert refused.value.reason is Reason.NO_ROLE
    assert refused.value.received == "unknown"


def test_a_partner_without_a_table_gives_no_role(acme: Partner, ada: AssertedIdentity) -> None:
    with pytest.raises(Refusal) as refused:
        groups_after(ada, acme, "staff")
    assert refused.value.reason is Reason.NO_ROLE


def test_unchanged_groups_cost_two_queries_and_no_write(
    acme: Partner,
    ada: AssertedIdentity,
    groups: dict[str, Group],
    django_assert_num_queries: Callable[..., Any],
) -> None:
    groups_after(ada, acme, "staff")
    member = replace(ada, groups=("staff",))
    with django_assert_num_queries(3) as captured:
        provision(member, partner_id=acme.pk, policy=POLICY, now=NOW)
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


def test_groups_stay_as_they_are_where_no_attribute_is_chosen(
    acme: Partner, ada: AssertedIdentity, groups: dict[str, Group]
) -> None:
    groups_after(ada, acme, "staff")
    silent = Policy(provision="create")
    provision(replace(ada, groups=("editors",)), partner_id=acme.pk, policy=silent, now=NOW)
    assert [group.name for group in User.objects.get().groups.all()] == ["readers"]
