"""Odd logout messages: a refusal or the genuine thing, the same each time, and nothing else."""

import functools

from hypothesis import HealthCheck, given, settings

from sso_gateway.saml import bindings, logout
from sso_gateway.saml.model import Expected
from tests.fuzz import genuine, strategies
from tests.fuzz.properties import No, answer
from tests.idp import logout as made
from tests.idp.recipe import IDP

a_few_hundred = settings(
    max_examples=300, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)


UNSIGNED = {**genuine.unsigned_logout_requests(), **genuine.unsigned_logout_responses()}
SIGNED = {**genuine.logout_requests(), **genuine.logout_responses()}


def expected() -> Expected:
    return genuine.expected_logout()


@functools.cache
def genuine_requests() -> list[logout.LogoutRequest]:
    return [logout.read_request(each, expected()) for each in genuine.logout_requests().values()]


@a_few_hundred
@given(strategies.hostile(SIGNED))
def test_only_what_was_signed_is_read_and_as_it_was_signed(message: bytes) -> None:
    found = answer(lambda: logout.read_request(message, expected()))
    assert isinstance(found, No) or found in genuine_requests()
    replied = answer(lambda: logout.read_response(message, expected()))
    assert isinstance(replied, No) or replied.in_response_to == "_ours-1"


@a_few_hundred
@given(strategies.hostile({name: made.unsigned(text) for name, text in UNSIGNED.items()}))
def test_what_is_changed_and_then_signed_is_read_only_if_it_is_for_us(message: bytes) -> None:
    query = bindings.read_redirect(made.query(message, genuine.idp_key()), max_bytes=genuine.LIMIT)
    found = answer(lambda: logout.read_request(query, expected()))
    if isinstance(found, logout.LogoutRequest):
        assert (found.issuer, found.destination) == (IDP, made.SLO)
        assert found.name_id.value
    replied = answer(lambda: logout.read_response(query, expected()))
    if isinstance(replied, logout.LogoutResponse):
        assert (replied.issuer, replied.destination) == (IDP, made.SLO)
        assert replied.in_response_to
