"""The gateway in its production settings, with TLS, under its own name to a browser that is told."""

import socket
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
AS_INSTALLED: Final = "sso_gateway.wsgi"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where it listens while it runs, and the certificate that it shows."""

    folder: Path
    port: int
    certificate: Path
    key: Path

    @contextmanager
    def running(self, application: str = AS_INSTALLED, **more: str) -> Iterator[None]:
        """gunicorn, which ends TLS itself, over the database of the test."""
        tls = f"--certfile={self.certificate} --keyfile={self.key}"
        with gateway.running(
            self.folder,
            threads=4,
            port=self.port,
            application=application,
            GUNICORN_CMD_ARGS=tls,
            **more,
        ):
            yield

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
def prepared(folder: Path) -> Iterator[Gateway]:
    """A port that nobody else is given, on which one gateway after the other may listen."""
    (folder / "tls.crt").write_bytes(_certificate())
    (folder / "tls.key").write_bytes(key_pair("rsa-2048", "tls").private_pem)
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        yield Gateway(folder, port, folder / "tls.crt", folder / "tls.key")


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
