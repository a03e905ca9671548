"""One EntityDescriptor to one IdentityProvider (meta 2.3.2, 2.4.3).

Each value is judged by itself. A key or an address that cannot be used is left out with a
warning; an entity of which nothing may be believed is left out by raising ``LeftOutError``.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from sso_gateway.refusal import Refusal
from sso_gateway.saml import declared, schema, xml
from sso_gateway.saml.algorithms import DIGESTS, VERIFIERS
from sso_gateway.saml.certificates import certificate_octets, trusted_key
from sso_gateway.saml.lifetime import Lifetime
from sso_gateway.saml.model import Endpoint, IdentityProvider, TrustedKey
from sso_gateway.saml.names import ALG, DS, MD, MDUI, SAMLP, SHIBMD, XML, Binding
from sso_gateway.saml.schema import Schema

MAX_KEYS: Final = 64
"""Signing keys of one identity provider. Each is tried, so their number bounds the work."""

_ROLE: Final = f"{{{MD}}}IDPSSODescriptor"
_KEY: Final = f"{{{MD}}}KeyDescriptor"
_CERTIFICATE: Final = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
_SIGN_ON: Final = f"{{{MD}}}SingleSignOnService"
_LOGOUT: Final = f"{{{MD}}}SingleLogoutService"
_FORMAT: Final = f"{{{MD}}}NameIDFormat"
_DISPLAY_NAME: Final = f"{{{MD}}}Extensions/{{{MDUI}}}UIInfo/{{{MDUI}}}DisplayName"
_ORGANIZATION: Final = f"{{{MD}}}Organization/{{{MD}}}OrganizationDisplayName"
_SCOPE: Final = f"{{{MD}}}Extensions/{{{SHIBMD}}}Scope"

_ENTITY_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_MAX_ENTITY_ID: Final = 1024
_ADDRESS: Final = re.compile(r"[!#-;=?-\[\]_a-z~]{1,2000}")
_SCOPE_VALUE: Final = re.compile(r"[A-Za-z0-9._-]{1,255}")
_TRUE: Final = frozenset({"true", "1"})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Warn = Callable[[str], None]


class LeftOutError(Exception):
    """This key, address or entity is not used, because."""


def entity_id(entity: xml.Element) -> str:
    """The entityID: an absolute URI of visible ASCII, at most 1024 characters (meta 2.2.1, 2.3.2).

    Raises ``LeftOutError`` for any other: it could look like the name of another partner.
    """
    value = entity.get("entityID", "")
    if len(value) > _MAX_ENTITY_ID or not _ENTITY_ID.fullmatch(value):
        raise LeftOutError("its entityID is not an absolute URI of at most 1024 visible characters")
    return value


def roles(entity: xml.Element) -> list[xml.Element]:
    """The identity-provider roles that speak SAML 2.0; others are as if absent (meta 2.4.1)."""
    return [
        role
        for role in entity.findall(_ROLE)
        if SAMLP in role.get("protocolSupportEnumeration", "").split()
    ]


def identity_provider(entity: xml.Element, lifetime: Lifetime, warn: Warn) -> IdentityProvider:
    """The entity as an identity provider. ``lifetime`` is what applies to the entity.

    Raises ``LeftOutError`` where the role is not schema-valid, or where there are several:
    which one is meant is then undefined (meta 2.3.2).
    """
    role, *others = roles(entity)
    if others:
        raise LeftOutError("it has several IDPSSODescriptors for SAML 2.0")
    try:
        schema.validate(role, Schema.METADATA)
        lifetime = lifetime.within(role)
    except Refusal as refusal:
        raise LeftOutError(refusal.detail) from refusal
    sign_on = tuple(_endpoints(role, _SIGN_ON, warn))
    if not sign_on:
        warn("there is no usable SingleSignOnService: sign-in can only start at the portal")
    return IdentityProvider(
        entity_id=entity_id(entity),
        keys=_keys(role, warn),
        sign_on=sign_on,
        logout=tuple(_endpoints(role, _LOGOUT, warn)),
        want_authn_requests_signed=role.get("WantAuthnRequestsSigned", "").strip() in _TRUE,
        name_id_formats=tuple(filter(None, map(_text, role.findall(_FORMAT)))),
        display_names=_display_names(entity, role),
        scopes=tuple(_scopes(entity, role)),
        signing_methods=_algorithms(entity, role, "SigningMethod"),
        digest_methods=_algorithms(entity, role, "DigestMethod"),
        error_url=_error_url(role, warn),
        valid_until=lifetime.valid_until,
        cache_duration=lifetime.cache_duration,
        entity_attributes=declared.entity_attributes(entity, warn),
    )


def _keys(role: xml.Element, warn: Warn) -> tuple[TrustedKey, ...]:
    """The keys for signing: ``use="signing"``, or no ``use`` (E62). Any number that is sane."""
    keys: dict[str, TrustedKey] = {}
    for descriptor in role.findall(_KEY):
        if descriptor.get("use") not in (None, "signing"):
            continue
        try:
            key = _key(descriptor, warn)
        except (LeftOutError, Refusal) as refusal:
            detail = refusal.detail if isinstance(refusal, Refusal) else refusal
            warn(f"a signing certificate is left out: {detail}")
            continue
        keys[key.sha256] = key
        if len(keys) > MAX_KEYS:
            raise LeftOutError(f"it has more than {MAX_KEYS} signing keys")
    if not keys:
        warn("there is no usable signing certificate: nothing that it sends can be verified")
    return tuple(keys.values())


def _key(descriptor: xml.Element, warn: Warn) -> TrustedKey:
    certificates = descriptor.findall(_CERTIFICATE)
    if not certificates:
        raise LeftOutError("its KeyDescriptor has no X509Certificate, only a name or a bare key")
    if len({_text(certificate) for certificate in certificates}) > 1:
        # A chain: only the holder of the first key may speak for the entity, not who issued it.
        warn("a KeyDescriptor holds several certificates: only the first one is used")
    return trusted_key(certificate_octets(_text(certificates[0])))


def _endpoints(role: xml.Element, tag: str, warn: Warn) -> Iterator[Endpoint]:
    """The addresses with a binding of SAML 2.0. Bindings of other protocols are ordinary."""
    for element in role.findall(tag):
        try:
            binding = Binding(element.get("Binding", "").strip())
        except ValueError:
            continue
        response = element.get("ResponseLocation")
        try:
            yield Endpoint(
                binding=binding,
                location=_address(element.get("Location", "")),
                response_location=None if response is None else _address(response),
            )
        except LeftOutError as reason:
            warn(f"a {xml.local_name(element)} is left out: {reason}")


def _address(text: str) -> str:
    """An https address, or http on this very machine, without user information or fragment."""
    address = text.strip(" \t\r\n")
    try:
        parts = urlsplit(address) if _ADDRESS.fullmatch(address) else urlsplit("")
        usable = parts.hostname is not None and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or "#" in address:
        raise LeftOutError(f"{shown(text)} is not a web address")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise LeftOutError(f"{shown(text)} is not https")
    return address


def _error_url(role: xml.Element, warn: Warn) -> str | None:
    text = role.get("errorURL")
    if text is None:
        return None
    try:
        address = _address(text)
    except LeftOutError as reason:
        warn(f"the errorURL is left out: {reason}")
        return None
    return address if address.startswith("https:") else None


def _display_names(entity: xml.Element, role: xml.Element) -> dict[str, str]:
    """Language to name, from the first place that has any (SDP-MD09, meta 2.3.2.1)."""
    for place, path in ((role, _DISPLAY_NAME), (role, _ORGANIZATION), (entity, _ORGANIZATION)):
        names = {
            element.get(f"{{{XML}}}lang", ""): " ".join(_text(element).split())
            for element in place.findall(path)
        }
        named = {language: name for language, name in names.items() if name}
        if named:
            return named
    return {}


def _algorithms(entity: xml.Element, role: xml.Element, name: str) -> tuple[str, ...]:
    """What the role declares, else the entity (AlgSupport 2.3), of those that we know."""
    known = DIGESTS if name == "DigestMethod" else VERIFIERS
    for place in (role, entity):
        found = place.findall(f"{{{MD}}}Extensions/{{{ALG}}}{name}")
        if found:
            named = (element.get("Algorithm", "").strip() for element in found)
            return tuple(dict.fromkeys(method for method in named if method in known))
    return ()


def _scopes(entity: xml.Element, role: xml.Element) -> Iterator[str]:
    """The literal scopes. Regular expressions of others are not run (SDP-IDP14)."""
    for place in (role, entity):
        for element in place.findall(_SCOPE):
            value = _text(element)
            if element.get("regexp", "").strip() not in _TRUE and _SCOPE_VALUE.fullmatch(value):
                yield value.lower()


def _text(element: xml.Element) -> str:
    try:
        return xml.text(element).strip(" \t\r\n")
    except Refusal as refusal:
        raise LeftOutError(refusal.detail) from refusal


def shown(text: str) -> str:
    """Text of theirs in a sentence of ours: short, quoted, and without control characters."""
    return ascii(text if len(text) <= 100 else text[:99] + "…")
