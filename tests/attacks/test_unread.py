"""What nobody reads changes nothing: the message is accepted, and says what it said before."""

import functools

import pytest

from sso_gateway.saml import response
from sso_gateway.saml.model import Assertion
from tests.attacks import genuine
from tests.attacks.attack import DoesNotApply, Transform
from tests.attacks.unread import UNREAD


@functools.cache
def said(message: bytes) -> Assertion:
    """What is read, but for what only the envelope says."""
    found = response.accept(message, genuine.expected())
    return found._replace(response_id="", signed=found.signed, verified_by=found.verified_by[-1:])


@pytest.mark.parametrize(("name", "change"), UNREAD, ids=[name for name, _ in UNREAD])
def test_it_is_read_as_it_was_signed(name: str, change: Transform) -> None:
    applied = 0
    for shape, placement in genuine.MESSAGES:
        message = shape.message(placement)
        try:
            changed = change(message)
        except DoesNotApply:
            continue
        applied += 1
        assert changed != message
        before, after = said(message), said(changed)
        assert after._replace(signed=before.signed) == before, (shape, placement)
    assert applied
