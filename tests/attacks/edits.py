"""Changes of what a message says, and why each is refused when the identity provider says it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sso_gateway.refusal import Reason
from tests.attacks.anatomy import Element, signature
from tests.attacks.attack import Attack, Verdicts, every
from tests.attacks.signing import by_the_forger, by_the_idp, left_unsigned

INVALID, UNKNOWN = Reason.SIGNATURE_INVALID, Reason.KEY_UNKNOWN
_EARLY = frozenset(
    {
        Reason.XML_MALFORMED,
        Reason.ISSUER_UNKNOWN,
        Reason.ISSUER_MISSING,
        Reason.SEVERAL_ASSERTIONS,
        Reason.NO_ASSERTION,
        Reason.SIGNATURE_WRAPPING,
        Reason.IDP_RESPONDER_ERROR,
        Reason.IDP_REQUESTER_ERROR,
        Reason.IDP_DENIED,
        Reason.IDP_AUTHN_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of what is said."""

    name: str
    change: Callable[[Element], None]
    reason: Reason
    """When a trusted key stands behind it."""
    classes: tuple[int, ...]
    envelope: bool = False
    """It is said of the response, which not every signature covers."""
    signed_only: bool = False
    """It is wrong only where the response is signed."""
    late: bool = False
    """Refused after the signature, although the same reason is often given before."""

    @property
    def is_early(self) -> bool:
        """Refused before anybody asks who signed it."""
        return self.reason in _EARLY and not self.late

    def apply(self, root: Element) -> None:
        """The change; refused on an unsigned response where that could do without."""
        if self.signed_only:
            signature(root)
        self.change(root)


def said(edits: Iterable[Edit]) -> Iterable[Attack]:
    """Each change once: it is the identity provider who says it."""
    for edit in edits:
        yield Attack(
            f"{edit.name}: said by the identity provider",
            edit.classes,
            by_the_idp(edit.apply),
            _by_the_idp(edit),
        )


def attacks(edits: Iterable[Edit]) -> Iterable[Attack]:
    """Each change three times: unsigned, signed by a forger, signed by the identity provider."""
    for edit in edits:
        yield from said([edit])
        yield Attack(
            f"{edit.name}: signed by a forger",
            edit.classes,
            by_the_forger(edit.apply),
            _by_the_forger(edit),
        )
        yield Attack(
            f"{edit.name}: changed afterwards",
            (4, *edit.classes),
            left_unsigned(edit.apply),
            _afterwards(edit),
        )


def _by_the_idp(edit: Edit) -> Verdicts:
    return _alone(edit, edit.reason, edit.reason)


def _by_the_forger(edit: Edit) -> Verdicts:
    reason = edit.reason if edit.is_early else UNKNOWN
    return _alone(edit, reason, reason)


def _afterwards(edit: Edit) -> Verdicts:
    """A change of the envelope breaks no signature of the assertion: then its own reason holds."""
    if edit.is_early:
        return every(edit.reason)
    return _alone(edit, edit.reason if edit.envelope else INVALID, INVALID)


def _alone(edit: Edit, alone: Reason, around: Reason) -> Verdicts:
    return Verdicts(None if edit.signed_only else alone, around, around)
