"""Every attack on every genuine message is refused, and for its own reason."""

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import SignedPart
from tests.attacks import genuine
from tests.attacks.attack import Attack
from tests.attacks.collection import ALL
from tests.shapes.shape import Shape

BY_NAME = [pytest.param(attack, id=f"{group}: {attack.name}") for group, attack in ALL]


def outcome(attack: Attack, shape: Shape, placement: SignedPart) -> str:
    """The name of the reason to refuse it, or what is worse."""
    genuine_message = shape.message(placement)
    message = attack.transform(genuine_message)
    if message == genuine_message:
        return "UNCHANGED"
    try:
        response.accept(message, genuine.expected())
    except Refusal as refusal:
        return refusal.reason.name
    return "ACCEPTED"


@pytest.mark.parametrize("attack", BY_NAME)
def test_it_is_refused_for_its_reason_wherever_the_signature_stands(attack: Attack) -> None:
    """Keys are the genuine message and its signed part; values, the reason."""
    stated, found = {}, {}
    for shape, placement in genuine.targets(attack):
        case = f"{shape.name}, {placement.value} signed"
        stated[case] = attack.reason(shape, placement).name
        found[case] = outcome(attack, shape, placement)
    assert stated, "it applies to nothing"
    assert found == stated


def test_there_are_thousands_of_cases() -> None:
    assert sum(len(genuine.targets(attack)) for _, attack in ALL) > 15_000


@pytest.mark.parametrize("attack", BY_NAME[::5])
def test_the_explanation_is_of_one_mind_with_the_refusal(attack: Attack) -> None:
    shape, placement = genuine.targets(attack)[-1]
    message = attack.transform(shape.message(placement))
    explained = response.explain(message, genuine.expected())
    assert explained.reason is attack.reason(shape, placement)
    assert explained.assertion is None
