"""Test responses of other projects, read from beside the repository, each with its own keys."""

import base64
import functools
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.utils import CryptographyDeprecationWarning

from sso_gateway.saml.model import (
    DecryptionKey,
    Expected,
    IdentityProvider,
    ServiceProvider,
    TrustedKey,
)

FOLDER = Path(__file__).parents[3] / "shared" / "peers"
ABSENT = "the test data of other projects (../shared/peers) is not part of the repository"

PYTHON3_SAML = "SAML-Toolkits+python3-saml/tests"
NODE_SAML = "node-saml+node-saml/test/static"
XML_CRYPTO = "node-saml+xml-crypto/test/static"
SIMPLESAMLPHP = "simplesamlphp+saml2/tests/resources/xml"
PYSAML2 = "IdentityPython+pysaml2/tests"

_ISSUER = re.compile(rb"<(?:\w+:)?Issuer[^>]*>\s*([^<]+?)\s*<")
_DESTINATION = re.compile(rb'Destination="([^"]+)"')
_AUDIENCE = re.compile(rb"<(?:\w+:)?Audience>([^<]+)<")
_INSTANT = re.compile(rb'IssueInstant="([0-9T:-]+)(?:\.[0-9]+)?Z"')
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_BASE64 = re.compile(rb"<(?:\w+:)?X509Certificate>([^<]+)<")


@dataclass(frozen=True, slots=True)
class World:
    """What one project's test configuration says: who we are, whom we trust, what we decrypt with.

    A message for another host than ours was made for another service provider of that project,
    whose configuration is not here: it is judged as that one, by its own Destination and Audience.
    """

    entity_id: str
    acs_url: str
    certificates: tuple[x509.Certificate, ...]
    decryption_keys: tuple[DecryptionKey, ...] = ()

    def expected(self, message: bytes) -> Expected:
        """What its own service provider would expect at the moment the message was issued."""
        keys = tuple(trusted(certificate) for certificate in self.certificates)
        issuers = {found.decode() for found in _ISSUER.findall(message)}
        entity_id, acs_url = self._addressed(message)
        return Expected(
            service_provider=ServiceProvider(entity_id, acs_url, self.decryption_keys),
            identity_providers={
                issuer: IdentityProvider(entity_id=issuer, keys=keys) for issuer in issuers
            },
            now=issued(message),
        )

    def _addressed(self, message: bytes) -> tuple[str, str]:
        destination, audience = _DESTINATION.search(message), _AUDIENCE.search(message)
        host = self.acs_url.split("/")[2]
        if destination is None or f"//{host}/" in destination[1].decode():
            return self.entity_id, self.acs_url
        entity_id = audience[1].decode() if audience else self.entity_id
        return entity_id, destination[1].decode()


def destination(message: bytes) -> str | None:
    """The address that the message names."""
    found = _DESTINATION.search(message)
    return None if found is None else found[1].decode()


def issued(message: bytes) -> datetime:
    """The last IssueInstant of the message; a fixed moment where there is none to read."""
    found = [
        datetime.fromisoformat(i.decode()).replace(tzinfo=UTC) for i in _INSTANT.findall(message)
    ]
    return max(found, default=datetime(2014, 3, 21, 13, 41, 9, tzinfo=UTC))


def trusted(certificate: x509.Certificate) -> TrustedKey:
    """Their key, whatever its size: that it is too small is not what these files are about."""
    public_key = certificate.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return TrustedKey(
        public_key=public_key,
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        der=certificate.public_bytes(Encoding.DER),
    )


def read(name: str) -> bytes:
    """The message in a file, out of its base64 where the name says so."""
    content = (FOLDER / name).read_bytes()
    return base64.b64decode(content) if name.endswith(".base64") else content


def files(folder: str, pattern: str = "*") -> Iterator[str]:
    """Names below the corpus, in order."""
    for path in sorted((FOLDER / folder).glob(pattern)):
        if path.is_file():
            yield str(path.relative_to(FOLDER))


def certificate(body: str | bytes) -> x509.Certificate:
    """A certificate from PEM, or from bare base64."""
    octets = body.encode() if isinstance(body, str) else body
    found = _PEM.search(octets)
    with warnings.catch_warnings():
        # Some of these old test certificates have a serial number of zero.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        if found is not None:
            return x509.load_pem_x509_certificate(found[0])
        return x509.load_der_x509_certificate(base64.b64decode(octets))


def decryption_key(pem: bytes) -> DecryptionKey:
    private_key = load_pem_private_key(pem, None)
    assert isinstance(private_key, rsa.RSAPrivateKey)
    return DecryptionKey(private_key=private_key, sha256="")


@functools.cache
def python3_saml() -> World:
    """The configuration that python3-saml's own tests judge its responses by."""
    certificates = {}
    keys: dict[str, None] = {}
    for name in files(f"{PYTHON3_SAML}/settings", "settings*.json"):
        said = json.loads(read(name))
        if said["idp"].get("x509cert"):
            found = certificate(said["idp"]["x509cert"])
            certificates[found.public_bytes(Encoding.DER)] = found
        if said["sp"].get("privateKey"):
            keys[said["sp"]["privateKey"]] = None
    first = json.loads(read(f"{PYTHON3_SAML}/settings/settings1.json"))["sp"]
    wrapped = (
        f"-----BEGIN RSA PRIVATE KEY-----\n{k}\n-----END RSA PRIVATE KEY-----\n" for k in keys
    )
    return World(
        first["entityId"],
        first["assertionConsumerService"]["url"],
        tuple(certificates.values()),
        tuple(decryption_key(pem.encode()) for pem in wrapped),
    )
