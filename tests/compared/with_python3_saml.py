"""python3-saml, as strict as it can be set and still read the partner's genuine message."""

import functools
from base64 import b64encode
from typing import Any
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from sso_gateway.saml.model import SignedPart
from tests.compared.answers import RefusedError
from tests.compared.asked import Agreement

BINDING = "urn:oasis:names:tc:SAML:2.0:bindings"


def ask(message: bytes, agreement: Agreement) -> frozenset[str]:
    """The NameID and every value of an attribute."""
    expected = agreement.expected
    OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = int(expected.clock_skew.total_seconds())
    address = urlsplit(expected.service_provider.acs_url)
    request = {
        "https": "on",
        "http_host": address.hostname,
        "script_name": address.path,
        "get_data": {},
        "post_data": {"SAMLResponse": b64encode(message).decode()},
    }
    auth = OneLogin_Saml2_Auth(request, old_settings=_settings(agreement))
    auth.process_response(expected.request_id)
    if auth.get_errors() or not auth.is_authenticated():
        raise RefusedError(auth.get_last_error_reason())
    values = {str(value) for found in auth.get_attributes().values() for value in found}
    return frozenset(values | ({auth.get_nameid()} if auth.get_nameid() else set()))


@functools.cache
def _settings(agreement: Agreement) -> OneLogin_Saml2_Settings:
    provider = agreement.expected.identity_providers[agreement.shape.issuer]
    ours, key = agreement.expected.service_provider, agreement.decryption_keys[0]
    settings = {
        "strict": True,
        "sp": {
            "entityId": ours.entity_id,
            "assertionConsumerService": {"url": ours.acs_url, "binding": f"{BINDING}:HTTP-POST"},
            "x509cert": key.certificate_pem.decode(),
            "privateKey": key.private_pem.decode(),
        },
        "idp": {
            "entityId": provider.entity_id,
            "singleSignOnService": {
                "url": "https://idp.acme.example/sso",
                "binding": f"{BINDING}:HTTP-Redirect",
            },
            "x509certMulti": {"signing": [b64encode(key.der).decode() for key in provider.keys]},
        },
        "security": _security(agreement),
    }
    return OneLogin_Saml2_Settings(settings=settings)


def _security(agreement: Agreement) -> dict[str, Any]:
    """Whatever it can demand is demanded, if the partner's genuine message has it."""
    said = agreement.said()
    names = [attribute.name for attribute in said.attributes]
    return {
        "wantAssertionsSigned": agreement.placement is not SignedPart.RESPONSE,
        "wantMessagesSigned": agreement.placement is not SignedPart.ASSERTION,
        "wantAssertionsEncrypted": agreement.shape.is_encrypted,
        "wantNameId": said.name_id is not None,
        "wantNameIdEncrypted": agreement.shape.says.get("encrypt_name_id") is not None,
        "wantAttributeStatement": bool(names),
        "allowRepeatAttributeName": len(set(names)) < len(names),
        "rejectDeprecatedAlgorithm": True,
    }
