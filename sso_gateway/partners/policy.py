"""What we agreed with a partner, parsed from its stored JSON. No key of it weakens a check."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, Final, Literal, get_args, get_origin

from django.utils.translation import gettext as _

from sso_gateway.partners import identifiers
from sso_gateway.partners.problems import Declined, Problem
from sso_gateway.saml.algorithms import DIGESTS, VERIFIERS, WRITTEN
from sso_gateway.saml.model import Demands, SignedPart
from sso_gateway.saml.xmlenc import ALGORITHMS as ENCRYPTION

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a partner may have differently. Durations are seconds unless it says days."""

    unsolicited: Literal["accept", "restart", "refuse"] = "accept"
    provision: Literal["match", "create"] = "match"
    allow_staff: bool = False
    signed: Literal["any", "assertion", "response", "both"] = "any"
    require_encryption: bool = False
    require_destination: bool = False
    refuse_expired_certificate: bool = False
    denied_algorithms: tuple[str, ...] = ()
    accepted_authn_contexts: tuple[str, ...] = ()
    max_authn_age: int = 0
    """0: no limit."""
    session_max: int = 28800
    session_idle: int = 3600
    email_attribute: str = ""
    """Empty: automatic. ``NameID``, or the Name of an attribute."""
    groups_attribute: str = ""
    subject_id: Literal["none", "any", "subject-id", "pairwise-id"] = "none"
    """The subject identifier that we ask for in our metadata, and refuse to be without."""
    relay_state_allowed: tuple[str, ...] = ()
    """Prefixes of absolute URLs; each has a path, so that no longer host name can match."""
    discovery_url: str = ""
    """A discovery service (https) to ask where the partner has several IdPs; empty: a page."""
    request_binding: Literal["redirect", "post"] = "redirect"
    sign_requests: bool = True
    force_authn: bool = False
    is_passive: bool = False
    name_id_policy: Literal["none", "allow_create"] = "none"
    requested_authn_contexts: tuple[str, ...] = ()
    remembered_requests_ttl: int = 600
    refusals_per_address: int = 60
    """In five minutes; then that address has to wait."""
    questions_per_address: int = 1200
    metadata_signer: str = ""
    """Whose signature the partner's metadata must carry; empty: a person approves it."""
    metadata_max_validity: int = 0
    """Days. Metadata must end, and not later than that from now; 0: it need not."""

    def demands(self) -> Demands:
        """What the core has to ask beyond the specification."""
        return Demands(
            signed=SignedPart(self.signed),
            encrypted=self.require_encryption,
            destination=self.require_destination,
            authn_contexts=self.accepted_authn_contexts,
            max_authn_age=timedelta(seconds=self.max_authn_age) if self.max_authn_age else None,
            refuse_expired_certificate=self.refuse_expired_certificate,
            denied_algorithms=frozenset(self.denied_algorithms),
        )

    def stored(self) -> dict[str, Any]:
        """Only what differs from the defaults, as JSON keeps it."""
        standard = asdict(Policy())
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value != standard[key]
        }


TYPES: Final[dict[str, Any]] = {field.name: field.type for field in fields(Policy)}
_DAY: Final = 86_400
RANGES: Final = {
    "max_authn_age": (0, 30 * _DAY),
    "session_max": (60, 30 * _DAY),
    "session_idle": (60, 30 * _DAY),
    "remembered_requests_ttl": (60, 3600),
    "refusals_per_address": (10, 300),
    "questions_per_address": (60, 6000),
    "metadata_max_validity": (0, 730),
}


def from_stored(stored: Mapping[str, object]) -> Policy:
    """The policy, or ``Declined`` for an unknown key or a value outside its range."""
    return Policy(**{key: _checked(key, value) for key, value in stored.items()})


def from_text(changes: Mapping[str, str]) -> dict[str, Value]:
    """Values as typed on a command line: ``true``/``false``, numbers, lists parted by commas."""
    return {key: _checked(key, _typed(key, text)) for key, text in changes.items()}


def _typed(key: str, text: str) -> object:
    kind = _kind(key)
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind is int:
        return int(text) if text.isdecimal() and text.isascii() else text
    if kind is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _kind(key: str) -> object:
    """``bool``, ``int``, ``str``, ``tuple`` or ``Literal``; ``Declined`` for an unknown key."""
    if key not in TYPES:
        raise Declined(_unknown(key))
    return get_origin(TYPES[key]) or TYPES[key]


def _checked(key: str, value: object) -> Any:
    kind = _kind(key)
    if kind is Literal:
        choices = get_args(TYPES[key])
        return _accept(key, value, value in choices, " | ".join(choices))
    if kind is bool:
        return _accept(key, value, isinstance(value, bool), "true | false")
    if kind is int:
        low, high = RANGES[key]
        fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return _accept(key, value, fits, _("a number from %d to %d") % (low, high))
    if kind is tuple:
        return _checked_list(key, value)
    if key == "discovery_url":
        return _accept(key, value, value == "" or _is_service(value), "https://host/path")
    if key == "metadata_signer":
        named = isinstance(value, str) and (not value or identifiers.SIGNER.match(value))
        return _accept(key, value, bool(named), _("the name of a file, without .crt"))
    short = isinstance(value, str) and len(value) <= 256 and value.isprintable()
    return _accept(key, value, short, _("a name of at most 256 characters"))


def _checked_list(key: str, value: object) -> tuple[str, ...]:
    is_list = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    items = tuple(value) if is_list and isinstance(value, list | tuple) else ()
    right = _LISTED[key]
    expected = "https://host/path" if right is _is_prefix else _("URIs")
    _accept(key, value, is_list and all(right(item) for item in items), expected)
    if key == "denied_algorithms":
        left = [set(WRITTEN) - set(items), set(DIGESTS) - set(items)]
        _accept(key, value, all(left), _("not everything that we can sign with"))
    return items


def _is_prefix(text: str) -> bool:
    try:
        identifiers.web_address(text)
    except Declined:
        return False
    return "/" in text.partition("://")[2]


def _is_ours(text: str) -> bool:
    """An algorithm that would be taken: what denies nothing would only look safe."""
    return text in VERIFIERS or text in DIGESTS or text in ENCRYPTION


def _is_service(value: object) -> bool:
    """An https address to which a query can be added."""
    text = value if isinstance(value, str) else ""
    return text.startswith("https://") and _is_prefix(text) and "#" not in text


def _is_uri(text: str) -> bool:
    scheme, colon, rest = text.partition(":")
    return bool(scheme and colon and rest) and text.isascii() and not set(text) & set(' \t\r\n<>"')


_LISTED: Final[dict[str, Callable[[str], bool]]] = {
    "denied_algorithms": _is_ours,
    "accepted_authn_contexts": _is_uri,
    "requested_authn_contexts": _is_uri,
    "relay_state_allowed": _is_prefix,
}


def _accept(key: str, value: object, fits: bool, expected: str) -> object:
    if fits:
        return value
    raise Declined(
        Problem(
            "policy_value",
            _("The policy “%s” cannot have this value.") % key,
            expected=expected,
            received=str(value)[:80],
            fix=_("Correct the value."),
        )
    )


def _unknown(key: str) -> Problem:
    near = get_close_matches(key, TYPES, n=1)
    return Problem(
        "policy_unknown",
        _("There is no policy “%s”.") % key[:80],
        expected=", ".join(TYPES),
        fix=_("Did you mean “%s”?") % near[0] if near else _("Correct the name."),
    )
