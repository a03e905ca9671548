"""An attribute is a word about a person, and never a field of an account."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from sso_gateway.partners import flows
from sso_gateway.provisioning.models import GroupMapping
from tests.signon import scene

pytestmark = pytest.mark.django_db

# fmt: off
NAMES = [
    "is_superuser", "is_staff", "is_active", "isAdmin", "admin", "role", "roles", "Role",
    "groups", "group", "memberOf", "user_permissions", "permissions", "scope",
    "id", "pk", "user_id", "username", "password", "last_login", "date_joined", "backend",
    "__proto__", "constructor", "prototype", "__class__", "__init__", "_state", "_meta",
    "_auth_user_id", "_auth_user_backend", "sso_login", "email__iexact", "user.is_staff",
    "user[is_staff]", "provision", "allow_staff", "groups_attribute", "partner_id", "state",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    "http://schemas.xmlsoap.org/claims/Group",
    "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
]
# fmt: on
VALUES = ("True", "1", "staff", "administrators", "acme-admins", "0")


@pytest.fixture
def group() -> Group:
    made = Group.objects.create(name="administrators")
    made.permissions.set(Permission.objects.all())
    return made


def asserted() -> dict[str, Any]:
    claims: dict[str, Any] = dict.fromkeys(NAMES, VALUES)
    return claims | {"email": (scene.EMAIL,)}


def state(user: User) -> dict[str, object]:
    user = User.objects.get(pk=user.pk)
    kept = {column.attname: getattr(user, column.attname) for column in user._meta.concrete_fields}
    del kept["last_login"]
    return kept | {
        "groups": list(user.groups.all()),
        "permissions": list(user.user_permissions.all()),
    }


def test_a_new_account_has_an_address_and_nothing_that_was_claimed(
    browser: Client, group: Group
) -> None:
    scene.add_partner(policy={"provision": "create"})
    assert scene.post(browser, scene.message(attributes=asserted())).status_code == 303
    made = User.objects.get()
    assert (made.email, made.username, made.is_active) == (scene.EMAIL, scene.EMAIL, True)
    assert not made.is_staff and not made.is_superuser and not made.has_usable_password()
    assert not made.groups.exists() and not made.user_permissions.exists()
    assert browser.get("/admin/", secure=True).status_code == 302


def test_an_account_that_exists_is_changed_in_nothing(
    browser: Client, ada: User, group: Group
) -> None:
    scene.add_partner()
    before = state(ada)
    assert scene.post(browser, scene.message(attributes=asserted())).status_code == 303
    assert state(ada) == before


def test_of_the_chosen_attribute_only_what_the_partners_table_says_is_given(
    browser: Client, ada: User, group: Group
) -> None:
    acme = scene.add_partner(policy={"groups_attribute": "groups"})
    clerks = Group.objects.create(name="clerks")
    GroupMapping.objects.create(partner=acme, value="staff", group=clerks)
    assert scene.post(browser, scene.message(attributes=asserted())).status_code == 303
    assert list(User.objects.get(pk=ada.pk).groups.all()) == [clerks]


def test_no_attribute_reaches_the_partners_policy(browser: Client, ada: User) -> None:
    acme = scene.add_partner()
    User.objects.update(is_staff=True)
    assert scene.post(browser, scene.message(attributes=asserted())).status_code == 403
    assert scene.the_attempt().key == "staff_protected"
    acme.refresh_from_db()
    assert acme.policy == {} and flows.owner_of("https://idp.acme.example/metadata") == "acme"
