"""djangosaml2: one partner, IdP-initiated sign-in allowed, accounts made at first login."""

import shutil

from saml2 import BINDING_HTTP_POST

from benchmarks.peers.basis import *  # noqa: F403
from benchmarks.peers.basis import (
    AUTHENTICATION_BACKENDS,
    BASE_URL,
    FOLDER,
    INSTALLED_APPS,
    MIDDLEWARE,
)

ROOT_URLCONF = "benchmarks.peers.djangosaml2_urls"
INSTALLED_APPS = [*INSTALLED_APPS, "djangosaml2"]
MIDDLEWARE = [*MIDDLEWARE, "djangosaml2.middleware.SamlSessionMiddleware"]
AUTHENTICATION_BACKENDS = [*AUTHENTICATION_BACKENDS, "djangosaml2.backends.Saml2Backend"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"saml2": {"level": "CRITICAL"}, "djangosaml2": {"level": "ERROR"}},
}

SAML_CREATE_UNKNOWN_USER = True
SAML_DJANGO_USER_MAIN_ATTRIBUTE = "username"
SAML_ATTRIBUTE_MAPPING = {"mail": ("username", "email")}
SAML_CONFIG = {
    "entityid": f"{BASE_URL}/saml2/metadata/",
    "xmlsec_binary": shutil.which("xmlsec1"),
    "service": {
        "sp": {
            "endpoints": {
                "assertion_consumer_service": [(f"{BASE_URL}/saml2/acs/", BINDING_HTTP_POST)]
            },
            "allow_unsolicited": True,
            "want_response_signed": False,
            "want_assertions_signed": True,
        }
    },
    "metadata": {"local": [str(FOLDER / "idp.xml")]},
    "key_file": str(FOLDER / "sp.key"),
    "cert_file": str(FOLDER / "sp.crt"),
}
