"""The gateway in its production settings, with TLS and its own name."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from tests.faults import gateway
from tests.idp.keys import key_pair
from tests.signon import scene

NAME: Final = str(urlsplit(scene.BASE).hostname)


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where it listens, and the certificate that it shows."""

    port: int
    certificate: Path

    def metadata(self) -> bytes:
        """What it publishes for Acme."""
        context = ssl.create_default_context(cafile=self.certificate)
        line = HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        try:
            line.request("GET", "/saml/acme/metadata/", headers={"Host": NAME})
            answer = line.getresponse()
            document = answer.read()
        finally:
            line.close()
        assert answer.status == 200, document
        return document


@contextmanager
def running(folder: Path, application: str = "sso_gateway.wsgi") -> Iterator[Gateway]:
    """gunicorn, which ends TLS itself, over the database of the tests, until the block ends."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    certificate.write_bytes(_certificate())
    key.write_bytes(key_pair("rsa-2048", "tls").private_pem)
    tls = f"--certfile={certificate} --keyfile={key}"
    with gateway.running(folder, threads=4, application=application, GUNICORN_CMD_ARGS=tls) as port:
        yield Gateway(port, certificate)


def _certificate() -> bytes:
    key = key_pair("rsa-2048", "tls").private_key
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    hosts = [x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))]
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
