"""Our own keys, read from SSO_CERTS_DIR once per process and again when a file changes.

``signing`` signs what we send, ``encryption`` decrypts what partners send; each is a pair of PEM
files ``NAME.key`` (0600) and ``NAME.crt``. ``NAME-next`` is published beside the current pair;
``NAME-previous`` still decrypts. ``partners/SLUG/encryption.key`` is a key that one partner knew
from the service provider we replaced.
"""

import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xmlenc
from sso_gateway.saml.model import DecryptionKey
from sso_gateway.saml.xmldsig import SigningKey


class Purpose(StrEnum):
    """What a pair is for. One key never serves both (OWASP)."""

    SIGNING = "signing"
    ENCRYPTION = "encryption"


class Stage(StrEnum):
    """Where a pair stands in a rotation; the value is the end of its file name."""

    CURRENT = ""
    NEXT = "-next"
    PREVIOUS = "-previous"


Stamp = tuple[int, int, int]
"""What changes when a file is replaced: inode, size, nanoseconds of its last change."""

MAX_REMEMBERED: Final = 4096
"""Partners whose decryption keys one process keeps; the keys themselves are shared."""
DECRYPTION_ORDER: Final = (Stage.CURRENT, Stage.NEXT, Stage.PREVIOUS)


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of one key."""

    directory: Path
    name: str

    @property
    def private(self) -> Path:
        return self.directory / f"{self.name}.key"

    @property
    def certificate(self) -> Path:
        return self.directory / f"{self.name}.crt"

    @property
    def exists(self) -> bool:
        return self.private.exists()

    def stamp(self) -> tuple[Stamp | None, Stamp | None]:
        """Differs whenever either file was replaced or rewritten."""
        return _stamp(str(self.private)), _stamp(str(self.certificate))


def pair(purpose: Purpose, stage: Stage = Stage.CURRENT) -> Pair:
    """The gateway's own pair of files."""
    return Pair(settings.SSO_CERTS_DIR, f"{purpose}{stage}")


def partner_pair(slug: str) -> Pair:
    """The decryption key that only this partner knows; usually absent."""
    return Pair(settings.SSO_CERTS_DIR / "partners" / slug, Purpose.ENCRYPTION.value)


def signing() -> SigningKey:
    """The key that signs our messages and metadata. ``Refusal(INTERNAL)`` where there is none."""
    return _signing(pair(Purpose.SIGNING))


def decryption(slug: str) -> tuple[DecryptionKey, ...]:
    """Every key that may open this partner's messages, the likeliest first (IIP-SP08, SDP-SP38).

    Empty where we have none: then an encrypted assertion is refused, a plain one is not.
    """
    known = _decryption_keys.get((settings.SSO_CERTS_DIR, slug))
    if known and known.stamp == tuple(map(_stamp, known.files)):
        return known.keys
    pairs = [pair(Purpose.ENCRYPTION, stage) for stage in DECRYPTION_ORDER]
    return _decryption(slug, (*pairs, partner_pair(slug)))


def published(purpose: Purpose, slug: str) -> tuple[bytes, ...]:
    """The DER certificates our metadata shows this partner: current, next, and its own old one."""
    pairs = [pair(purpose), pair(purpose, Stage.NEXT)]
    if purpose is Purpose.ENCRYPTION:
        pairs.append(partner_pair(slug))
    return tuple(certificate_der(each) for each in pairs if each.certificate.exists())


def published_stamp(slug: str) -> tuple[object, ...]:
    """Changes when anything that ``published`` or ``signing`` reads has changed."""
    return tuple(each.stamp() for each in _all_pairs(slug))


def certificate_der(files: Pair) -> bytes:
    """The certificate of a pair, as DER."""
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    return certificate.public_bytes(Encoding.DER)


def is_exposed(path: Path) -> bool:
    """Whether people other than the owner and its group may read a private key."""
    return bool(path.stat().st_mode & stat.S_IROTH)


def is_shared(path: Path) -> bool:
    """Whether the group may read a private key: common for containers, still worth a warning."""
    return bool(path.stat().st_mode & stat.S_IRGRP)


def _all_pairs(slug: str) -> Iterator[Pair]:
    for purpose in Purpose:
        yield pair(purpose)
        yield pair(purpose, Stage.NEXT)
    yield partner_pair(slug)


def _stamp(path: str) -> Stamp | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class _Known:
    """Parsed decryption keys, and what their files looked like."""

    files: tuple[str, ...]
    """Private keys only: a certificate is a label, and every login asks about each file."""
    stamp: tuple[Stamp | None, ...]
    keys: tuple[DecryptionKey, ...]


_lock: Final = threading.Lock()
_signing_keys: dict[Pair, tuple[object, SigningKey]] = {}
_parsed: dict[Pair, tuple[object, DecryptionKey]] = {}
_decryption_keys: dict[tuple[Path, str], _Known] = {}


def _signing(files: Pair) -> SigningKey:
    stamp = files.stamp()
    remembered = _signing_keys.get(files)
    if remembered and remembered[0] == stamp:
        return remembered[1]
    try:
        key = SigningKey.from_pem(read_private(files.private), _read(files.certificate))
    except ValueError as error:
        if (
            remembered
        ):  # a rotation replaces two files: between them, the pair in memory still holds
            return remembered[1]
        raise _unusable(files.private, str(error)) from error
    with _lock:
        _signing_keys[files] = (stamp, key)
    return key


def _decryption(slug: str, pairs: tuple[Pair, ...]) -> tuple[DecryptionKey, ...]:
    files = tuple(str(each.private) for each in pairs)
    stamp = tuple(map(_stamp, files))
    parsed = tuple(_decryption_key(each) for each in pairs if each.exists)
    unique = tuple({key.sha256: key for key in parsed}.values())
    with _lock:
        while len(_decryption_keys) >= MAX_REMEMBERED:
            del _decryption_keys[next(iter(_decryption_keys))]
        _decryption_keys[settings.SSO_CERTS_DIR, slug] = _Known(files, stamp, unique)
    return unique


def _decryption_key(files: Pair) -> DecryptionKey:
    stamp = files.stamp()
    parsed = _parsed.get(files)
    if parsed and parsed[0] == stamp:
        return parsed[1]
    certificate = files.certificate.read_bytes() if files.certificate.exists() else None
    try:
        key = xmlenc.decryption_key(read_private(files.private), certificate)
    except ValueError as error:
        raise _unusable(files.private, str(error)) from error
    with _lock:
        while len(_parsed) >= MAX_REMEMBERED:
            del _parsed[next(iter(_parsed))]
        _parsed[files] = (stamp, key)
    return key


def read_private(path: Path) -> bytes:
    """A private key as PEM; ``Refusal(INTERNAL)`` where it is missing or everybody can read it."""
    try:
        exposed = is_exposed(path)
    except FileNotFoundError as error:
        raise _unusable(path, "there is no such file; run: manage.py keys ensure") from error
    if exposed:
        raise _unusable(path, "everybody on this machine can read it; run: chmod 600")
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from error


def _unusable(path: Path, why: str) -> Refusal:
    return Refusal(Reason.INTERNAL, f"our key {path.name} cannot be used: {why}")
