"""TLS of the only way out."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sso_gateway.partners import fetch
from sso_gateway.partners.problems import Declined
from sso_gateway.partners.reach import Address
from tests.idp.keys import key_pair
from tests.partners.server import says, serving


def here(scheme: str, address: Address) -> bool:
    """This machine only, which is never allowed by itself."""
    return address.is_loopback


def served_as(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for ``name``, and a client's that trusts it."""
    pair = key_pair("rsa-2048", "tls")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tls")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(pair.certificate.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(pair.private_key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    file.write_bytes(pair.private_pem + made.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())


def key_of(raised: pytest.ExceptionInfo[Declined]) -> str:
    return raised.value.problems[0].key


def test_tls_proves_the_name_that_was_entered(tmp_path: Path) -> None:
    server, trust = served_as("localhost", tmp_path)
    with serving(says(b"secure"), server) as port:
        fetched = fetch.fetch(f"https://localhost:{port}/", allow=here, trust=trust)
    assert fetched.body == b"secure"


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    server, trust = served_as("elsewhere.example", tmp_path)
    with serving(says(b"secret"), server) as port, pytest.raises(Declined) as raised:
        fetch.fetch(f"https://localhost:{port}/", allow=here, trust=trust)
    assert key_of(raised) == "url_unreachable"


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    server, _trust = served_as("localhost", tmp_path)
    with serving(says(b"secret"), server) as port, pytest.raises(Declined) as raised:
        fetch.fetch(f"https://localhost:{port}/", allow=here)
    assert "certificate verify failed" in str(raised.value)


def test_a_server_that_says_nothing_to_the_greeting_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Declined) as raised:
        port = silent.getsockname()[1]
        fetch.fetch(f"https://localhost:{port}/", allow=here, limits=fetch.Limits(max_seconds=0.3))
    assert key_of(raised) == "url_unreachable"
