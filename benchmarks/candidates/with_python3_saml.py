"""python3-saml, as strict as it can be set: settings read for each request, or kept."""

from base64 import b64encode
from typing import Any, Final
from urllib.parse import urlsplit

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from benchmarks import messages
from benchmarks.candidates import Accept, Maker
from benchmarks.messages import Kind
from tests.idp import workshop


def _per_request(kind: Kind) -> Accept:
    settings = _settings(kind)
    return lambda field: _process(field, settings)


def _cached(kind: Kind) -> Accept:
    kept = OneLogin_Saml2_Settings(settings=_settings(kind))
    return lambda field: _process(field, kept)


def _process(field: str, settings: dict[str, Any] | OneLogin_Saml2_Settings) -> None:
    request = {
        "https": "on",
        "http_host": urlsplit(messages.ACS_URL).hostname,
        "script_name": urlsplit(messages.ACS_URL).path,
        "get_data": {},
        "post_data": {"SAMLResponse": field},
    }
    auth = OneLogin_Saml2_Auth(request, old_settings=settings)
    auth.process_response()
    if auth.get_errors() or not auth.is_authenticated():
        raise ValueError(auth.get_last_error_reason())


def _settings(kind: Kind) -> dict[str, Any]:
    binding = "urn:oasis:names:tc:SAML:2.0:bindings"
    return {
        "strict": True,
        "sp": {
            "entityId": messages.ENTITY_ID,
            "assertionConsumerService": {
                "url": messages.ACS_URL,
                "binding": f"{binding}:HTTP-POST",
            },
            "x509cert": workshop.sp_key().certificate_pem.decode(),
            "privateKey": workshop.sp_key().private_pem.decode(),
        },
        "idp": {
            "entityId": messages.IDENTITY_PROVIDER,
            "singleSignOnService": {
                "url": messages.SIGN_ON,
                "binding": f"{binding}:HTTP-Redirect",
            },
            "x509cert": b64encode(workshop.idp_key().certificate_der).decode(),
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantMessagesSigned": kind is Kind.BOTH,
            "wantAssertionsEncrypted": kind is Kind.ENCRYPTED,
            "rejectDeprecatedAlgorithm": True,
        },
    }


CANDIDATES: Final[dict[str, Maker]] = {
    "python3-saml, settings per request": _per_request,
    "python3-saml, settings kept": _cached,
}
