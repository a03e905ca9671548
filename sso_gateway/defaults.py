"""The gateway's own settings: what each must be, and what it is where a project does not say.

An existing project names ``SSO_BASE_URL`` and ``SSO_CERTS_DIR``; for these two nothing is guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, TypedDict

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sso_gateway.environment import SIZE, Environment, is_https


class Bounds(TypedDict):
    """A whole number's default, and how small and how large it may be."""

    default: int
    least: int
    most: int


CLOCK_SKEW: Final[Bounds] = {"default": 180, "least": 0, "most": 300}
"""Seconds."""
MAX_MESSAGE_BYTES: Final[Bounds] = {"default": 262144, "least": 16384, "most": 1048576}
APP_NAME: Final = "Backoffice"
LOGO_SIZE: Final = "64x64"
"""Pixels."""
METADATA_DIR: Final = "saml_metadata"
_HTTPS: Final = "an https address, or empty"
_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Setting:
    """``must`` completes the sentence "It must be ...". Without a default it is required."""

    name: str
    fits: Callable[[Any], bool]
    must: str
    default: Any = _NOTHING

    @property
    def required(self) -> bool:
        """Whether every project has to name it."""
        return self.default is _NOTHING


def _is_origin(value: Any) -> bool:
    try:
        return bool(Environment({"SSO_BASE_URL": value}).origin("SSO_BASE_URL", "") == value)
    except (AttributeError, ImproperlyConfigured):
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_https(value: Any) -> bool:
    return value == "" or (_is_text(value) and is_https(value))


def _is_size(value: Any) -> bool:
    return _is_text(value) and SIZE.fullmatch(value) is not None


def _is_path(value: Any) -> bool:
    return isinstance(value, Path)


def _is_networks(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(
        isinstance(each, IPv4Network | IPv6Network) for each in value
    )


def _number(name: str, bounds: Bounds, unit: str) -> Setting:
    allowed = range(bounds["least"], bounds["most"] + 1)
    must = f"a whole number of {unit} from {bounds['least']} to {bounds['most']}"
    return Setting(
        name, lambda value: type(value) is int and value in allowed, must, bounds["default"]
    )


SETTINGS: Final = (
    Setting("SSO_APP_NAME", _is_text, "text", APP_NAME),
    Setting(
        "SSO_BASE_URL",
        _is_origin,
        "scheme, host and perhaps port, as in https://office.example.com",
    ),
    Setting("SSO_CERTS_DIR", _is_path, "a pathlib.Path"),
    _number("SSO_CLOCK_SKEW", CLOCK_SKEW, "seconds"),
    Setting("SSO_DEMO", lambda value: isinstance(value, bool), "True or False", False),
    Setting("SSO_INFORMATION_URL", _is_https, _HTTPS, ""),
    Setting("SSO_LOGO_SIZE", _is_size, f"width and height, as in {LOGO_SIZE}", LOGO_SIZE),
    Setting("SSO_LOGO_URL", _is_https, _HTTPS, ""),
    _number("SSO_MAX_MESSAGE_BYTES", MAX_MESSAGE_BYTES, "bytes"),
    Setting("SSO_METADATA_DIR", _is_path, "a pathlib.Path", Path(METADATA_DIR)),
    Setting("SSO_PRIVACY_URL", _is_https, _HTTPS, ""),
    Setting("SSO_SUPPORT_CONTACT", _is_text, "text", ""),
    Setting("SSO_TRUSTED_PROXIES", _is_networks, "a tuple of ipaddress.ip_network(...) values", ()),
)


def fill() -> None:
    """Gives every setting that the project does not name its default, once, at the start.

    A required one stays absent: a check asks for it, and where nobody ran the checks, whatever
    needs it fails.
    """
    for setting in SETTINGS:
        if not setting.required and not hasattr(settings, setting.name):
            setattr(settings, setting.name, setting.default)
