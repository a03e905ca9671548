"""Where the browser goes next. Nothing else decides that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

from sso_gateway.partners.trust import Trust

NOTICE: Final = "relay_refused"
"""The value of ``notice`` that our own start page explains."""

LIMIT: Final = 2048
"""Characters. bind 3.4.3 says 80 bytes, which most identity providers ignore."""

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Landing:
    """Where to go, and whether something else was asked for and refused."""

    target: str
    refused: bool = False


def choose(received: str, trust: Trust, base_url: str) -> Landing:
    """The landing for a RelayState or ``next`` as received.

    It is followed where it is a path on this site, or a URL below one of the partner's allowed
    prefixes; empty counts as absent. Whatever else it is never fails the login: the partner's
    landing is used instead, and ``refused`` says so.
    """
    if not received:
        return Landing(trust.landing or "/")
    if allowed(received, trust.policy.relay_state_allowed, base_url):
        return Landing(received)
    return Landing(trust.landing or f"/?notice={NOTICE}", refused=True)


def allowed(target: str, prefixes: Iterable[str], base_url: str) -> bool:
    """Whether a browser that follows ``target`` stays where this partner may send it."""
    if is_local(target):
        return True
    return _is_clean(target) and any(_is_below(target, p) for p in (base_url, *prefixes))


def is_local(target: str) -> bool:
    """Whether ``target`` is an absolute path on this site, and cannot be read as anything else.

    The path is decoded once, because some proxies and frameworks do so before they redirect.
    """
    if not target.startswith("/") or not _is_clean(target):
        return False
    decoded = unquote(target.partition("?")[0].partition("#")[0])
    return (
        not target.startswith("//")
        and not decoded.startswith("//")
        and _is_clean(decoded.replace(" ", ""))
        and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    )


def _is_clean(target: str) -> bool:
    """No backslash, space, control, format or line-separating character; of tolerable length."""
    return (
        len(target) <= LIMIT
        and "\\" not in target
        and all(character.isprintable() and not character.isspace() for character in target)
    )


def _is_below(target: str, prefix: str) -> bool:
    """Same scheme, host and port, and the prefix's path segments in front."""
    try:
        wanted, base = urlsplit(target), urlsplit(prefix)
        same_place = _place(wanted) == _place(base)
    except ValueError:
        return False
    # Lower-casing makes a k of U+212A; whatever else a look-alike becomes is not ours to guess.
    plain = wanted.netloc.isascii() and "@" not in wanted.netloc
    if not same_place or wanted.scheme not in _PORTS or not plain:
        return False
    path, root = unquote(wanted.path), unquote(base.path).rstrip("/")
    if "\\" in path or any(segment in {".", ".."} for segment in path.split("/")):
        return False
    return path == root or path.startswith(f"{root}/")


def _place(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme)
