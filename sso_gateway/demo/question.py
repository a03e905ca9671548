"""The AuthnRequest as Acme's identity provider reads it, by HTTP-Redirect or HTTP-POST."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from sso_gateway.demo.place import SLUG
from sso_gateway.partners import keys
from sso_gateway.partners.keys import Purpose
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, elements, schema, xml, xmldsig
from sso_gateway.saml.metadata import trusted_key
from sso_gateway.saml.model import TrustedKey
from sso_gateway.saml.names import SAMLP
from sso_gateway.saml.schema import Schema

_MAX_BYTES: Final = 64 * 1024
_AUTHN_REQUEST: Final = f"{{{SAMLP}}}AuthnRequest"


@dataclass(frozen=True, slots=True)
class Question:
    """Who is this, please: signed by the gateway, to be answered with ``id``."""

    id: str
    relay_state: str


def read(request: HttpRequest, trust: Trust) -> Question:
    """The gateway's question in this request.

    Refuses what is no AuthnRequest, is not signed by the gateway, or would have the answer sent
    somewhere else (prof 4.1.4.1).
    """
    ours = tuple(trusted_key(der) for der in keys.published(Purpose.SIGNING, SLUG))
    if request.method == "POST":
        return _posted(request, trust, ours)
    found = bindings.read_redirect(request.META["QUERY_STRING"], max_bytes=_MAX_BYTES)
    bindings.verify_redirect(found, ours)
    return _judged(_parsed(found.message), trust, found.relay_state or "")


def _posted(request: HttpRequest, trust: Trust, ours: tuple[TrustedKey, ...]) -> Question:
    field = request.POST.get("SAMLRequest", "")
    root = _parsed(bindings.decode_post(field, max_bytes=_MAX_BYTES))
    signed = xmldsig.verify(root, ours)
    return _judged(signed.root, trust, request.POST.get("RelayState", ""))


def _parsed(message: bytes) -> xml.Element:
    root = xml.parse(message, limits=xml.MESSAGE)
    schema.validate(root, Schema.PROTOCOL)
    return root


def _judged(root: xml.Element, trust: Trust, relay_state: str) -> Question:
    expected = trust.service_provider
    if root.tag != _AUTHN_REQUEST:
        raise Refusal(Reason.NOT_A_RESPONSE, "not an AuthnRequest", received=xml.local_name(root))
    issuer = elements.issuer_of(root)
    if issuer != expected.entity_id:
        raise Refusal(Reason.ISSUER_UNKNOWN, expected=expected.entity_id, received=issuer)
    acs_url = root.get("AssertionConsumerServiceURL", expected.acs_url)
    if acs_url != expected.acs_url:
        raise Refusal(Reason.RECIPIENT_MISMATCH, expected=expected.acs_url, received=acs_url)
    return Question(root.get("ID", ""), relay_state)
