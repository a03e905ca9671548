"""What is declared of an entity in its extensions: entity attributes.

SAML V2.0 Metadata Extension for Entity Attributes (mdattr). They are read for people; whom we
believe does not follow from them.
"""

from collections.abc import Callable, Iterator
from typing import Final

from sso_gateway.saml import xml
from sso_gateway.saml.names import MD, MDATTR, SAML

MAX_VALUES: Final = 200
"""Of all the attributes of an entity; more are left out."""

_ATTRIBUTE: Final = f"{{{MD}}}Extensions/{{{MDATTR}}}EntityAttributes/{{{SAML}}}Attribute"
_VALUE: Final = f"{{{SAML}}}AttributeValue"

Warn = Callable[[str], None]


def entity_attributes(entity: xml.Element, warn: Warn) -> dict[str, tuple[str, ...]]:
    """Name to values (mdattr 2.1). Attributes inside of assertions are another's word: not read."""
    found: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(_values(entity)):
        if number >= MAX_VALUES:
            warn(f"it has more than {MAX_VALUES} values of entity attributes")
            break
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _values(entity: xml.Element) -> Iterator[tuple[str, str]]:
    for attribute in entity.iterfind(_ATTRIBUTE):
        name = attribute.get("Name", "")
        for element in attribute.iterfind(_VALUE):
            value = "" if len(element) else (element.text or "").strip()
            if _plain(name) and _plain(value):
                yield name, value


def _plain(text: str) -> bool:
    return 0 < len(text) <= 1024 and text.isprintable()
