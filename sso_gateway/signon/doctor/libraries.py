"""Do the libraries below us still do what we rest on? Known answers, in this very process.

A new libxml2, libxmlsec or OpenSSL could change a default without a word. Each question has a
message that must pass, and one that must not.
"""

import base64
import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from sso_gateway import clock
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, names, schema, xml, xmldsig, xmlenc
from sso_gateway.saml.model import DecryptionKey, TrustedKey
from sso_gateway.saml.schema import Schema
from sso_gateway.saml.xmldsig import SigningKey
from sso_gateway.signon.doctor.finding import Finding, error, info, sound

_PACKAGES: Final = ("Django", "lxml", "xmlsec", "cryptography", "pysaml2")

# Attributes and declarations out of order, an unused prefix, an empty element, quotes, a carriage
# return, white space inside of tags: everything that canonicalisation has an opinion on.
_WRITTEN: Final = (
    '<b:x  xmlns:b="urn:b" xmlns:a="urn:a" xmlns:c="urn:c" b="2" c:z="3"\n a="1">'
    "<b:y c:q='\"&#9;'  ><e/>&#13;&amp;&gt;é</b:y\n></b:x>"
).encode()
_CANONICAL: Final = (
    '<b:x xmlns:b="urn:b" xmlns:c="urn:c" a="1" b="2" c:z="3">'
    '<b:y c:q="&quot;&#x9;"><e></e>&#xD;&amp;&gt;é</b:y></b:x>'
).encode()
_CANONICAL_WITH_PREFIX: Final = _CANONICAL.replace(
    b'<b:x xmlns:b="urn:b"', b'<b:x xmlns:a="urn:a" xmlns:b="urn:b"'
)
"""The same with ``a`` in InclusiveNamespaces."""

_GENUINE: Final = b'<m ID="_doctor">genuine</m>'
_VALID: Final = (
    f'<p:AuthnRequest xmlns:p="{names.SAMLP}" ID="_1" Version="2.0"'
    ' IssueInstant="2026-01-01T00:00:00Z"/>'
).encode()


def versions() -> Iterator[Finding]:
    """Which libraries these are."""
    found = [f"Python {python_version()}", *(f"{name} {_version(name)}" for name in _PACKAGES)]
    yield info(410, ", ".join(found))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def canonicalisation() -> Iterator[Finding]:
    """Exclusive canonical XML has the octets of the specification (xml-exc-c14n 3)."""

    def right() -> bool:
        root = xml.parse(_WRITTEN, limits=xml.MESSAGE)
        plain, with_prefix = xml.canonical(root), xml.canonical(root, ("a",))
        return (plain, with_prefix) == (_CANONICAL, _CANONICAL_WITH_PREFIX)

    yield _verdict(411, right, _("XML is canonicalised as specified."), _("Canonical XML"))


def signatures() -> Iterator[Finding]:
    """What we sign verifies; not after a change, and not with somebody else's key."""

    ours, theirs = _throw_away(), _throw_away()

    def right() -> bool:
        signed = xmldsig.sign(_GENUINE, ours, reference_id="_doctor")
        changed = signed.replace(b"genuine", b"altered")
        return (
            _verify(signed, ours).canonical == _GENUINE
            and _refuses(Reason.SIGNATURE_INVALID, lambda: _verify(changed, ours))
            and _refuses(Reason.KEY_UNKNOWN, lambda: _verify(signed, theirs))
            and _refuses(Reason.SIGNATURE_MISSING, lambda: _verify(_GENUINE, ours))
        )

    yield _verdict(412, right, _("Signatures are made and verified."), _("Signing"))


def _verify(message: bytes, key: SigningKey) -> xmldsig.Signed:
    trusted: TrustedKey = metadata.trusted_key(key.certificate_der)
    return xmldsig.verify(xml.parse(message, limits=xml.MESSAGE), (trusted,))


def decryption() -> Iterator[Finding]:
    """What is encrypted for us opens; not after a change (xmlenc 5.2, 5.5.2)."""
    key = _throw_away().private_key
    decryption_key = DecryptionKey(key, hashlib.sha256(b"").hexdigest())

    def opened(*, spoil: bool) -> bytes:
        encrypted = _encrypted(key, spoil=spoil)
        return xmlenc.decrypt(encrypted, (decryption_key,), authenticated=True).octets

    def right() -> bool:
        return opened(spoil=False) == _GENUINE and _refuses(
            Reason.DECRYPT_FAILED, lambda: opened(spoil=True)
        )

    yield _verdict(413, right, _("Encrypted messages are opened."), _("Decryption"))


def parsing() -> Iterator[Finding]:
    """The schemas of SAML are there and hold; entities are not read."""

    def judge(message: bytes) -> None:
        schema.validate(xml.parse(message, limits=xml.MESSAGE), Schema.PROTOCOL)

    def right() -> bool:
        judge(_VALID)
        without_id = _VALID.replace(b' ID="_1"', b"")
        with_entity = b'<!DOCTYPE p [<!ENTITY e "x">]>' + _VALID
        return _refuses(Reason.XML_MALFORMED, lambda: judge(without_id)) and _refuses(
            Reason.XML_FORBIDDEN, lambda: judge(with_entity)
        )

    yield _verdict(414, right, _("Messages are held to the schemas of SAML."), _("Parsing"))


def _verdict(question: int, right: Callable[[], bool], well: str, what: str) -> Finding:
    try:
        if right():
            return sound(question, well)
    except Refusal:
        pass  # The good message was refused.
    return error(
        question,
        _("%s does not give the known answer.") % what,
        _("Let nobody sign in here. Install the versions that requirements/base.txt names."),
    )


def _refuses(reason: Reason, attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except Refusal as refusal:
        return refusal.reason is reason
    return False


def _throw_away() -> SigningKey:
    """A key pair that exists for this question only."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "doctor")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(private_key, hashes.SHA256())
    )
    return SigningKey.from_pem(
        private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate.public_bytes(Encoding.PEM),
    )


def _encrypted(key: rsa.RSAPrivateKey, *, spoil: bool) -> xml.Element:
    """EncryptedAssertion around ``_GENUINE`` with AES-256-GCM and RSA-OAEP, SHA-256 twice."""
    secret, nonce = os.urandom(32), os.urandom(12)
    hidden = bytearray(nonce + AESGCM(secret).encrypt(nonce, _GENUINE, None))
    hidden[-1] ^= spoil
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    wrapped = key.public_key().encrypt(secret, oaep)
    method = (
        f'<x:EncryptionMethod Algorithm="{names.KeyTransport.RSA_OAEP}"><d:DigestMethod'
        f' Algorithm="{names.XENC}sha256"/><MGF xmlns="{names.XENC11}"'
        f' Algorithm="{names.XENC11}mgf1sha256"/></x:EncryptionMethod>'
    )
    return xml.parse(
        (
            f'<a:EncryptedAssertion xmlns:a="{names.SAML}" xmlns:x="{names.XENC}"'
            f' xmlns:d="{names.DS}"><x:EncryptedData Type="{names.ENCRYPTED_ELEMENT}">'
            f'<x:EncryptionMethod Algorithm="{names.DataEncryption.AES256_GCM}"/>'
            f"<d:KeyInfo><x:EncryptedKey>{method}{_cipher(wrapped)}</x:EncryptedKey></d:KeyInfo>"
            f"{_cipher(bytes(hidden))}</x:EncryptedData></a:EncryptedAssertion>"
        ).encode(),
        limits=xml.MESSAGE,
    )


def _cipher(octets: bytes) -> str:
    value = base64.b64encode(octets).decode()
    return f"<x:CipherData><x:CipherValue>{value}</x:CipherValue></x:CipherData>"


QUESTIONS: Final = (versions, canonicalisation, signatures, decryption, parsing)
