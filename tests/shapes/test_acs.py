"""Every product's message, posted by a browser, signs in the person it speaks of."""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, keyfiles, trust
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import SignedPart
from sso_gateway.signon import certificates
from sso_gateway.signon.models import LoginSession
from tests.idp.recipe import NOW
from tests.idp.workshop import sp_key
from tests.shapes import features, products, products_encrypted, protection
from tests.shapes.shape import ACS, SP, Shape
from tests.signon import scene

pytestmark = pytest.mark.django_db

PRODUCTS = products.ALL + products_encrypted.ALL
# What the partner's agreement or the browser's request would have to say is tested elsewhere.
OTHERS = [
    shape
    for shape in features.ALL + protection.ALL
    if shape.names is not None and set(shape.expect) <= {"keys"} and shape is not features.ENDING
]


@pytest.fixture(scope="module", autouse=True)
def our_keys() -> None:
    keyfiles.ensure()


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    trust.forget()
    certificates.forget()
    with time_machine.travel(NOW, tick=False):
        yield


def trusted(shape: Shape) -> None:
    """Its identity provider is a live partner's."""
    document = scene.metadata(*shape.keys, entity_id=shape.issuer)
    scene.add_partner(document=document, live=False)
    flows.adopt_key("acme", sp_key().private_pem, actor=scene.ACTOR)
    flows.activate("acme", actor=scene.ACTOR)


def sign_in(shape: Shape, placement: SignedPart) -> str:
    """Posts it; the address of whoever is signed in then."""
    trusted(shape)
    browser = Client(enforce_csrf_checks=True)
    answer = scene.post(browser, shape.message(placement))
    assert (answer.status_code, answer["Location"]) == (303, "/"), answer.content
    assert scene.the_attempt().outcome == Event.Outcome.SUCCESS
    assert LoginSession.objects.count() == 1
    return scene.signed_in_as(browser) or ""


def test_the_shapes_are_addressed_to_the_partner_of_these_tests() -> None:
    assert (f"{scene.BASE}{scene.ACS}", f"{scene.BASE}/saml/acme/metadata/") == (ACS, SP)


def person(shape: Shape) -> str:
    """An account for whom the message speaks of."""
    User.objects.create(username=shape.names or "", email=shape.names or "")
    return shape.names or ""


@pytest.mark.parametrize("number", range(len(PRODUCTS)), ids=lambda n: PRODUCTS[n].name)
def test_a_product_signs_a_person_in(number: int) -> None:
    shape = PRODUCTS[number]
    placement = shape.placements[number % len(shape.placements)]
    email = person(shape)
    assert sign_in(shape, placement) == email


@pytest.mark.parametrize("shape", OTHERS[::6], ids=lambda shape: shape.name)
def test_whatever_the_standard_allows_signs_a_person_in(shape: Shape) -> None:
    email = person(shape)
    assert sign_in(shape, shape.placements[-1]) == email


def test_a_session_that_is_over_already_cannot_be_opened() -> None:
    person(features.ENDING)
    trusted(features.ENDING)
    browser = Client(enforce_csrf_checks=True)
    answer = scene.post(browser, features.ENDING.message(SignedPart.BOTH))
    scene.assert_refused(browser, answer, Reason.SESSION_TOO_OLD)
