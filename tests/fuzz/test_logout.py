"""Odd logout messages: a refusal or the genuine thing, the same each time, and nothing else."""

import functools
from collections.abc import Mapping
from dataclasses import replace

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


@functools.cache
def expected() -> Expected:
    found = genuine.expected()
    ours = replace(found.service_provider, logout_url=made.SLO)
    return replace(found, service_provider=ours)


@functools.cache
def unsigned() -> Mapping[str, str]:
    return {
        "plain": made.request_xml(),
        "everywhere": made.request_xml(session_indexes=()),
        "encrypted": made.request_xml(encrypt_name_id=genuine.to_us()),
        "answer": made.response_xml(),
    }


@functools.cache
def signed() -> Mapping[str, bytes]:
    return {name: made.posted(text, genuine.idp_key()) for name, text in unsigned().items()}


@functools.cache
def genuine_requests() -> list[logout.LogoutRequest]:
    names = [name for name in signed() if name != "answer"]
    return [logout.read_request(signed()[name], expected()) for name in names]


@a_few_hundred
@given(strategies.hostile(signed()))
def test_only_what_was_signed_is_read_and_as_it_was_signed(message: bytes) -> None:
    found = answer(lambda: logout.read_request(message, expected()))
    assert isinstance(found, No) or found in genuine_requests()
    replied = answer(lambda: logout.read_response(message, expected()))
    assert isinstance(replied, No) or replied.in_response_to == "_ours-1"


@a_few_hundred
@given(strategies.hostile({name: made.unsigned(text) for name, text in unsigned().items()}))
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
