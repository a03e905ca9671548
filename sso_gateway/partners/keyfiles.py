"""Making, staging, switching and retiring our key files. Every step leaves a usable pair."""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.partners.keys import Pair, Purpose, Stage, pair, partner_pair
from sso_gateway.partners.problems import Declined, Problem

RSA_BITS: Final = 3072
"""SDP-MD06 recommends 3072."""
LIFETIME: Final = timedelta(days=3652)
"""Partners pin the key, not the date (IIP-MD12): a short life would only break logins."""
_CERTIFICATE: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL
)


def ensure() -> tuple[str, ...]:
    """Makes the pairs that are missing, never touches one that exists; the names of those made."""
    if not _missing():
        return ()
    with _alone():
        made = _missing()
        for purpose in made:
            generate(pair(purpose), purpose)
    return tuple(purpose.value for purpose in made)


def _missing() -> list[Purpose]:
    return [purpose for purpose in Purpose if not pair(purpose).exists]


@contextmanager
def _alone() -> Iterator[None]:
    """Two processes that start together must not mix the halves of two pairs."""
    settings.SSO_CERTS_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.SSO_CERTS_DIR / ".lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stage_next(purpose: Purpose) -> None:
    """Makes the next pair: our metadata publishes both from now on, the current one still works."""
    upcoming = pair(purpose, Stage.NEXT)
    with _alone():
        if upcoming.exists:
            raise Declined(
                Problem(
                    "key_already_staged",
                    _("The next %s key is already published.") % purpose.value,
                    fix=_("When partners have read our metadata again, switch to it."),
                )
            )
        generate(upcoming, purpose)


def switch(purpose: Purpose) -> None:
    """The next pair becomes the current one, the current one the previous."""
    current, upcoming, previous = (pair(purpose, stage) for stage in Stage)
    if not upcoming.exists:
        raise Declined(
            Problem(
                "key_not_staged",
                _("There is no next %s key to switch to.") % purpose.value,
                fix=_("Make and publish one first: manage.py keys rotate %s") % purpose.value,
            )
        )
    with _alone():
        for old, kept in _files(current, previous):
            _write(kept, old.read_bytes(), mode=0o600 if kept.suffix == ".key" else 0o644)
        for new, place in _files(upcoming, current):
            os.replace(new, place)


def retire(purpose: Purpose) -> None:
    """Deletes the previous pair: from now on it opens nothing."""
    previous = pair(purpose, Stage.PREVIOUS)
    if not previous.exists:
        raise Declined(
            Problem("key_not_previous", _("There is no previous %s key.") % purpose.value)
        )
    previous.private.unlink()
    previous.certificate.unlink(missing_ok=True)


def adopt(slug: str, pem: bytes) -> None:
    """Keeps the decryption key of the service provider we replace, for one partner.

    ``pem`` holds an unencrypted RSA key and, where known, its certificate (then we publish it too).
    """
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise _not_a_key() from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _not_a_key()
    files = partner_pair(slug)
    files.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(files.private, _pem(key), mode=0o600)
    certificate = _CERTIFICATE.search(pem)
    if certificate and _belongs(certificate[0], key):
        _write(files.certificate, certificate[0], mode=0o644)


def abandon(slug: str) -> None:
    """Removes what ``adopt`` wrote."""
    files = partner_pair(slug)
    files.private.unlink(missing_ok=True)
    files.certificate.unlink(missing_ok=True)


def _belongs(certificate: bytes, key: rsa.RSAPrivateKey) -> bool:
    return x509.load_pem_x509_certificate(certificate).public_key() == key.public_key()


def _not_a_key() -> Declined:
    return Declined(
        Problem(
            "our_key_invalid",
            _("The file does not hold a decryption key that we can use."),
            expected=_("an RSA private key in PEM form, without a passphrase"),
            fix=_("Export the key of the old service provider again."),
        )
    )


def _files(source: Pair, target: Pair) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
    return (source.private, target.private), (source.certificate, target.certificate)


def generate(files: Pair, label: str) -> None:
    """Makes a pair. The certificate, which carries the label, comes first: a pair exists once its
    private key does.
    """
    files.directory.mkdir(parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    certificate = _self_signed(key, label).public_bytes(Encoding.PEM)
    _write(files.certificate, certificate, mode=0o644)
    _write(files.private, _pem(key), mode=0o600)


def _self_signed(key: rsa.RSAPrivateKey, label: str) -> x509.Certificate:
    host = urlsplit(settings.SSO_BASE_URL).hostname or "sso-gateway"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{host[:50]} {label}")])
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .sign(key, hashes.SHA256())
    )


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    os.replace(name, path)
