"""django-allauth: one partner, IdP-initiated sign-in allowed, accounts made at first login."""

from base64 import b64encode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks import messages
from benchmarks.peers.basis import *  # noqa: F403
from benchmarks.peers.basis import (
    AUTHENTICATION_BACKENDS,
    BASE_URL,
    FOLDER,
    INSTALLED_APPS,
    MIDDLEWARE,
)

ROOT_URLCONF = "benchmarks.peers.allauth_urls"
INSTALLED_APPS = [
    *INSTALLED_APPS,
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.saml",
]
MIDDLEWARE = [*MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]
AUTHENTICATION_BACKENDS = [
    *AUTHENTICATION_BACKENDS,
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_RATE_LIMITS = False

_certificate = x509.load_pem_x509_certificate((FOLDER / "idp.crt").read_bytes())
SOCIALACCOUNT_PROVIDERS = {
    "saml": {
        "APPS": [
            {
                "name": "Acme",
                "provider_id": messages.IDENTITY_PROVIDER,
                "client_id": "acme",
                "settings": {
                    "idp": {
                        "entity_id": messages.IDENTITY_PROVIDER,
                        "sso_url": messages.SIGN_ON,
                        "x509cert": b64encode(_certificate.public_bytes(Encoding.DER)).decode(),
                    },
                    "sp": {"entity_id": f"{BASE_URL}/accounts/saml/acme/metadata/"},
                    "advanced": {
                        "reject_idp_initiated_sso": False,
                        "want_assertion_signed": True,
                    },
                },
            }
        ]
    }
}
