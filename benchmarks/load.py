"""The load generator, a process of its own: ``python -m benchmarks.load PLAN``.

Posts each body once over connections that are kept, some at a time, until the bodies or the time
run out. A login counts when it ended in a redirect that set a session cookie; its session must be
another than everybody else's. Prints JSON. Speaks to 127.0.0.1 only.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """The head of a response."""

    status: int
    location: str
    cookies: dict[str, str]


class Connection:
    """HTTP/1.1 as far as redirects need it, and cheap, since it shares the machine."""

    def __init__(self, port: int, host: str) -> None:
        self._port, self._host = port, host
        self._socket: socket.socket | None = None

    def send(self, method: str, path: str, body: bytes, cookies: dict[str, str]) -> Answer:
        """One request. A connection that the last answer closed is opened anew."""
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n" + (
            f"Cookie: {jar}\r\n" if jar else ""
        )
        if body:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        message = f"{head}X-Forwarded-Proto: https\r\nUser-Agent: benchmark\r\n\r\n".encode() + body
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(message)
        return self._receive(self._socket)

    def _receive(self, connected: socket.socket) -> Answer:
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(connected)
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        location, cookies, length, closes = "", {}, None, False
        for line in lines:
            name, _, value = line.partition(":")
            name, value = name.lower(), value.strip()
            if name == "location":
                location = value
            elif name == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                cookies[cookie] = content
            elif name == "content-length":
                length = int(value)
            elif name == "connection":
                closes = value.lower() == "close"
        self._drain(connected, body, length, closes)
        return Answer(int(status.split()[1]), location, cookies)

    def _drain(
        self, connected: socket.socket, body: bytes, length: int | None, closes: bool
    ) -> None:
        while length is not None and len(body) < length:
            body += _some(connected)
        while length is None and not closes and not body.endswith(b"0\r\n\r\n"):
            body += _some(connected)  # chunked
        if closes:
            self.close()

    def close(self) -> None:
        """Leaves."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _some(connected: socket.socket) -> bytes:
    received = connected.recv(65536)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


class Outcome(NamedTuple):
    """What one client saw."""

    milliseconds: list[float]
    sessions: list[str]
    failures: list[str]


def client(plan: dict[str, Any], bodies: Iterator[bytes], lock: threading.Lock) -> Outcome:
    """Logs in with one body after the other until they or the time run out."""
    outcome = Outcome([], [], [])
    end = time.monotonic() + plan["seconds"]
    with closing(Connection(plan["port"], plan["host"])) as connection:
        while time.monotonic() < end:
            with lock:
                body = next(bodies, None)
            if body is None:
                break
            begun = time.perf_counter()
            session = login(connection, plan, body)
            taken = (time.perf_counter() - begun) * 1000
            if session.startswith("!"):
                outcome.failures.append(session)
            else:
                outcome.milliseconds.append(taken)
                outcome.sessions.append(session)
    return outcome


def login(connection: Connection, plan: dict[str, Any], body: bytes) -> str:
    """The session's cookie, or "!" and what came instead. ``follow`` names where an ACS hands on
    to itself before it signs anybody in.
    """
    answer = connection.send("POST", plan["path"], body, {})
    if plan["follow"] and answer.location.startswith(plan["follow"]):
        answer = connection.send("GET", answer.location, b"", answer.cookies)
    session = next(
        (value for name, value in answer.cookies.items() if name.startswith(plan["cookie"])), ""
    )
    redirected = answer.status in (302, 303)
    return session if redirected and session else f"! {answer.status} {answer.location}"


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan, carried out."""
    bodies = iter(Path(plan["bodies"]).read_bytes().splitlines())
    lock = threading.Lock()
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda: outcomes.append(client(plan, bodies, lock)))
        for _ in range(plan["clients"])
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions = [session for outcome in outcomes for session in outcome.sessions]
    return {
        "seconds": time.perf_counter() - begun,
        "milliseconds": [each for outcome in outcomes for each in outcome.milliseconds],
        "failures": [each for outcome in outcomes for each in outcome.failures][:5],
        "sessions": len(set(sessions)),
    }


if __name__ == "__main__":
    json.dump(run(json.loads(sys.argv[1])), sys.stdout)
