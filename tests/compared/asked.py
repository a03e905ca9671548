"""What is asked: a message, as a service provider that has agreed on this with its partner."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sso_gateway.saml import response
from sso_gateway.saml.model import Assertion, Expected, SignedPart
from tests.attacks import genuine
from tests.attacks.attack import Attack
from tests.attacks.collection import ALL as ATTACKS
from tests.compared.left_open import left_open
from tests.idp.keys import KeyPair
from tests.idp.workshop import sp_key
from tests.shapes import features, products, products_encrypted, protection
from tests.shapes.shape import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """One genuine message, and what a service provider that receives such messages expects."""

    shape: Shape
    placement: SignedPart
    expected: Expected
    """As the gateway has it: it demands nothing of the message but what it always does."""

    @property
    def message(self) -> bytes:
        """The genuine message."""
        return self.shape.message(self.placement)

    def said(self) -> Assertion:
        """What the genuine message says."""
        return response.accept(self.message, self.expected)

    @property
    def strictest(self) -> Expected:
        """Everything is demanded that the genuine message has."""
        demands = replace(
            self.expected.demands, signed=self.placement, encrypted=self.shape.is_encrypted
        )
        return replace(self.expected, demands=demands)

    @property
    def decryption_keys(self) -> tuple[KeyPair, ...]:
        """Our keys, with their certificates."""
        found: tuple[KeyPair, ...] = self.shape.expect.get("decryption_keys", (sp_key(),))
        return found


FAMILIES: dict[str, tuple[Shape, ...]] = {
    "as products write them": products.ALL,
    "as products write them, encrypted": products_encrypted.ALL,
    "written in another way": features.WRITTEN,
    "names and addresses": features.PEOPLE,
    "values of attributes": features.VALUES,
    "parts that may be there, or absent": features.PARTS,
    "times": features.TIMES,
    "signatures and keys": protection.SIGNED,
    "encryption": protection.ENCRYPTED,
}
"""The genuine shapes by what is special about them."""


@dataclass(frozen=True, slots=True)
class Case:
    """An attack on one of the genuine messages."""

    attack: Attack
    agreement: Agreement

    @property
    def message(self) -> bytes:
        """What is sent."""
        return self.attack.transform(self.agreement.message)

    @property
    def is_our_rule(self) -> bool:
        """Whether nothing but a rule of ours refuses it."""
        shape, placement = self.agreement.shape, self.agreement.placement
        return left_open(self.attack, self.attack.reason(shape, placement))


def attacked() -> list[Agreement]:
    """The messages that attacks begin with; one partner has all their identity providers."""
    return [Agreement(*target, genuine.expected()) for target in genuine.MESSAGES]


def cases(agreements: list[Agreement]) -> Iterator[Case]:
    """Every attack on every one of these that it applies to."""
    for _, attack in ATTACKS:
        for each in agreements:
            if attack.applies(each.shape, each.placement):
                yield Case(attack, each)


def sampled(asked: Iterable[Case]) -> Iterator[Case]:
    """Of those that differ in nothing but the product's way of writing, the first: each attack
    wherever the signature may stand, in the clear and in ciphertext.
    """
    seen = set()
    for case in asked:
        shape, placement = case.agreement.shape, case.agreement.placement
        kind = (case.attack.name, placement, shape.is_encrypted)
        if kind not in seen:
            yield case
        seen.add(kind)


def families() -> dict[str, list[Agreement]]:
    """Every genuine shape, in each way to sign it, each with the agreement that it is made for."""
    return {
        family: [
            Agreement(shape, placement, shape.expected())
            for shape in shapes
            for placement in shape.placements
        ]
        for family, shapes in FAMILIES.items()
    }
