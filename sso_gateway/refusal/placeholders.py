"""Fill ``{placeholders}`` of a text with values that are never interpreted."""

import re
from collections.abc import Callable, Mapping

from sso_gateway.refusal.catalogue.row import gettext_noop

_PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")

NEUTRAL: Mapping[str, str] = {
    "app": gettext_noop("the application"),
    "organisation": gettext_noop("your organisation"),
    "attribute": gettext_noop("e-mail address"),
    "wait": gettext_noop("a few minutes"),
    "until": gettext_noop("further notice"),
}
"""What stands in a person's sentence where nothing better is known."""

UNRECORDED = gettext_noop("not recorded")
"""What stands in a text for staff where nothing was recorded."""


def names(text: str) -> frozenset[str]:
    """The placeholders a text has."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str], *, translate: Callable[[str], str] = str) -> str:
    """The text with its placeholders replaced, in one pass: a value is never read as a text.

    An absent or empty value becomes a neutral word, passed through ``translate``. Nothing raises.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return values.get(name) or translate(NEUTRAL.get(name, UNRECORDED))

    return _PLACEHOLDER.sub(value, text)
