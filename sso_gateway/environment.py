"""Reads settings from the environment, and from ``.env`` where the environment is silent."""

import difflib
import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_VISIBLE = re.compile(r"[!-~]{1,2000}")
SIZE = re.compile(r"[1-9][0-9]{0,3}x[1-9][0-9]{0,3}")
"""Width and height."""


class Environment:
    """Values by name. Each method refuses with ``ImproperlyConfigured`` what it cannot read.

    It remembers every name it was asked for: ``refuse_unknown`` knows the settings from that.
    """

    def __init__(self, variables: Mapping[str, str], env_file: Path | None = None) -> None:
        self._variables = {**(read_env_file(env_file) if env_file else {}), **variables}
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding space; the default where it is absent or empty."""
        self._known.add(name)
        return self._variables.get(name, "").strip() or default

    def secret(self, name: str, default: str = "") -> str:
        """The value of NAME, or the contents of the file that NAME_FILE names; never both."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if value and path:
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        if not path:
            return value or default
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE cannot be read: {error.strerror}: {path}"
            ) from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE is empty: {path}")
        return value

    def flag(self, name: str) -> bool:
        """On for 1, true, yes or on; off for 0, false, no, off or nothing."""
        value = self.text(name).lower()
        if value not in _YES | _NO:
            raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
        return value in _YES

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within its bounds, both included."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise ImproperlyConfigured(
                f"{name} must be a whole number from {least} to {most}, not {value!r}."
            )
        return int(value)

    def choice(self, name: str, *choices: str) -> str:
        """One of the words; the first is the default."""
        value = self.text(name, choices[0])
        if value not in choices:
            raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")
        return value

    def path(self, name: str, default: Path) -> Path:
        """An absolute path; a relative one is taken from the working directory."""
        return Path(self.text(name, str(default))).expanduser().absolute()

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Addresses and networks (10.0.0.0/8), separated by commas or spaces."""
        words = self.text(name).replace(",", " ").split()
        try:
            return tuple(ip_network(word) for word in words)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from error

    def origin(self, name: str, default: str) -> str:
        """Scheme, host and port as a browser spells them, and nothing else."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}: {value!r}.") from error
        standard = {"http": 80, "https": 443}.get(parts.scheme)
        netloc = f"[{host}]" if host and ":" in host else host or ""
        spelled = f"{parts.scheme}://{netloc}{f':{port}' if port not in (None, standard) else ''}"
        if standard is None or not host or spelled != value or not value.isascii():
            raise ImproperlyConfigured(
                f"{name} must be scheme, host and perhaps port in lower case, as in "
                f"https://sso.example.com, without path, user or standard port; not {value!r}."
            )
        return value

    def https(self, name: str) -> str:
        """An https address that others may be pointed to, or nothing."""
        value = self.text(name)
        if value and not is_https(value):
            raise ImproperlyConfigured(f"{name} must be an https address, not {value!r}.")
        return value

    def size(self, name: str, default: str) -> str:
        """Width and height in pixels, as in 120x60."""
        value = self.text(name, default)
        if not SIZE.fullmatch(value):
            raise ImproperlyConfigured(f"{name} must be as in {default}, not {value!r}.")
        return value

    def refuse_unknown(self, prefix: str) -> None:
        """A misspelt name would silently leave its default in force, so it stops the process."""
        for name in sorted(self._variables):
            if name.startswith(prefix) and name not in self._known:
                near = difflib.get_close_matches(name, self._known, n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ImproperlyConfigured(f"There is no setting {name}.{hint}")


def is_https(address: str) -> bool:
    """Whether this is an https address of visible ASCII with a host and without a user."""
    try:
        parts = urlsplit(address) if _VISIBLE.fullmatch(address) else urlsplit("")
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines, quotes removed; blank lines and lines beginning with # are skipped.

    An absent file has no values. Anything else that is not NAME=value is refused.
    """
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number}: expected NAME=value.")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def process_environment(base: Path) -> Environment:
    """What this process was given; ENV_FILE names another file than ``.env``."""
    env_file = os.environ.get("ENV_FILE") or base / ".env"
    return Environment(os.environ, Path(env_file))
