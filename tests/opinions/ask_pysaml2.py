"""pysaml2's opinion of a whole response: its client, set up as strictly as it can be."""

import base64
import gc
import tempfile
import warnings
from pathlib import Path
from typing import Any

import time_machine
from cryptography.utils import CryptographyDeprecationWarning
from saml2 import BINDING_HTTP_POST
from saml2.config import SPConfig

from sso_gateway.saml.model import Expected
from tests.idp.backend import ProgramBackend
from tests.idp.keys import KeyPair
from tests.idp.server import XMLSEC1

with warnings.catch_warnings():
    # pysaml2 names a cipher where cryptography no longer keeps it; nothing here uses it.
    warnings.simplefilter("ignore", CryptographyDeprecationWarning)
    from saml2.client import Saml2Client

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"


def accepts(message: bytes, expected: Expected, decryption_keys: tuple[KeyPair, ...]) -> bool:
    """Whether pysaml2 would sign somebody in with this message, expecting what we expect."""
    with warnings.catch_warnings():
        # It leaves files open when it says no; they are closed here, not in some other test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.freeze()  # so that only what this call leaves behind is looked through
        answer = _accepts(message, expected, decryption_keys)
        gc.collect()
        gc.unfreeze()
    return answer


def _accepts(message: bytes, expected: Expected, decryption_keys: tuple[KeyPair, ...]) -> bool:
    with (
        tempfile.TemporaryDirectory(prefix="sp-") as folder,
        time_machine.travel(expected.now, tick=False),
    ):
        asked = client(expected, decryption_keys, Path(folder))
        assert XMLSEC1 is not None
        asked.sec.crypto = ProgramBackend(XMLSEC1)
        try:
            found = answer(asked, message, expected)
            return found is not None and bool(found.session_info())
        except Exception:  # pysaml2 says no with a great many exceptions
            return False


def answer(client: Saml2Client, message: bytes, expected: Expected) -> Any:
    """Its response object, or None; it raises for most of what it refuses. Recipient is compared
    only because of ``conv_info``.
    """
    ours = expected.service_provider
    return client.parse_authn_request_response(
        base64.b64encode(message).decode(),
        BINDING_HTTP_POST,
        outstanding={expected.request_id: "/"} if expected.request_id else {},
        conv_info={
            "remote_addr": "192.0.2.7",
            "request_uri": ours.acs_url,
            "entity_id": ours.entity_id,
            "endpoints": {"assertion_consumer_service": [ours.acs_url]},
        },
    )


def client(
    expected: Expected, keys: tuple[KeyPair, ...], folder: Path, **more: object
) -> Saml2Client:
    """Its client with what we expect, and ``more`` of its own settings; keys go to ``folder``."""
    settings = {**_configuration(expected, keys, folder), **more}
    return Saml2Client(config=SPConfig().load(settings))


def _configuration(expected: Expected, keys: tuple[KeyPair, ...], folder: Path) -> dict[str, Any]:
    pairs = []
    for number, key in enumerate(keys):
        key_file, cert_file = folder / f"{number}.key", folder / f"{number}.crt"
        key_file.write_bytes(key.private_pem)
        cert_file.write_bytes(key.certificate_pem)
        pairs.append({"key_file": str(key_file), "cert_file": str(cert_file)})
    acs = [(expected.service_provider.acs_url, BINDING_HTTP_POST)]
    return {
        "entityid": expected.service_provider.entity_id,
        "service": {
            "sp": {
                "endpoints": {"assertion_consumer_service": acs},
                "allow_unsolicited": expected.request_id is None,
                "want_response_signed": expected.demands.signed in ("response", "both"),
                "want_assertions_signed": expected.demands.signed in ("assertion", "both"),
                "want_assertions_or_response_signed": True,
            }
        },
        "accepted_time_diff": int(expected.clock_skew.total_seconds()),
        "metadata": {"inline": [_metadata(expected)]},
        "encryption_keypairs": pairs,
        "crypto_backend": "XMLSecurity",
    }


def _metadata(expected: Expected) -> str:
    entities = ""
    for idp in expected.identity_providers.values():
        keys = "".join(
            f'<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data>'
            f"<ds:X509Certificate>{base64.b64encode(key.der).decode()}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo></KeyDescriptor>"
            for key in idp.keys
        )
        entities += (
            f'<EntityDescriptor entityID="{idp.entity_id}"><IDPSSODescriptor'
            f' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
            '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
            f' Location="{idp.entity_id}"/></IDPSSODescriptor></EntityDescriptor>'
        )
    return f'<EntitiesDescriptor xmlns="{MD}">{entities}</EntitiesDescriptor>'
