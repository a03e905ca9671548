"""What Acme's identity provider is asked, and reads: by HTTP-Redirect or HTTP-POST."""

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
from sso_gateway.saml.names import SAMLP
from sso_gateway.saml.schema import Schema

_MAX_BYTES: Final = 64 * 1024
_AUTHN_REQUEST: Final = f"{{{SAMLP}}}AuthnRequest"
_LOGOUT_REQUEST: Final = f"{{{SAMLP}}}LogoutRequest"


@dataclass(frozen=True, slots=True)
class Question:
    """Who is this, please, or: sign them out. Signed by the gateway, to be answered with ``id``."""

    id: str
    relay_state: str


def read(request: HttpRequest, trust: Trust) -> Question:
    """The gateway's question in this request.

    Refuses what is no AuthnRequest, is not signed by the gateway, or would have the answer sent
    somewhere else (prof 4.1.4.1).
    """
    root, relay_state = _signed(request)
    _judge(root, _AUTHN_REQUEST, trust)
    ours = trust.service_provider.acs_url
    acs_url = root.get("AssertionConsumerServiceURL", ours)
    if acs_url != ours:
        raise Refusal(Reason.RECIPIENT_MISMATCH, expected=ours, received=acs_url)
    return Question(root.get("ID", ""), relay_state)


def read_logout(request: HttpRequest, trust: Trust) -> Question:
    """The gateway's LogoutRequest in this request; refuses one that it did not sign."""
    root, relay_state = _signed(request)
    _judge(root, _LOGOUT_REQUEST, trust)
    return Question(root.get("ID", ""), relay_state)


def _signed(request: HttpRequest) -> tuple[xml.Element, str]:
    """The root that the gateway signed, and the RelayState beside it."""
    ours = tuple(trusted_key(der) for der in keys.published(Purpose.SIGNING, SLUG))
    if request.method == "POST":
        field = request.POST.get("SAMLRequest", "")
        root = _parsed(bindings.decode_post(field, max_bytes=_MAX_BYTES))
        return xmldsig.verify(root, ours).root, request.POST.get("RelayState", "")
    found = bindings.read_redirect(request.META["QUERY_STRING"], max_bytes=_MAX_BYTES)
    bindings.verify_redirect(found, ours)
    return _parsed(found.message), found.relay_state or ""


def _parsed(message: bytes) -> xml.Element:
    root = xml.parse(message, limits=xml.MESSAGE)
    schema.validate(root, Schema.PROTOCOL)
    return root


def _judge(root: xml.Element, wanted: str, trust: Trust) -> None:
    if root.tag != wanted:
        raise Refusal(
            Reason.NOT_A_RESPONSE, expected=wanted.rpartition("}")[2], received=xml.local_name(root)
        )
    expected, issuer = trust.service_provider.entity_id, elements.issuer_of(root)
    if issuer != expected:
        raise Refusal(Reason.ISSUER_UNKNOWN, expected=expected, received=issuer)
