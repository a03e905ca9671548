"""Personal data in the log: recognisable to those who know it, unreadable to those who do not."""

import hashlib
import hmac
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.utils.encoding import force_bytes

# The purposes are part of every stored hash: renaming one makes old events unfindable.
EMAIL = "sso_gateway.audit.email"
SUBJECT = "sso_gateway.audit.subject"
ASSERTION = "sso_gateway.audit.assertion"

_HIDDEN = "•••"
_SUBJECT_SHOWN_FROM = 8


def mask_email(email: str) -> str:
    """``m•••@acme.example`` for ``maria@acme.example``; the domain is the partner's."""
    local, at, domain = email.rpartition("@")
    if not at:
        return mask_subject(email)
    shown = local[:1] if len(local) > 1 else ""
    return f"{shown}{_HIDDEN}@{domain}"


def mask_subject(value: str) -> str:
    """The first two characters of a longer name, none of a short one; an address as such."""
    if "@" in value:
        return mask_email(value)
    if not value:
        return ""
    return (value[:2] if len(value) >= _SUBJECT_SHOWN_FROM else "") + _HIDDEN


def keyed_hash(value: str, purpose: str) -> str:
    """HMAC-SHA-256 of ``value`` in hexadecimal, "" for "". Equal to Django's ``salted_hmac``.

    Finds equal values without holding them; without SECRET_KEY nobody can try addresses against it.
    """
    return _hmac(value, purpose, settings.SECRET_KEY) if value else ""


def keyed_hashes(value: str, purpose: str) -> list[str]:
    """``keyed_hash`` under SECRET_KEY and each of SECRET_KEY_FALLBACKS: what a search looks for."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_hmac(value, purpose, secret) for secret in secrets] if value else []


def _hmac(value: str, purpose: str, secret: str | bytes) -> str:
    return hmac.digest(_key(purpose, secret), value.encode(), "sha256").hex()


@lru_cache(maxsize=32)
def _key(purpose: str, secret: str | bytes) -> bytes:
    """The key that ``salted_hmac`` derives anew for every value."""
    return hashlib.sha256(purpose.encode() + force_bytes(secret)).digest()


def same_email(email: str) -> str:
    """The form in which two spellings of one address are equal."""
    return email.strip().lower()


def same_address(text: str) -> str:
    """The one spelling of an IP address, "" for what is none.

    ``::ffff:192.0.2.1`` is ``192.0.2.1``, and a zone (``%eth0``) means nothing here.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address))
    return str(address)
