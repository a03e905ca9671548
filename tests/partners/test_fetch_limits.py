"""What a fetch may cost: bytes, time, and nothing unpacked."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from sso_gateway.partners.fetch import Limits
from sso_gateway.partners.problems import Declined
from tests.partners.server import says, serving
from tests.partners.test_fetch import get, key_of


@pytest.mark.parametrize("announced", [True, False])
def test_a_document_larger_than_the_limit_is_refused(announced: bool) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", "2000")
        handler.end_headers()
        handler.wfile.write(b"x" * 2000)
        handler.close_connection = True

    with serving(answer) as port:
        assert len(get(port, limits=Limits(max_bytes=2000)).body) == 2000
        with pytest.raises(Declined) as raised:
            get(port, limits=Limits(max_bytes=1999))
    assert key_of(raised) == "url_too_large"


def test_what_is_compressed_stays_compressed() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.headers["Accept-Encoding"])
        says(gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")(handler)

    with serving(answer) as port:
        fetched = get(port, limits=Limits(max_bytes=10_000))
    assert asked == ["identity"]
    assert fetched.body.startswith(b"\x1f\x8b")


def test_an_endless_body_in_pieces_ends_at_the_limit() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while True:  # until the other side hangs up
            handler.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port, limits=Limits(max_bytes=100_000))
    assert key_of(raised) == "url_too_large"


@pytest.mark.parametrize("line", [b"X: y\r\n", b"X: " + b"y" * 100_000])
def test_endless_headers_are_no_answer(line: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:  # until the other side hangs up
            handler.wfile.write(line)

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port)
    assert key_of(raised) == "url_unreachable"


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_dripping_answer_ends_at_the_deadline(where: str) -> None:
    done = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        while not done.wait(0.01):
            handler.wfile.write(b"x")

    with serving(answer) as port, pytest.raises(Declined) as raised:
        try:
            get(port, limits=Limits(max_seconds=0.3))
        finally:
            done.set()
    assert key_of(raised) == "url_unreachable"


def test_half_a_document_is_no_document() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port)
    assert key_of(raised) == "url_unreachable"
