"""The demo's keys, in SSO_CERTS_DIR/demo/: made on the first run, ignored by git."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from django.conf import settings

from sso_gateway.partners import keyfiles
from sso_gateway.partners.keys import Pair, certificate_der, read_private
from sso_gateway.saml.xmldsig import SigningKey


class Owner(StrEnum):
    """Whose pair it is; the value is its file name."""

    IDENTITY_PROVIDER = "idp-signing"
    STRANGER = "stranger-signing"
    """Signs as well as Acme does, but nobody exchanged this key."""
    OLD_GATEWAY = "old-encryption"
    """What Acme would still encrypt for, had it read our metadata long ago."""


FOLDER: Final = "demo"


def pair(owner: Owner) -> Pair:
    """The owner's pair of files."""
    return Pair(settings.SSO_CERTS_DIR / FOLDER, owner.value)


def ensure() -> tuple[str, ...]:
    """Makes the pairs that are missing; the names of those made."""
    made = tuple(owner for owner in Owner if not pair(owner).exists)
    for owner in made:
        keyfiles.generate(pair(owner), f"demo {owner}")
    return tuple(owner.value for owner in made)


def signing(owner: Owner = Owner.IDENTITY_PROVIDER) -> SigningKey:
    """The key, parsed once. ``Refusal(INTERNAL)`` before ``ensure``."""
    files = pair(owner)
    return _parsed(files, files.stamp())


def certificate(owner: Owner) -> bytes:
    """The certificate as DER."""
    return certificate_der(pair(owner))


@lru_cache(maxsize=len(Owner))
def _parsed(files: Pair, stamp: object) -> SigningKey:
    return SigningKey.from_pem(read_private(files.private), files.certificate.read_bytes())
