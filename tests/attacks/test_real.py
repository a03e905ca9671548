"""The attacks are what they say: each applies where it says, and fools whom it claims to."""

import pytest

from sso_gateway.saml import response
from tests.attacks import genuine
from tests.attacks.anatomy import VICTIM
from tests.attacks.attack import PLACEMENTS, Attack, DoesNotApply
from tests.attacks.collection import ALL, GROUPS
from tests.shapes.shape import Shape

CLAIMS = [
    pytest.param(attack, id=f"{group}: {attack.name}")
    for group, attack in ALL
    if attack.fools is not None
]


@pytest.mark.parametrize("group", GROUPS)
def test_where_an_attack_does_not_apply_it_says_so(group: str) -> None:
    for attack in GROUPS[group]:
        # One of a kind says it for all of its kind.
        spared = {
            (shape.is_encrypted, attack.only(shape), placement): (shape, placement)
            for shape, placement in genuine.MESSAGES
            if not attack.applies(shape, placement)
        }
        for shape, placement in spared.values():
            with pytest.raises(DoesNotApply, match=r"\w+ \w+"):
                attack.transform(shape.message(placement))
                pytest.fail(f"{attack} applies to {shape}, {placement.value} signed")


@pytest.mark.parametrize("attack", CLAIMS)
def test_it_fools_whom_it_claims_to_fool(attack: Attack) -> None:
    assert attack.fools is not None
    claimed = [target for target in genuine.targets(attack) if attack.deceives(target[1])]
    assert claimed
    for shape, placement in claimed:
        assert attack.fools(attack.transform(shape.message(placement))), (shape, placement)


@pytest.mark.parametrize("shape", genuine.SHAPES, ids=lambda shape: shape.name)
def test_what_the_attacks_start_from_is_genuine(shape: Shape) -> None:
    for placement in shape.placements:
        message = shape.message(placement)
        assert response.accept(message, genuine.expected()).signed is placement
        assert VICTIM.encode() not in message


def test_there_are_enough_genuine_messages() -> None:
    assert len(genuine.SHAPES) >= 12
    assert {placement for _, placement in genuine.MESSAGES} == set(PLACEMENTS)


def test_each_attack_has_a_name_of_its_own() -> None:
    names = [(group, attack.name) for group, attack in ALL]
    assert len(names) == len(set(names))
