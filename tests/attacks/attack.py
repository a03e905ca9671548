"""What an attack is: a change of a genuine message, and the exact reason it must be refused for."""

from collections.abc import Callable
from dataclasses import dataclass

from sso_gateway.refusal import Reason
from sso_gateway.saml.model import SignedPart
from tests.shapes.shape import Shape

ASSERTION, RESPONSE, BOTH = SignedPart.ASSERTION, SignedPart.RESPONSE, SignedPart.BOTH
PLACEMENTS = (ASSERTION, RESPONSE, BOTH)

Transform = Callable[[bytes], bytes]
Naive = Callable[[bytes], bool]
"""A verifier that trusts where it should not: whether it takes this message for genuine."""


class DoesNotApply(Exception):  # noqa: N818 - said, not suffered
    """This message has nothing that the attack could be made of; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Why it is refused, by the part of the genuine message that is signed; None does not apply."""

    assertion: Reason | None = None
    response: Reason | None = None
    both: Reason | None = None

    def of(self, placement: SignedPart) -> Reason | None:
        """The reason for this placement of the signature."""
        return {ASSERTION: self.assertion, RESPONSE: self.response, BOTH: self.both}[placement]


def every(reason: Reason) -> Verdicts:
    """The same reason wherever the signature stands."""
    return Verdicts(reason, reason, reason)


NOWHERE = Verdicts()


def any_shape(shape: Shape) -> bool:
    """Applies to all of them."""
    return True


def outermost(reason: Reason) -> tuple[Verdicts, Verdicts]:
    """For what is done to the outermost signature: in the clear, and around ciphertext."""
    return every(reason), Verdicts(response=reason, both=reason)


@dataclass(frozen=True, slots=True, repr=False)
class Attack:
    """One transformation with its verdicts."""

    name: str
    classes: tuple[int, ...]
    """Numbers of ``catalogue.CLASSES``."""
    transform: Transform
    plain: Verdicts
    """For genuine messages in the clear."""
    encrypted: Verdicts = NOWHERE
    """For those whose assertion is encrypted."""
    fools: Naive | None = None
    """Whom it deceives; proved for every message it is applied to, at ``fools_at``."""
    fools_at: tuple[SignedPart, ...] = PLACEMENTS
    only: Callable[[Shape], bool] = any_shape
    """Where it applies to some shapes only."""
    at_acs: Reason | None = None
    """The gateway knows more than the core, and may name another reason."""

    def __repr__(self) -> str:
        return self.name

    def applies(self, shape: Shape, placement: SignedPart) -> bool:
        """Whether there is a verdict on this message, changed like this."""
        return self._verdicts(shape).of(placement) is not None and self.only(shape)

    def reason(self, shape: Shape, placement: SignedPart) -> Reason:
        """Why this message is refused, changed like this."""
        found = self._verdicts(shape).of(placement)
        assert found is not None
        return found

    def _verdicts(self, shape: Shape) -> Verdicts:
        return self.encrypted if shape.is_encrypted else self.plain

    def deceives(self, placement: SignedPart) -> bool:
        """Whether ``fools`` is claimed here."""
        return self.fools is not None and placement in self.fools_at
