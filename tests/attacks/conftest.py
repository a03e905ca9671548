"""A gateway with the partner whose messages are attacked, another partner, and two users."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.contrib.auth.models import User

from sso_gateway.partners import flows, keyfiles, trust
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.recognise import Received
from sso_gateway.saml.names import MD
from sso_gateway.signon import certificates
from tests.attacks import genuine
from tests.attacks.anatomy import VICTIM
from tests.attacks.partners import GLOBEX, globex_key
from tests.idp.recipe import EMAIL, NOW
from tests.idp.workshop import sp_key
from tests.signon import scene


@pytest.fixture(scope="session")
def our_keys() -> None:
    keyfiles.ensure()


def federation() -> bytes:
    """The metadata of all the identity providers of the partner."""
    entities = {
        shape.issuer: scene.metadata(*shape.keys, entity_id=shape.issuer)
        for shape in genuine.SHAPES
    }
    inner = b"".join(entities.values())
    return f'<md:EntitiesDescriptor xmlns:md="{MD}">'.encode() + inner + b"</md:EntitiesDescriptor>"


@pytest.fixture
def gateway(our_keys: None) -> Iterator[Callable[[], None]]:
    """Call it for the partners and users, inside of the test's transaction."""
    trust.forget()
    certificates.forget()

    def begin() -> None:
        flows.add_partner(
            slug="acme", name="Acme", actor=scene.ACTOR, email_domains=("acme.example",)
        )
        received = Received(federation(), "idps.xml")
        flows.import_metadata("acme", received, actor=scene.ACTOR, choice=Choice(everything=True))
        flows.adopt_key("acme", sp_key().private_pem, actor=scene.ACTOR)
        flows.activate("acme", actor=scene.ACTOR)
        document = scene.metadata(globex_key(), entity_id=GLOBEX)
        scene.add_partner("globex", domains=("globex.example",), document=document)
        User.objects.create(username=EMAIL, email=EMAIL)
        User.objects.create(username=VICTIM, email=VICTIM)

    with time_machine.travel(NOW, tick=False):
        yield begin
