"""pysaml2's client, as strict as it can be set: with the xmlsec1 program, and in process."""

import atexit
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

from cryptography.utils import CryptographyDeprecationWarning
from saml2 import BINDING_HTTP_POST
from saml2.config import SPConfig

from benchmarks import messages
from benchmarks.candidates import Accept, CannotRunError, Maker
from benchmarks.messages import Kind
from tests.idp import workshop
from tests.idp.backend import InProcessBackend

with warnings.catch_warnings():
    # pysaml2 names a cipher where cryptography no longer keeps it; nothing here uses it.
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    from saml2.client import Saml2Client

logging.getLogger("saml2").setLevel(logging.CRITICAL)  # it logs what it refuses, at length
PROGRAM: Final = shutil.which("xmlsec1")


def _with_program(kind: Kind) -> Accept:
    if PROGRAM is None:
        raise CannotRunError("the xmlsec1 program is not installed")
    return _accept(_client(kind, crypto_backend="xmlsec1", xmlsec_binary=PROGRAM))


def _in_process(kind: Kind) -> Accept:
    client = _client(kind, crypto_backend="XMLSecurity")
    client.sec.crypto = InProcessBackend()
    return _accept(client)


def _accept(client: Saml2Client) -> Accept:
    def accept(field: str) -> None:
        answer = client.parse_authn_request_response(field, BINDING_HTTP_POST, outstanding={})
        if answer is None or not answer.session_info():
            raise ValueError("pysaml2 says no")

    return accept


def _client(kind: Kind, **backend: str) -> Saml2Client:
    folder = tempfile.TemporaryDirectory(prefix="bench-pysaml2-")
    atexit.register(folder.cleanup)
    key_file, cert_file = Path(folder.name, "sp.key"), Path(folder.name, "sp.crt")
    key_file.write_bytes(workshop.sp_key().private_pem)
    cert_file.write_bytes(workshop.sp_key().certificate_pem)
    pair = {"key_file": str(key_file), "cert_file": str(cert_file)}
    acs = [(messages.ACS_URL, BINDING_HTTP_POST)]
    settings: dict[str, Any] = {
        "entityid": messages.ENTITY_ID,
        "service": {
            "sp": {
                "endpoints": {"assertion_consumer_service": acs},
                "allow_unsolicited": True,
                "want_response_signed": kind is Kind.BOTH,
                "want_assertions_signed": True,
            }
        },
        "metadata": {"inline": [messages.metadata()]},
        "encryption_keypairs": [pair],
        "delete_tmpfiles": True,
        **backend,
    }
    return Saml2Client(config=SPConfig().load(settings))


CANDIDATES: Final[dict[str, Maker]] = {
    "pysaml2, in-process libxmlsec": _in_process,
    "pysaml2, xmlsec1 program": _with_program,
}
