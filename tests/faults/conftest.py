"""A live partner whose identity provider issues messages of this very moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User

from sso_gateway.partners import keyfiles
from sso_gateway.partners.models import Partner
from tests.faults.gateway import running
from tests.faults.portal import Portal
from tests.idp.recipe import NOW
from tests.idp.server import IdentityProviderStandIn
from tests.signon import scene


@pytest.fixture(scope="session", autouse=True)
def our_keys() -> None:
    keyfiles.ensure()


@pytest.fixture(scope="session")
def idp() -> Iterator[IdentityProviderStandIn]:
    """Acme's identity provider, whose clock is the machine's."""
    with IdentityProviderStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def portal(transactional_db: None, idp: IdentityProviderStandIn) -> Portal:
    """A live partner that may create accounts, in a database that other processes see."""
    scene.add_partner(document=idp.metadata(), policy={"provision": "create"})
    return Portal(idp)


@pytest.fixture
def port(portal: Portal, tmp_path: Path) -> Iterator[int]:
    """Where a gateway with one worker listens."""
    with running(tmp_path) as port:
        yield port


@pytest.fixture
def acme(db: None) -> Partner:
    """A live partner with default policy, for messages of the recipe's moment."""
    return scene.add_partner()


@pytest.fixture
def ada(db: None) -> User:
    """An account here, known by its address."""
    return User.objects.create(username=scene.EMAIL, email=scene.EMAIL)


@pytest.fixture
def standing_clock() -> Iterator[time_machine.Traveller]:
    """Stands at the moment of the recipe's message; a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
