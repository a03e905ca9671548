"""The load generator counts logins, and nothing else."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks import load


class ServiceProvider(BaseHTTPRequestHandler):
    """Answers by path: what a login, a refusal and a detour look like from outside."""

    protocol_version = "HTTP/1.1"
    seen: list[bytes] = []
    connections: set[tuple[str, int]] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append(body)
        type(self).connections.add(self.client_address)
        number = str(len(type(self).seen))
        if self.path == "/detour/":
            self._answer(302, Location="/detour/finish/", Set_Cookie=f"carried={number}; Path=/")
        elif self.path == "/refuses/":
            self._answer(403)
        elif self.path == "/forgets/":
            self._answer(303, Location="/")
        elif self.path == "/same/":
            self._answer(303, Location="/", Set_Cookie="session=1")
        else:
            self._answer(303, Location="/", Set_Cookie=f"session={number}; HttpOnly")

    def do_GET(self) -> None:
        carried = self.headers["Cookie"].removeprefix("carried=")
        self._answer(302, Location="/", Set_Cookie=f"session={carried}")

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    ServiceProvider.seen, ServiceProvider.connections = [], set()
    with ThreadingHTTPServer(("127.0.0.1", 0), ServiceProvider) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def plan(port: int, tmp_path: Path) -> dict[str, Any]:
    bodies = tmp_path / "bodies"
    bodies.write_bytes(b"".join(b"SAMLResponse=%d\n" % number for number in range(12)))
    return {
        "port": port,
        "host": "sso.example.com",
        "path": "/acs/",
        "follow": "",
        "cookie": "session",
        "bodies": str(bodies),
        "clients": 3,
        "seconds": 30,
    }


def test_every_body_is_posted_once_over_kept_connections(plan: dict[str, Any]) -> None:
    outcome = load.run(plan)
    assert sorted(ServiceProvider.seen) == sorted(b"SAMLResponse=%d" % n for n in range(12))
    assert len(ServiceProvider.connections) <= 3
    assert (len(outcome["milliseconds"]), outcome["sessions"], outcome["failures"]) == (12, 12, [])
    json.dumps(outcome)


@pytest.mark.parametrize(("path", "said"), [("/refuses/", "! 403 "), ("/forgets/", "! 303 /")])
def test_an_answer_without_a_session_is_no_login(
    plan: dict[str, Any], path: str, said: str
) -> None:
    outcome = load.run({**plan, "path": path})
    assert outcome["milliseconds"] == []
    assert set(outcome["failures"]) == {said}


def test_one_session_for_several_logins_is_seen(plan: dict[str, Any]) -> None:
    outcome = load.run({**plan, "path": "/same/"})
    assert (len(outcome["milliseconds"]), outcome["sessions"]) == (12, 1)


def test_an_acs_that_hands_on_to_itself_is_followed(plan: dict[str, Any]) -> None:
    outcome = load.run({**plan, "path": "/detour/", "follow": "/detour/finish/"})
    assert (len(outcome["milliseconds"]), outcome["sessions"]) == (12, 12)


def test_time_that_is_up_ends_it(plan: dict[str, Any]) -> None:
    assert load.run({**plan, "seconds": 0})["milliseconds"] == []
    assert ServiceProvider.seen == []
