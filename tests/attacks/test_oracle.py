"""Whoever asks with damaged ciphertext gets one answer, whatever it was that went wrong."""

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import SignedPart
from tests.attacks import encryption, genuine
from tests.attacks.attack import PLACEMENTS, Attack
from tests.shapes.shape import Shape

QUESTIONS = [attack for attack in encryption.ATTACKS if 59 in attack.classes]


def answer(attack: Attack, shape: Shape, placement: SignedPart) -> tuple[str, ...]:
    """All that the refusal says."""
    with pytest.raises(Refusal) as refused:
        response.accept(attack.transform(shape.message(placement)), genuine.expected())
    said = refused.value
    facts = sorted(f"{key}={value}" for key, value in said.facts.items())
    return (said.reason.name, said.detail, said.expected, said.received, *facts)


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("shape", genuine.ENCRYPTED, ids=lambda shape: shape.name)
def test_every_question_has_the_same_answer(shape: Shape, placement: SignedPart) -> None:
    if placement not in shape.placements:
        assert encryption.uses_cbc(shape), "only bare CBC is never genuine"
        return
    assert len(QUESTIONS) >= 10
    assert len({answer(attack, shape, placement) for attack in QUESTIONS}) == 1
