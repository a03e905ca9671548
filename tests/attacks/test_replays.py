"""One assertion, one login: whatever is wrapped around it the second time."""

from collections.abc import Callable

import pytest
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import SignedPart
from sso_gateway.signon.models import LoginSession
from tests.attacks import genuine, sealing
from tests.attacks.anatomy import Element, octets, on_tree, signature, take_out, tree, unwrapped
from tests.attacks.attack import ASSERTION, BOTH, RESPONSE, Transform
from tests.attacks.unread import value_in_lines
from tests.shapes import products, products_encrypted
from tests.shapes.shape import Shape
from tests.signon import scene

pytestmark = pytest.mark.django_db


def new_envelope(root: Element) -> None:
    """Another response, of a later moment."""
    unwrapped(root)
    root.set("ID", "_another")
    root.set("IssueInstant", "2030-01-15T12:01:00Z")


def without_the_outer(root: Element) -> None:
    take_out(signature(root))


def same(message: bytes) -> bytes:
    return message


def declared(message: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + octets(tree(message))


PLAIN, SECRET = products.PLAIN, products_encrypted.PLAIN
AGAIN: dict[str, tuple[Shape, SignedPart, Transform]] = {
    "the same octets": (PLAIN, RESPONSE, same),
    "in a new envelope": (PLAIN, ASSERTION, on_tree(new_envelope)),
    "out of a signed envelope into a new one": (PLAIN, BOTH, on_tree(new_envelope)),
    "without the outer signature": (PLAIN, BOTH, on_tree(without_the_outer)),
    "with an XML declaration": (PLAIN, ASSERTION, declared),
    "with another writing of its signature": (PLAIN, ASSERTION, on_tree(value_in_lines)),
    "encrypted this time": (PLAIN, ASSERTION, sealing.sealed),
    "in the clear this time": (SECRET, ASSERTION, sealing.opened),
    "encrypted anew": (SECRET, ASSERTION, sealing.within(same)),
}


@pytest.mark.parametrize("name", AGAIN)
def test_an_assertion_is_used_once(name: str, gateway: Callable[[], None]) -> None:
    gateway()
    shape, placement, change = AGAIN[name]
    message = shape.message(placement)
    assert scene.post(Client(), message).status_code == 303
    thief = Client(REMOTE_ADDR="203.0.113.9")
    answer = scene.post(thief, change(message))
    first, second = sorted(scene.attempts(), key=lambda event: event.key)
    assert (first.outcome, second.key) == (Event.Outcome.SUCCESS, Reason.REPLAYED.key)
    assert answer.status_code == Reason.REPLAYED.status
    assert not thief.cookies and scene.signed_in_as(thief) is None
    assert LoginSession.objects.count() == 1


def test_the_first_use_is_that_of_every_genuine_message() -> None:
    assert {PLAIN, SECRET} <= set(genuine.SHAPES)
