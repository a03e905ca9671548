"""Genuine messages, the same octets each time (but for what is encrypted), and what we expect."""

import base64
import functools
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sso_gateway.saml import bindings
from sso_gateway.saml.model import Expected
from sso_gateway.saml.names import DataEncryption, NameIDFormat, SignatureMethod, StatusCode
from sso_gateway.saml.xmldsig import SigningKey, sign
from tests.fuzz.keys import seeded_pair
from tests.idp import logout, workshop
from tests.idp.encryption import Encryption, encrypt
from tests.idp.keys import KeyPair
from tests.idp.recipe import EMAIL, IDP, NOW, SIGNATURE_SLOT, Recipe, response_xml
from tests.saml import documents

LIMIT = 2**18
"""Bytes of a message, as SSO_MAX_MESSAGE_BYTES is unless set otherwise."""
REQUEST_ID = "_request-1"

RICH = {
    "status_message": "Willkommen, Ä",
    "name_id_format": NameIDFormat.PERSISTENT,
    "name_qualifier": IDP,
    "session_not_on_or_after": NOW + timedelta(hours=8),
    "more_conditions_xml": '<saml:OneTimeUse/><saml:ProxyRestriction Count="1"/>',
    "attributes_xml": (
        '<saml:AttributeStatement><saml:Attribute Name="email" FriendlyName="mail"><saml:'
        f'AttributeValue xsi:type="xs:string">{EMAIL}</saml:AttributeValue></saml:Attribute>'
        '<saml:Attribute Name="urn:oid:2.5.4.42"><saml:AttributeValue>Zoë 😀</saml:AttributeValue>'
        '</saml:Attribute><saml:Attribute Name="groups"><saml:AttributeValue>a</saml:'
        "AttributeValue><saml:AttributeValue>b &amp; c</saml:AttributeValue><saml:AttributeValue>"
        "<saml:NameID>x</saml:NameID></saml:AttributeValue></saml:Attribute>"
        "</saml:AttributeStatement>"
    ),
}
REFUSED: Mapping[str, Mapping[str, Any]] = {
    "denied": {"status": ("urn:oasis:names:tc:SAML:2.0:status:Responder",), "assertion_xml": ""},
    "no-conditions": {"conditions_xml": ""},
    "no-subject": {"subject_xml": ""},
    "no-statement": {"authn_statement_xml": ""},
}
"""Beginnings of their own, most of which are refused even where they are signed."""


def idp_key() -> KeyPair:
    return seeded_pair("rsa-2048", "idp")


def idp_ec_key() -> KeyPair:
    return seeded_pair("ec-256", "idp")


def sp_key() -> KeyPair:
    return seeded_pair("rsa-2048", "sp")


def signing_key() -> SigningKey:
    return SigningKey.from_pem(idp_key().private_pem, idp_key().certificate_pem)


@functools.cache
def expected() -> Expected:
    """What we expect of every message here; both keys of the identity provider are on file."""
    return workshop.expected(keys=(idp_key(), idp_ec_key()), decryption_keys=(sp_key(),))


def to_us(data: str = DataEncryption.AES256_GCM) -> Encryption:
    return Encryption(recipient=sp_key(), data=data)


@functools.cache
def responses() -> Mapping[str, bytes]:
    """Responses that are accepted, by name. Those with "encrypted" differ each time."""
    ecdsa = {"key": idp_ec_key(), "how": {"method": SignatureMethod.ECDSA_SHA256}}
    pss = {"method": SignatureMethod.RSA_PSS_SHA256}
    kinds: Mapping[str, Mapping[str, Any]] = {
        "assertion-signed": {},
        "response-signed": {"sign": "response"},
        "both-signed": {"sign": "both"},
        "answer": {"in_response_to": REQUEST_ID},
        "rich": {**RICH, "sign": "both"},
        "randomised-ecdsa": ecdsa,
        "randomised-pss": {"how": pss},
        "inclusive-namespaces": {"sign": "both", "how": {"inclusive_prefixes": "xs xsi"}},
        "unprefixed-signature": {"how": {"prefix": ""}},
        "encrypted": {"encrypt": to_us()},
        "encrypted-in-signed": {"sign": "response", "encrypt": to_us()},
        "encrypted-cbc": {"sign": "response", "encrypt": to_us(DataEncryption.AES128_CBC)},
        "encrypted-name-id": {"encrypt_name_id": to_us()},
        "encrypted-attribute": {"encrypt_attribute": to_us()},
    }
    return {
        name: workshop.response(**{"key": idp_key(), **changes}) for name, changes in kinds.items()
    }


@functools.cache
def unsigned_responses() -> Mapping[str, bytes]:
    """Responses before they are signed, by name."""
    kinds: Mapping[str, Mapping[str, Any]] = {
        "plain": {},
        "rich": RICH,
        "answer": {"in_response_to": REQUEST_ID},
        **REFUSED,
    }
    return {name: unsigned(workshop.recipe(**changes)) for name, changes in kinds.items()}


def unsigned(recipe: Recipe) -> bytes:
    return response_xml(recipe).replace(SIGNATURE_SLOT, "").encode()


@functools.cache
def plaintexts() -> Mapping[str, bytes]:
    """Signed assertions as they are before an identity provider encrypts them, by name."""
    seen: dict[str, bytes] = {}
    for name, changes in (("plain", {}), ("rich", RICH)):

        def keep(plaintext: bytes, name: str = name) -> bytes:
            seen[name] = plaintext
            return plaintext

        workshop.response(key=idp_key(), encrypt=to_us(), edit_plaintext=keep, **changes)
    return seen


@functools.cache
def expected_logout() -> Expected:
    """What we expect of a logout message."""
    found = expected()
    return replace(found, service_provider=replace(found.service_provider, logout_url=logout.SLO))


@functools.cache
def unsigned_logout_requests() -> Mapping[str, str]:
    """Texts of LogoutRequests before they are signed, by name."""
    return {
        "plain": logout.request_xml(),
        "everywhere": logout.request_xml(session_indexes=()),
        "encrypted": logout.request_xml(encrypt_name_id=to_us()),
    }


@functools.cache
def unsigned_logout_responses() -> Mapping[str, str]:
    """Texts of LogoutResponses before they are signed, by name."""
    partial = (StatusCode.SUCCESS, StatusCode.PARTIAL_LOGOUT)
    return {"answer": logout.response_xml(), "partial": logout.response_xml(status=partial)}


@functools.cache
def logout_requests() -> Mapping[str, bytes]:
    """LogoutRequests that are read, by name. "encrypted" differs each time."""
    return {
        name: logout.posted(text, idp_key()) for name, text in unsigned_logout_requests().items()
    }


@functools.cache
def logout_responses() -> Mapping[str, bytes]:
    """LogoutResponses that are read, by name."""
    return {
        name: logout.posted(text, idp_key()) for name, text in unsigned_logout_responses().items()
    }


def around(plaintext: bytes) -> bytes:
    """The unsigned Response whose EncryptedAssertion holds ``plaintext``: anybody can make it."""
    data = encrypt(plaintext, to_us())
    return unsigned(
        workshop.recipe(assertion_xml=f"<saml:EncryptedAssertion>{data}</saml:EncryptedAssertion>")
    )


@functools.cache
def fields() -> Mapping[str, str]:
    """Form fields that hold a message."""
    message = responses()["assertion-signed"]
    return {
        "one-line": base64.b64encode(message).decode(),
        "wrapped": base64.encodebytes(message).decode().replace("\n", "\r\n"),
        "short": base64.b64encode(b"\xef\xbb\xbf <a/>").decode(),
    }


@functools.cache
def queries() -> Mapping[str, str]:
    """Query strings that hold a message; those with "signed" are signed."""
    request = b'<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>'
    made = {}
    for name, relay_state, parameter, key in (
        ("request", None, "SAMLRequest", None),
        ("signed-request", "a b&ü", "SAMLRequest", signing_key()),
        ("signed-answer", None, "SAMLResponse", signing_key()),
    ):
        url = bindings.redirect_url(
            "https://x.test/",
            message=request,
            relay_state=relay_state,
            sign=key,
            parameter=parameter,
        )
        made[name] = url.partition("?")[2]
    return made


@functools.cache
def metadata_documents() -> Mapping[str, bytes]:
    """Metadata documents, by name; one is signed."""
    der = base64.b64encode(idp_key().certificate_der).decode()
    key = documents.key(
        f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
    )
    ends = documents.SIGN_ON.replace("SignOn", "Logout")
    plain = documents.entity(
        documents.role(keys=key, endpoints=ends + documents.SIGN_ON, extensions=documents.SCOPES),
        documents.role(name="SPSSODescriptor", keys="", endpoints=""),
        organization=documents.ORGANIZATION,
        attributes='validUntil="2031-01-01T00:00:00Z" cacheDuration="PT1H" ID="_metadata"',
    )
    named = documents.entity(
        documents.role(keys=key + key, extensions=documents.DISPLAY_NAMES),
        entity_id="urn:example:idp",
    )
    end = 'validUntil="9999-12-31T23:59:59Z" cacheDuration="P1Y2M3DT4H5M6.7S"'
    return {
        "entity": plain.encode(),
        "group": documents.group(documents.group(plain, attributes=end), named).encode(),
        "signed": sign(plain.encode(), signing_key(), reference_id="_metadata"),
    }
