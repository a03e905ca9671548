"""The only way out: where it may go, and what it takes home."""

import socket
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

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


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "0x7f000001", "0x7f.1",
        "0177.0.0.1", "017700000001", "0.0.0.0", "0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",  # noqa: S104 - asked, not bound
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "10.0.0.1", "[::ffff:10.0.0.1]", "169.254.169.254", "[::ffff:a9fe:a9fe]", "2852039166",
        "[fd00:ec2::254]", "100.100.100.200",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_asked_however_it_is_written(host: str) -> None:
    with pytest.raises(Declined) as raised:
        fetch.fetch(f"https://{host}:1/")
    assert key_of(raised) == "url_not_allowed"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_nothing_is_sent_to_an_address_that_is_not_allowed(host: str) -> None:
    asked: list[BaseHTTPRequestHandler] = []
    with serving(asked.append) as port, pytest.raises(Declined):
        fetch.fetch(f"https://{host}:{port}/")
    assert asked == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """A name server that says something else each time; the names it was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, *args: Any, **kwargs: Any) -> Any:
        if host[:1].isdigit():  # an address already
            return real(host, *args, **kwargs)
        asked.append(host)
        return real(answers[len(asked) - 1], *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_name_is_resolved_once_and_what_was_judged_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = resolving(monkeypatch, "127.0.0.1", "10.0.0.1")
    with serving(says(b"judged")) as port:
        fetched = fetch.fetch(f"http://rebinding.example:{port}/", allow=here)
    assert fetched.body == b"judged"
    assert asked == ["rebinding.example"]


def test_a_name_that_moves_between_redirects_is_judged_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = resolving(monkeypatch, "127.0.0.1", "10.0.0.1")
    with serving(says(b"", 302, Location="/there")) as port, pytest.raises(Declined) as raised:
        fetch.fetch(f"http://rebinding.example:{port}/", allow=here)
    assert key_of(raised) == "url_not_allowed"
    assert asked == ["rebinding.example"] * 2


def test_one_private_address_among_public_ones_is_one_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(*args: Any, **kwargs: Any) -> Any:
        return [(2, 1, 6, "", (host, 443)) for host in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(Declined) as raised:
        fetch.fetch("https://half.example/")
    assert key_of(raised) == "url_not_allowed"


def test_http_is_refused_in_words() -> None:
    with pytest.raises(Declined, match="anybody on the way"):
        fetch.fetch("http://localhost/")


@pytest.mark.parametrize(
    "url",
    ["ftp://localhost/", "file:///etc/passwd", "https://", "localhost", "https://u:p@localhost/",
     "https://localhost:x/", "https://localhost:99999/", "https://local host/", "https://hö.example",
     "https://localhost/\r\nX: y", "javascript:alert(1)", "https://[::1", "gopher://localhost/_GET",
     "dict://localhost:11211/", "ldap://localhost/", "data:text/xml,<a/>", "jar:https://localhost!/",
     "//localhost/", "https://@localhost/", "https://:p@localhost/", "https://a.example@localhost/",
     "https://a.example\\@localhost/", "https://a.example\\.localhost/", "https://１２７.0.0.1/",
     "https://localhost。example/", "https://ⓛocalhost/", "https://localhost/ä", "https://a/\x00",
     "https://a.example/" + "x" * 2000],
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
    ("location", "key"),
    [
        ("http://127.0.0.1:{port}/", "url_redirects"),
        ("http://localhost:1/", "url_redirects"),
        ("https://localhost:{port}/", "url_redirects"),
        ("http://169.254.169.254/latest/meta-data/", "url_redirects"),
        ("http://[::1]:{port}/", "url_redirects"),
        ("http://[::ffff:10.0.0.1]/", "url_redirects"),
        ("http://0.0.0.0:{port}/", "url_redirects"),
        ("http://2130706433:{port}/", "url_redirects"),
        ("//10.0.0.1/", "url_redirects"),
        ("http://localhost.evil.example:{port}/", "url_redirects"),
        ("http://user@localhost:{port}/", "url_invalid"),
        ("http://localhost:{port}@evil.example/", "url_invalid"),
        ("file:///etc/passwd", "url_invalid"),
        ("gopher://localhost:{port}/_GET", "url_invalid"),
        ("ftp://localhost:{port}/", "url_invalid"),
        ("javascript:alert(1)", "url_invalid"),
        ("http://xn--lcalhost-54a:{port}/", "url_redirects"),
        ("/\xe4", "url_invalid"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(location: str, key: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        port = handler.connection.getsockname()[1]
        says(b"", 302, Location=location.format(port=port))(handler)

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port)
    assert key_of(raised) == key


def test_redirects_end() -> None:
    hops = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hops.append(handler.path)
        says(b"", 302, Location=f"/{len(hops)}")(handler)

    with serving(answer) as port, pytest.raises(Declined, match="too often"):
        get(port)
    assert len(hops) == fetch.MAX_REDIRECTS + 1


def test_a_loop_ends() -> None:
    hops = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        hops.append(handler.path)
        says(b"", 302, Location="/b" if handler.path == "/a" else "/a")(handler)

    with serving(answer) as port, pytest.raises(Declined) as raised:
        get(port, "/a")
    assert key_of(raised) == "url_redirects"
    assert hops == ["/a", "/b", "/a", "/b"]


@pytest.mark.parametrize(
    ("status", "words"), [(401, "needs a login"), (403, "needs a login"), (404, "did not answer")]
)
def test_another_status_is_said_in_words(status: int, words: str) -> None:
    with serving(says(b"x", status)) as port, pytest.raises(Declined, match=words):
        get(port)


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
