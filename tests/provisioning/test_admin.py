"""The raw tables of accounts in Django's admin."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from sso_gateway.partners.models import Partner
from sso_gateway.provisioning.models import GroupMapping, Link

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(acme: Partner) -> Link:
    user = User.objects.create_user("ada", "ada@acme.test")
    return Link.objects.create(partner=acme, user=user, email="ada@acme.test")


@pytest.mark.parametrize(("query", "hits"), [("ada@acme", 1), ("ada", 1), ("eve", 0)])
def test_links_are_found_by_address_and_account(
    admin_client: Client, link: Link, query: str, hits: int
) -> None:
    response = admin_client.get(reverse("admin:sso_provisioning_link_changelist"), {"q": query})
    assert response.status_code == 200
    assert response.context["cl"].result_count == hits


def test_a_link_can_be_read_and_removed_and_not_written(admin_client: Client, link: Link) -> None:
    change = reverse("admin:sso_provisioning_link_change", args=[link.pk])
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"email": "eve@acme.test"}).status_code == 403
    assert admin_client.get(reverse("admin:sso_provisioning_link_add")).status_code == 403
    delete = reverse("admin:sso_provisioning_link_delete", args=[link.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert not Link.objects.exists()


def test_a_group_mapping_can_be_added(admin_client: Client, acme: Partner) -> None:
    group = Group.objects.create(name="readers")
    add = reverse("admin:sso_provisioning_groupmapping_add")
    form = {"partner": acme.pk, "value": "staff", "group": group.pk}
    assert admin_client.post(add, form).status_code == 302
    assert GroupMapping.objects.get().group == group
    assert (
        admin_client.get(reverse("admin:sso_provisioning_groupmapping_changelist"), {"q": "read"})
        .context["cl"]
        .result_count
        == 1
    )
