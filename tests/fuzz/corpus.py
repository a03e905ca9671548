"""The checked-in corpus: what fuzzing starts from, and what it has found.

``python -m tests.fuzz.corpus`` makes it anew. The names say what is special: "randomised" and
"encrypted" files differ each time they are made, "found" ones once broke a property.
"""

import base64
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Final

from sso_gateway.saml import certificates
from tests.fuzz import genuine
from tests.idp import workshop

FOLDER: Final = Path(__file__).parent / "corpus"
SEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "bindings.decode_post": ("bindings.decode_post",),
    "bindings.read_redirect": ("bindings.read_redirect",),
    "xml.parse": ("xml.parse", "response.accept"),
    "response.accept": ("response.accept",),
    "response.explain": ("response.accept", "response.signed"),
    "response.signed": ("response.signed",),
    "response.encrypted": ("response.encrypted",),
    "logout.read_request": ("logout.read_request",),
    "logout.read_response": ("logout.read_response",),
    "metadata.read": ("metadata.read",),
}
"""The folders that each target starts from."""


def entries(target: str) -> list[Path]:
    """The target's files."""
    return sorted(chain.from_iterable((FOLDER / name).iterdir() for name in SEEDS[target]))


def made() -> dict[str, bytes]:
    """Every file: its path below the folder, and its octets."""
    files: dict[str, bytes] = {}
    for folder, suffix, messages in (
        ("response.accept", "xml", genuine.responses()),
        ("response.signed", "xml", genuine.unsigned_responses()),
        ("response.encrypted", "xml", genuine.plaintexts()),
        ("logout.read_request", "xml", genuine.logout_requests()),
        ("logout.read_response", "xml", genuine.logout_responses()),
        ("metadata.read", "xml", genuine.metadata_documents()),
        ("bindings.decode_post", "b64", _octets(genuine.fields())),
        ("bindings.read_redirect", "txt", _octets(genuine.queries())),
    ):
        files |= {f"{folder}/{name}.{suffix}": octets for name, octets in messages.items()}
    return files | {f"{name}.xml": octets for name, octets in found().items()}


def _octets(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


def found() -> dict[str, bytes]:
    """What once broke a property."""
    count = f'<saml:ProxyRestriction Count="{"9" * 5000}"/>'
    ends = {"not_before": "0001-01-01T00:00:00Z", "not_on_or_after": "9999-12-31T23:59:59Z"}
    return {
        "xml.parse/found-prefixes": b"<a>" + b"xmlns:" * 2000 + b"</a>",
        "xml.parse/found-namespace": b'<a xmlns="urn:a&amp;amp;b"/>',
        "response.signed/found-count": _unsigned(more_conditions_xml=count),
        "response.signed/found-ends-of-calendar": _unsigned(
            session_not_on_or_after=ends["not_on_or_after"], **ends
        ),
        "metadata.read/found-certificate-version": _other_version(),
    }


def _unsigned(**changes: str) -> bytes:
    return genuine.unsigned(workshop.recipe(**changes))


def other_version(der: bytes, version: int = 1) -> bytes:
    """The certificate with another version number; 2 stands for 3 (RFC 5280 4.1.2.1)."""
    head, number, tail = der.partition(b"\xa0\x03\x02\x01\x02")
    assert number
    return head + number[:-1] + bytes([version]) + tail


def _other_version() -> bytes:
    der = genuine.idp_key().certificate_der
    old, new = (base64.b64encode(each) for each in (der, other_version(der)))
    return genuine.metadata_documents()["entity"].replace(old, new)


def main() -> None:
    """Make every file; what is left over from another time goes."""
    files = made()
    for old in FOLDER.glob("*/*"):
        if old.relative_to(FOLDER).as_posix() not in files:
            old.unlink()
    for name, octets in files.items():
        certificates.refuse_private_keys(octets)
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)


if __name__ == "__main__":
    main()
