"""A live partner, a user, a browser, and a clock that stands at the moment of the good message."""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners import keyfiles
from sso_gateway.partners.models import Partner
from tests.idp.recipe import NOW
from tests.signon import crowd, scene


@pytest.fixture(scope="session", autouse=True)
def our_keys() -> None:
    keyfiles.ensure()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still; a test moves it."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def acme(db: None) -> Partner:
    """A live partner with default policy."""
    return scene.add_partner()


@pytest.fixture
def ada(db: None) -> User:
    """An account here, known by its address."""
    return User.objects.create(username=scene.EMAIL, email=scene.EMAIL)


@pytest.fixture
def strict(ada: User) -> Partner:
    """A live partner with the lowest limits, and an account."""
    policy = {"refusals_per_address": crowd.FEW, "questions_per_address": 60}
    return scene.add_partner(policy=policy)


@pytest.fixture
def browser() -> Client:
    """A browser that sends cookies as a real one does within one site."""
    return Client(enforce_csrf_checks=True)
