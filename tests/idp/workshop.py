"""A maker of sign-in responses, good unless told otherwise.

``workshop.response()`` is a message that must be accepted. ``workshop.response(audience="x")`` is
the same message with one thing changed, and signed as it then stands. Whatever
:class:`~tests.idp.recipe.Recipe` has as a field is a keyword, and so are the shorthands of
:data:`SHORTHANDS` and the fields of :class:`Envelope`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from sso_gateway.saml.model import Demands, Expected, IdentityProvider, ServiceProvider
from sso_gateway.saml.names import DS, SAML, XENC
from tests.idp import signing
from tests.idp.encryption import Encryption, encrypt
from tests.idp.keys import KeyPair, key_pair
from tests.idp.recipe import ACS, IDP, NOW, SIGNATURE_SLOT, SP, Recipe, response_xml

__all__ = ["ACS", "IDP", "NOW", "SP", "Encryption", "expected", "response", "unsigned"]

SHORTHANDS: Mapping[str, tuple[str, ...]] = {
    "issuer": ("response_issuer", "assertion_issuer"),
    "issuer_format": ("response_issuer_format", "assertion_issuer_format"),
    "issued": ("response_issued", "assertion_issued"),
}
CONFIRMATION = ("recipient", "method", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is done to the message once it is written."""

    sign: str = "assertion"
    """``assertion``, ``response``, ``both`` or ``nothing``."""
    key: KeyPair | str | None = None
    """A pair, or a kind such as ``ec-256``; None means the IdP's own RSA key."""
    how: Mapping[str, Any] | None = None
    """Fields of :class:`tests.idp.signing.Signing`, for each signature made."""
    response_how: Mapping[str, Any] | None = None
    """The same, only for the signature of the response."""
    encrypt: Encryption | None = None
    """Encrypts the assertion."""
    encrypt_name_id: Encryption | None = None
    encrypt_attribute: Encryption | None = None
    edit: Callable[[str], str] | None = None
    """Changes the text before it is signed."""
    edit_plaintext: Callable[[bytes], bytes] | None = None
    """Changes the signed assertion before it is encrypted."""
    spoil: Callable[[bytes], bytes] | None = None
    """Changes the message after it was signed."""


ENVELOPE_FIELDS = frozenset(f.name for f in fields(Envelope))


def idp_key() -> KeyPair:
    """The key that the IdP of the good message signs with."""
    return key_pair("rsa-2048", "idp")


def sp_key() -> KeyPair:
    """Our own key, for which the IdP encrypts."""
    return key_pair("rsa-2048", "sp")


def _pair(key: KeyPair | str) -> KeyPair:
    return key_pair(key) if isinstance(key, str) else key


def response(**changes: Any) -> bytes:
    """The good Response with these changes, signed (and encrypted) accordingly."""
    envelope = Envelope(**{k: changes.pop(k) for k in list(changes) if k in ENVELOPE_FIELDS})
    text = response_xml(recipe(**changes))
    if envelope.edit is not None:
        text = envelope.edit(text)
    message = _sign_and_encrypt(text, envelope)
    return envelope.spoil(message) if envelope.spoil is not None else message


def unsigned(**changes: Any) -> bytes:
    """The same without any signature."""
    return response(sign="nothing", **changes)


def recipe(**changes: Any) -> Recipe:
    """The good recipe with these changes, shorthands resolved."""
    for shorthand, names in SHORTHANDS.items():
        if shorthand in changes:
            value = changes.pop(shorthand)
            changes.update({name: value for name in names if name not in changes})
    if "audience" in changes:
        audience = changes.pop("audience")
        changes["audiences"] = () if audience is None else ((audience,),)
    confirmed = {name: changes.pop(name) for name in CONFIRMATION if name in changes}
    for name in [name for name in changes if name.startswith("confirmation_")]:
        confirmed[name.removeprefix("confirmation_")] = changes.pop(name)
    if "in_response_to" in changes:
        confirmed["in_response_to"] = changes["response_in_response_to"] = changes.pop(
            "in_response_to"
        )
    good = replace(Recipe(), **changes)
    if confirmed:
        good = replace(
            good, confirmations=tuple(replace(c, **confirmed) for c in good.confirmations)
        )
    return good


def expected(
    *,
    keys: tuple[KeyPair | str, ...] | None = None,
    now: datetime = NOW,
    skew: int = 180,
    request_id: str | None = None,
    decryption_keys: tuple[KeyPair, ...] | None = None,
    entity_id: str = SP,
    acs_url: str = ACS,
    idp: str = IDP,
    **demands: Any,
) -> Expected:
    """What we expect of the good message; ``demands`` are fields of Demands."""
    trusted = tuple(_pair(key).trusted for key in ((idp_key(),) if keys is None else keys))
    ours = (sp_key(),) if decryption_keys is None else decryption_keys
    return Expected(
        service_provider=ServiceProvider(
            entity_id=entity_id,
            acs_url=acs_url,
            decryption_keys=tuple(pair.decryption for pair in ours),
        ),
        identity_providers={idp: IdentityProvider(entity_id=idp, keys=trusted)},
        now=now,
        clock_skew=timedelta(seconds=skew),
        demands=Demands(**demands),
        request_id=request_id,
    )


def _sign_and_encrypt(text: str, envelope: Envelope) -> bytes:
    wants = {"both": ("assertion", "response"), "nothing": ()}.get(envelope.sign, (envelope.sign,))
    key = _pair(envelope.key or idp_key())
    how = {"key": key, **(envelope.how or {})}
    outer = signing.Signing(**{**how, **(envelope.response_how or {})})
    inner = signing.Signing(**how)
    head, slot, rest = text.partition(SIGNATURE_SLOT)
    root_id = _id_before(head)
    head += signing.template(root_id, outer) if slot and "response" in wants else ""
    text = _with_assertion_templates(head, rest, inner if "assertion" in wants else None)
    if "assertion" not in wants and "response" not in wants and not _encrypts(envelope):
        return text.encode()
    root = etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True))
    _encrypt_parts(root, envelope)
    for signature in _assertion_signatures(root):
        signing.fill(signature, inner)
    if envelope.encrypt is not None:
        _encrypt_assertion(root, envelope.encrypt, envelope.edit_plaintext)
    if "response" in wants:
        own = root.find(f"{{{DS}}}Signature")
        assert own is not None
        signing.fill(own, outer)
    return etree.tostring(root.getroottree(), encoding="UTF-8")


def _encrypts(envelope: Envelope) -> bool:
    return bool(envelope.encrypt or envelope.encrypt_name_id or envelope.encrypt_attribute)


def _with_assertion_templates(text: str, rest: str, how: signing.Signing | None) -> str:
    for number, piece in enumerate(rest.split(SIGNATURE_SLOT)):
        if number and how is not None:
            text += signing.template(_id_before(text), how)
        text += piece
    return text


def _id_before(text: str) -> str:
    """The ID of the element that was opened last with one."""
    _, found, tail = text.rpartition(' ID="')
    return tail.partition('"')[0] if found else ""


def _assertion_signatures(root: etree._Element) -> list[etree._Element]:
    found = root.findall(f".//{{{SAML}}}Assertion/{{{DS}}}Signature")
    return [s for s in found if s.findtext(f".//{{{DS}}}DigestValue") == ""]


def _encrypt_parts(root: etree._Element, envelope: Envelope) -> None:
    """EncryptedID and EncryptedAttribute stand inside what is signed (core 2.2.4, 2.7.3.2)."""
    for part, wrapper, how in (
        ("NameID", "EncryptedID", envelope.encrypt_name_id),
        ("Attribute", "EncryptedAttribute", envelope.encrypt_attribute),
    ):
        target = root.find(f".//{{{SAML}}}{part}")
        if how is not None and target is not None:
            _replace_by_encrypted(target, wrapper, how, etree.tostring(target))


def _encrypt_assertion(
    root: etree._Element, how: Encryption, edit: Callable[[bytes], bytes] | None
) -> None:
    assertion = root.find(f".//{{{SAML}}}Assertion")
    assert assertion is not None
    plaintext = etree.tostring(assertion)
    plaintext = edit(plaintext) if edit is not None else plaintext
    _replace_by_encrypted(assertion, "EncryptedAssertion", how, plaintext)


def _replace_by_encrypted(
    target: etree._Element, wrapper: str, how: Encryption, plaintext: bytes
) -> None:
    parent = target.getparent()
    assert parent is not None
    encrypted = etree.fromstring(
        f'<saml:{wrapper} xmlns:saml="{SAML}" xmlns:xenc="{XENC}">'
        f"{encrypt(plaintext, how, wrapper)}</saml:{wrapper}>"
    )
    parent.replace(target, encrypted)
