"""Schema validity: a document against the XSDs of SAML, which pysaml2 ships. Nothing is fetched.

libxml2 compiles a schema once a process, and not in two threads at a time: while it reads the files
that a schema imports, it listens to a loader that is global to the process.
"""

import threading
from copy import deepcopy
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from lxml import etree

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import names
from sso_gateway.saml.xml import Element


class Schema(Enum):
    """What a document must be valid against: namespace and file, in the order of import."""

    PROTOCOL = "protocol"
    METADATA = "metadata"


_COMMON: Final = (
    (names.XML, "xml.xsd"),
    (names.DS, "xmldsig-core-schema.xsd"),
    (names.XENC, "xenc-schema.xsd"),
    (names.XENC11, "xenc-schema-11.xsd"),
    (names.SAML, "saml-schema-assertion-2.0.xsd"),
)
_IMPORTS: Final = {
    Schema.PROTOCOL: (*_COMMON, (names.SAMLP, "saml-schema-protocol-2.0.xsd")),
    Schema.METADATA: (*_COMMON, (names.MD, "saml-schema-metadata-2.0.xsd")),
}
_compiling: Final = threading.Lock()


def prepare() -> None:
    """Compiles what messages are validated against, before there is any thread that waits."""
    _compiled(Schema.PROTOCOL)


def validate(root: Element, schema: Schema) -> None:
    """Refuse XML_MALFORMED what is not valid against the SAML schemas (local files, libxml2).

    An attribute value of a type that only the sender knows (xsi:type) is valid: SAML takes any
    type there (core 2.7.3.1.1, IIP-SP02), and we read its text.
    """
    compiled = _compiled(schema)
    if compiled(root):
        return
    bare = _without_value_types(root)
    if not compiled(bare):
        complaint = _complaint(bare, schema)
        raise Refusal(Reason.XML_MALFORMED, f"not valid SAML: {complaint}", expected="schema-valid")


def _complaint(root: Element, schema: Schema) -> str:
    """What is wrong, in libxml2's words. They are in the schema's own log, which all threads share:
    a second schema tells them, to one thread at a time."""
    with _compiling:
        speaking = _compile(schema, speaking=True)
        speaking(root)
        last = speaking.error_log.last_error
    return last.message if last is not None else "not valid"


def _without_value_types(root: Element) -> Element:
    """A copy, for validation alone, in which no AttributeValue names its type."""
    bare = deepcopy(root)
    for value in bare.iter(f"{{{names.SAML}}}AttributeValue"):
        value.attrib.pop(f"{{{names.XSI}}}type", None)
    return bare


def _compiled(schema: Schema) -> etree.XMLSchema:
    with _compiling:
        return _compile(schema, speaking=False)


@cache
def _compile(schema: Schema, *, speaking: bool) -> etree.XMLSchema:
    """The schema; ``speaking`` only tells its two copies apart."""
    spec = find_spec("saml2")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("pysaml2 is not installed: its schema files are needed")
    folder = Path(spec.submodule_search_locations[0]) / "data" / "schemas"
    imports = "".join(
        f'<xs:import namespace="{uri}" schemaLocation="{(folder / file).as_uri()}"/>'
        for uri, file in _IMPORTS[schema]
    )
    source = f'<xs:schema xmlns:xs="{names.XS}">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(source, etree.XMLParser(no_network=True)))
