"""Two browsers."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def admin(client: Client) -> Client:
    """Ada’s browser; she may do everything."""
    client.force_login(User.objects.create_superuser("ada", "ada@example.com", "x"))
    return client


@pytest.fixture
def viewer(client: Client) -> Client:
    """Alan's browser; he may only look."""
    alan = User.objects.create_user("alan", "alan@example.com", "x", is_staff=True)
    looking = Permission.objects.filter(
        content_type__app_label="sso_partners", codename__startswith="view_"
    )
    alan.user_permissions.set(looking)
    client.force_login(alan)
    return client
