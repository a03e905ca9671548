"""What a rule may look at, and what it says."""

from typing import NamedTuple

from sso_gateway.refusal import Reason
from sso_gateway.saml.model import Expected, IdentityProvider, SignedPart, TrustedKey
from sso_gateway.saml.stated import Envelope, Stated


class Case(NamedTuple):
    """Everything a rule may look at."""

    envelope: Envelope
    stated: Stated
    expected: Expected
    identity_provider: IdentityProvider
    signed: SignedPart
    """What the trusted signatures cover; ANY stands for none (only ``explain`` judges such a
    case).
    """
    verified_by: tuple[TrustedKey, ...]
    encrypted_with: str | None
    opened: tuple[str, ...] = ()
    """What hid the parts of the assertion that came encrypted by themselves."""


Finding = tuple[object, object] | tuple[object, object, Reason]
"""Expected, received, and perhaps a warning."""
