"""A genuine message in the style of some product, or with some feature that the standard allows."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sso_gateway.saml.model import Expected, IdentityProvider, SignedPart
from tests.idp import workshop
from tests.idp.keys import KeyPair, key_pair
from tests.idp.recipe import EMAIL

ACS = "https://sso.example.com/saml/acme/acs/"
SP = "https://sso.example.com/saml/acme/metadata/"
PLACEMENTS = (SignedPart.ASSERTION, SignedPart.RESPONSE, SignedPart.BOTH)
SIGNED_RESPONSE = (SignedPart.RESPONSE, SignedPart.BOTH)


def rsa() -> KeyPair:
    """The key that most of these messages are signed with."""
    return workshop.idp_key()


def elliptic() -> KeyPair:
    """The key of those that are signed with ECDSA."""
    return key_pair("ec-256", "idp")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Shape:
    """A message that must be accepted, whichever part of it is signed."""

    name: str
    says: Mapping[str, Any]
    """Keywords of ``workshop.response``."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    """Keywords of ``workshop.expected``, where the partner's agreement is a special one."""
    placements: tuple[SignedPart, ...] = PLACEMENTS
    names: str | None = EMAIL
    """The address that the gateway must find in it; None where it holds none."""

    def __repr__(self) -> str:
        return self.name

    @property
    def issuer(self) -> str:
        return str(self.says.get("issuer", workshop.IDP))

    @property
    def is_encrypted(self) -> bool:
        return self.says.get("encrypt") is not None

    @property
    def keys(self) -> tuple[KeyPair, ...]:
        """The identity provider's keys on file."""
        found: tuple[KeyPair, ...] = self.expect.get("keys", (rsa(), elliptic()))
        return found

    def message(self, placement: SignedPart) -> bytes:
        """The octets; the same for the same placement, throughout a test run."""
        return _written(self, placement)

    def expected(self) -> Expected:
        """What the gateway expects of it."""
        agreed = {"idp": self.issuer, "keys": self.keys, "acs_url": ACS, "entity_id": SP}
        return workshop.expected(**{**agreed, **self.expect})

    def provider(self) -> IdentityProvider:
        """The identity provider as its metadata would describe it."""
        return IdentityProvider(self.issuer, tuple(key.trusted for key in self.keys))


@functools.cache
def _written(shape: Shape, placement: SignedPart) -> bytes:
    ours = {"recipient": ACS, "destination": ACS, "audience": SP}
    if "audiences" in shape.says:
        del ours["audience"]
    return workshop.response(**{**ours, **shape.says, "sign": placement.value})


def shape(
    name: str,
    /,
    *,
    expect: Mapping[str, Any] | None = None,
    placements: tuple[SignedPart, ...] = PLACEMENTS,
    names: str | None = EMAIL,
    **says: Any,
) -> Shape:
    """The good message, written like this."""
    return Shape(name, says, expect or {}, placements, names)


def each(*edits: Callable[[str], str]) -> Callable[[str], str]:
    """One edit after the other."""

    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit
