"""The only way out: where it may go, and what it takes home."""

import socket
import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address

import pytest

from sso_gateway.partners import fetch
from sso_gateway.partners.fetch import Fetched, Limits
from sso_gateway.partners.problems import Declined
from sso_gateway.partners.reach import Address
from tests.partners.server import says, serving


def here(scheme: str, address: Address) -> bool:
    """This machine only, which is never allowed by itself."""
    return address.is_loopback


def get(port: int, path: str = "/", limits: Limits = fetch.STANDARD) -> Fetched:
    return fetch.fetch(f"http://localhost:{port}{path}", allow=here, limits=limits)


def key_of(raised: pytest.ExceptionInfo[Declined]) -> str:
    return raised.value.problems[0].key


def test_a_document_comes_home_with_its_type() -> None:
    with serving(says(b"<xml/>", Content_Type="application/samlmetadata+xml")) as port:
        fetched = get(port, "/metadata?appid=7")
    assert fetched == Fetched(
        f"http://localhost:{port}/metadata?appid=7", b"<xml/>", "application/samlmetadata+xml"
    )


def test_it_asks_for_the_name_that_was_entered() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.headers["Host"], handler.path))
        says(b"x")(handler)

    with serving(answer) as port:
        get(port, "/a?b=c")
    assert asked == [(f"localhost:{port}", "/a?b=c")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_nothing_is_sent_to_an_address_that_is_not_allowed(host: str) -> None:
    with serving(says(b"secret")) as port, pytest.raises(Declined) as raised:
        fetch.fetch(f"https://{host}:{port}/")
    assert key_of(raised) in {"url_not_allowed", "url_unreachable"}
    assert "secret" not in str(raised.value)


def test_http_is_refused_in_words() -> None:
    with pytest.raises(Declined, match="anybody on the way"):
        fetch.fetch("http://localhost/")


@pytest.mark.parametrize(
    "url",
    ["ftp://localhost/", "file:///etc/passwd", "https://", "localhost", "https://u:p@localhost/",
     "https://localhost:x/", "https://localhost:99999/", "https://local host/", "https://hö.example",
     "https://localhost/\r\nX: y", "javascript:alert(1)", "https://[::1"],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(Declined) as raised:
        fetch.fetch(url, allow=lambda scheme, address: True)
    assert key_of(raised) == "url_invalid"


def test_every_address_of_a_name_is_judged_and_the_judged_one_is_used() -> None:
    judged = []

    def once(scheme: str, address: Address) -> bool:
        judged.append(address)
        return address.is_loopback

    with serving(says(b"x")) as port:
        fetch.fetch(f"http://localhost:{port}/", allow=once)
    names = {ip_address(e[4][0]) for e in socket.getaddrinfo("localhost", 80)}
    assert set(judged) == names
    with pytest.raises(Declined):
        fetch.fetch("http://localhost/", allow=lambda s, a: a != ip_address("127.0.0.1"))


@pytest.mark.parametrize("host", ["a" * 64 + ".invalid", "a..invalid"])
def test_a_name_that_cannot_exist_is_unreachable(host: str) -> None:
    with pytest.raises(Declined) as raised:
        fetch.fetch(f"https://{host}/")
    assert key_of(raised) == "url_unreachable"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(status: int) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/":
            says(b"", status, Location="/there")(handler)
        else:
            says(handler.path.encode())(handler)

    with serving(answer) as port:
        assert get(port).body == b"/there"


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/", "http://localhost:1/", "https://localhost:{port}/"]
)
def test_a_redirect_elsewhere_is_not_followed(location: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        port = handler.connection.getsockname()[1]
        says(b"", 302, Location=location.format(port=port))(handler)

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port)
    assert key_of(raised) == "url_redirects"


def test_redirects_end() -> None:
    hops = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hops.append(handler.path)
        says(b"", 302, Location=f"/{len(hops)}")(handler)

    with serving(answer) as port, pytest.raises(Declined, match="too often"):
        get(port)
    assert len(hops) == fetch.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    ("status", "words"), [(401, "needs a login"), (403, "needs a login"), (404, "did not answer")]
)
def test_another_status_is_said_in_words(status: int, words: str) -> None:
    with serving(says(b"x", status)) as port, pytest.raises(Declined, match=words):
        get(port)


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


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(Declined) as raised:
        get(port)
    assert key_of(raised) == "url_unreachable"


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(says(b"direct")) as port:
        assert get(port).body == b"direct"
