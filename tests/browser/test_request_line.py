"""What no browser would send, to the server that answers browsers."""

import socket

import pytest

from tests.browser.server import Server


def answer(demo: Server, request: str) -> str:
    """Everything that comes back for these bytes."""
    with socket.create_connection(("localhost", demo.port), timeout=20) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received.decode("latin-1")


HERE = "Host: localhost\nConnection: close\n\n"
ELSEWHERE = "Host: evil.example\nConnection: close\n\n"


@pytest.mark.parametrize("path", ["/", "/saml/acme/metadata/", "/saml/acme/login", "/nothing/"])
def test_an_absolute_address_in_the_request_line_is_not_believed(demo: Server, path: str) -> None:
    told = answer(demo, f"GET http://evil.example:6666{path} HTTP/1.1\n{HERE}")
    assert told.startswith("HTTP/1.1 ")
    assert "evil.example" not in told and "6666" not in told
    told = answer(demo, f"GET http://localhost{path} HTTP/1.1\n{ELSEWHERE}")
    assert told.startswith("HTTP/1.1 400") and "evil.example" not in told


@pytest.mark.parametrize(
    "request_", ["GET //evil.example HTTP/1.1", "GET //evil.example/saml/acme/login HTTP/1.1"]
)
def test_a_path_that_looks_like_an_address_leads_nowhere(demo: Server, request_: str) -> None:
    told = answer(demo, f"{request_}\n{HERE}")
    assert "\r\nLocation: //" not in told and "\r\nLocation: http" not in told


def test_two_hosts_are_one_too_many(demo: Server) -> None:
    told = answer(demo, f"GET / HTTP/1.1\nHost: localhost\n{ELSEWHERE}")
    assert told.startswith("HTTP/1.1 400") and "evil.example" not in told


def test_a_header_over_two_lines_is_refused(demo: Server) -> None:
    told = answer(demo, f"GET / HTTP/1.1\nX-Forwarded-For: 192.0.2.1\n evil\n{HERE}")
    assert told.startswith("HTTP/1.1 400")
