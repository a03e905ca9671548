"""The cast: a partner, and an identity that it asserts."""

import pytest
from django.contrib.auth.models import User

from sso_gateway.partners.models import Partner
from sso_gateway.provisioning.mapping import AssertedIdentity
from tests.provisioning.assertions import ISSUER, NOW


@pytest.fixture
def acme(db: None) -> Partner:
    return Partner.objects.create(slug="acme", name="Acme", created=NOW, updated=NOW)


@pytest.fixture
def globex(db: None) -> Partner:
    return Partner.objects.create(slug="globex", name="Globex", created=NOW, updated=NOW)


@pytest.fixture
def ada() -> AssertedIdentity:
    return AssertedIdentity(
        email="ada@acme.test", issuer=ISSUER, first_name="Ada", last_name="Example"
    )


@pytest.fixture
def user(db: None) -> User:
    """The account that Ada had before."""
    return User.objects.create_user("ada", "ada@acme.test", "a password")
