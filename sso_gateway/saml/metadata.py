"""Metadata documents of others: EntityDescriptor and EntitiesDescriptor (meta 2.3).

Whoever approves a document decides what it is worth; here it is only read. What cannot be used
is left out, one key, address or entity at a time, and a warning says which and why. The document
as a whole is refused only where nothing of it may be believed. Nothing is judged by the clock.

The schema is asked role by role, and only for the roles that are read: documents of Entra ID and
AD FS hold WS-Federation roles besides, for which SAML has no schema.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import xml, xmldsig
from sso_gateway.saml.certificates import refuse_private_keys, trusted_key
from sso_gateway.saml.identity_provider import (
    LeftOutError,
    entity_id,
    identity_provider,
    roles,
    shown,
)
from sso_gateway.saml.lifetime import Lifetime
from sso_gateway.saml.metadata_write import Logo, SpDescription, write, write_signed
from sso_gateway.saml.model import IdentityProvider, TrustedKey
from sso_gateway.saml.names import DS, MD

__all__ = [
    "Logo",
    "MetadataDocument",
    "SpDescription",
    "read",
    "trusted_key",
    "verify",
    "write",
    "write_signed",
]

MAX_WARNINGS: Final = 200

_ENTITY: Final = f"{{{MD}}}EntityDescriptor"
_ENTITIES: Final = f"{{{MD}}}EntitiesDescriptor"
_SP: Final = f"{{{MD}}}SPSSODescriptor"
_SIGNATURE: Final = f"{{{DS}}}Signature"

_NOT_METADATA: Final[tuple[tuple[tuple[bytes, ...], str], ...]] = (
    ((b"<!doctype html", b"<html"), "this is a web page (HTML): perhaps a sign-in page was saved"),
    ((b"{", b"["), "this is JSON: perhaps a description of OpenID Connect"),
    ((b"-----begin certificate",), "this is only a certificate: ask for the metadata file"),
    ((b"-----begin",), "this is a PEM file: ask for the metadata file"),
    ((b"0\x82",), "this is only a certificate (DER): ask for the metadata file"),
    ((b"pk\x03\x04",), "this is a ZIP archive: unpack it first"),
    ((b"pd94bwwg", b"pevudgl0", b"pg1k"), "this is base64-encoded: decode it first"),
)


@dataclass(frozen=True, slots=True)
class MetadataDocument:
    """What a metadata document says. Nothing of it is verified; ``verify`` does that."""

    identity_providers: tuple[IdentityProvider, ...]
    service_providers: tuple[str, ...]
    """The entityIDs with an SPSSODescriptor: perhaps our own document came back."""
    valid_until: datetime | None
    """The validUntil of the root; each identity provider has the earliest that covers it."""
    cache_duration: timedelta | None
    signed: bool
    """Whether the root carries a signature, verified or not; what ``verify`` returns has none."""
    warnings: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """The entityIDs that occur, but whose descriptions cannot be used: a warning says why."""


def read(document: bytes, *, limits: xml.Limits = xml.METADATA) -> MetadataDocument:
    """The identity providers of a metadata document, however deep its groups are nested.

    Refuses TOO_LARGE by ``limits``; XML_FORBIDDEN, also where a private key is inside; and
    XML_MALFORMED, with a sentence about what the file seems to be instead of metadata.
    """
    root = _root(document, limits)
    reader = _Reader()
    for entity, around in _entities(root):
        reader.read_entity(entity, around)
    lifetime = Lifetime().within(root)
    identity_providers = reader.unambiguous()
    return MetadataDocument(
        identity_providers=identity_providers,
        service_providers=tuple(reader.service_providers),
        valid_until=lifetime.valid_until,
        cache_duration=lifetime.cache_duration,
        signed=root.find(_SIGNATURE) is not None,
        warnings=tuple(reader.warnings),
        left_out=tuple(reader.left_out),
    )


def verify(
    document: bytes, keys: Sequence[TrustedKey], *, limits: xml.Limits = xml.METADATA
) -> bytes:
    """The octets of ``document`` that one of ``keys`` covers: give these to ``read``, not those.

    The signature must be the root's own, and a certificate serves as a bare key (meta 3,
    IIP-MD03). Refuses like ``read`` and like ``xmldsig.verify``.
    """
    return xmldsig.verify(_root(document, limits), keys).canonical


def _root(document: bytes, limits: xml.Limits) -> xml.Element:
    refuse_private_keys(document)
    beginning = document.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if not beginning:
        raise Refusal(Reason.XML_MALFORMED, "the file is empty", expected="SAML metadata")
    for beginnings, explanation in _NOT_METADATA:
        if beginning.startswith(beginnings):
            raise Refusal(Reason.XML_MALFORMED, explanation, expected="SAML metadata")
    root = xml.parse(document, limits=limits)
    if root.tag not in (_ENTITY, _ENTITIES):
        raise Refusal(
            Reason.XML_MALFORMED, "this is XML, but not SAML 2.0 metadata",
            expected="EntityDescriptor or EntitiesDescriptor", received=shown(str(root.tag)),
        )  # fmt: skip
    return root


def _entities(root: xml.Element) -> Iterator[tuple[xml.Element, Lifetime]]:
    """Every EntityDescriptor with what applies around it, in document order.

    Without recursion, because the depth of the groups is the sender's choice.
    """
    pending = [(root, Lifetime())]
    while pending:
        element, around = pending.pop()
        if element.tag == _ENTITY:
            yield element, around
        elif element.tag == _ENTITIES:
            inside = around.within(element)
            pending.extend((child, inside) for child in reversed(element))


@dataclass(slots=True)
class _Reader:
    """Collects what is found on the way through one document."""

    identity_providers: list[IdentityProvider] = field(default_factory=list)
    service_providers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def read_entity(self, entity: xml.Element, around: Lifetime) -> None:
        warn = partial(self.warn, shown(entity.get("entityID", "")))
        try:
            name = entity_id(entity)
            if entity.find(_SP) is not None:
                self.service_providers.append(name)
            if roles(entity):
                found = identity_provider(entity, around.within(entity), warn)
                self.identity_providers.append(found)
        except (LeftOutError, Refusal) as reason:
            self.left_out.append(entity.get("entityID", ""))
            warn(f"it is left out: {reason.detail if isinstance(reason, Refusal) else reason}")

    def warn(self, subject: str, sentence: str) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(f"{subject}: {sentence}")
        elif len(self.warnings) == MAX_WARNINGS:
            self.warnings.append("there are more warnings, which are not listed")

    def unambiguous(self) -> tuple[IdentityProvider, ...]:
        """Those whose entityID occurs once. Two descriptions of one name: neither is believed."""
        times = Counter(found.entity_id for found in self.identity_providers)
        for name, count in times.items():
            if count > 1:
                self.left_out.append(name)
                self.warn(shown(name), f"it is left out: it is described {count} times")
        return tuple(idp for idp in self.identity_providers if times[idp.entity_id] == 1)
