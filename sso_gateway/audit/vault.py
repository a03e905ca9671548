"""Values that only an Analyst may read, encrypted in the event's row.

AES-256-GCM under a key derived from SECRET_KEY (HKDF-SHA-256). The event's id and the column's name
are authenticated with the value, so a ciphertext copied into another row or column does not open.
Keys in SECRET_KEY_FALLBACKS still open what they have closed.
"""

import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

_VERSION = b"\x01"
_NONCE_BYTES = 12


class UnreadableError(Exception):
    """The value was closed under a key we no longer have, or it was tampered with or moved."""


def close(value: str, *, event: UUID, column: str) -> bytes:
    """``value`` encrypted for that column of that event; b"" for ""."""
    if not value:
        return b""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = _cipher(settings.SECRET_KEY)
    return _VERSION + nonce + cipher.encrypt(nonce, value.encode(), _place(event, column))


def read(closed: bytes, *, event: UUID, column: str) -> str:
    """What ``close`` was given. Raises ``UnreadableError``."""
    if not closed:
        return ""
    nonce, ciphertext = closed[1 : 1 + _NONCE_BYTES], closed[1 + _NONCE_BYTES :]
    if closed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
        raise UnreadableError("unknown form")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(secret).decrypt(nonce, ciphertext, _place(event, column)).decode()
        except InvalidTag:
            continue
    raise UnreadableError("no key opens it")


def _place(event: UUID, column: str) -> bytes:
    return event.bytes + column.encode()


@lru_cache(maxsize=8)
def _cipher(secret: str | bytes) -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sso_gateway.audit.vault")
    return AESGCM(derivation.derive(force_bytes(secret)))
