"""A real gateway over the test's own database: gunicorn, its workers, and browsers that post to it.

The settings are the production settings; only the WSGI application can be told to fail.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.db import connection

from tests.signon import scene

ROOT: Final = Path(__file__).parents[2]
HOST: Final = urlsplit(scene.BASE).netloc
FORM: Final = "application/x-www-form-urlencoded"
_KEPT: Final = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser got."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def reference(self) -> str:
        """Without its dash, as the rows have it."""
        return self.headers.get("X-SSO-Reference", "").replace("-", "")

    @property
    def statements(self) -> int:
        """How many the request took."""
        return int(self.headers["X-Statements"])


@dataclass(slots=True)
class Browser:
    """A browser in front of one gateway, with the cookies that it was given."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def post(
        self, message: bytes, *, path: str = scene.ACS, fault: str = "", **headers: str
    ) -> Answer | None:
        """Posts the form of an IdP. None where no answer came: the worker is gone."""
        body = urlencode(scene.form(message))
        return self.send("POST", path, body, {"X-Fault": fault, **headers})

    def get(self, path: str) -> Answer:
        """The answer, which must come."""
        answer = self.send("GET", path, "", {})
        assert answer is not None, f"no answer to {path}"
        return answer

    def send(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer | None:
        """One request on a connection of its own."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": HOST, "Content-Type": FORM, "Cookie": cookies, **headers}
        line = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            line.request(method, path, body, {name: text for name, text in sent.items() if text})
            got = line.getresponse()
            text = got.read().decode()
        except (HTTPException, ConnectionError):
            return None
        finally:
            line.close()
        for cookie in got.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: m.value for name, m in SimpleCookie(cookie).items()}
        return Answer(got.status, dict(got.headers), text)

    def who(self) -> str | None:
        """Whom /session/ names."""
        email: str | None = json.loads(self.get("/session/").body).get("email")
        return email


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """That of a gateway on the database of this test, with our keys."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": settings.SECRET_KEY,
        "SSO_BASE_URL": scene.BASE,
        "SSO_CERTS_DIR": str(settings.SSO_CERTS_DIR),
        "SSO_METADATA_DIR": str(settings.SSO_METADATA_DIR),
        "SSO_TRUSTED_PROXIES": "127.0.0.1",
        "DATABASE_URL": database_url(),
        "PORT": str(port),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        **more,
    }


def database_url() -> str:
    """The database that this test has, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(name)}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def running(
    folder: Path,
    *,
    workers: int = 1,
    threads: int = 1,
    application: str = "tests.faults.application",
    **more: str,
) -> Iterator[int]:
    """A gateway with so many processes; you get its port. Needs a database that others see."""
    port = _free_port()
    workshop = Path(folder) / f"gateway-{port}"
    workshop.mkdir()
    numbers = {"WEB_CONCURRENCY": str(workers), "WEB_THREADS": str(threads)}
    command = ["-m", "gunicorn", "--config", "python:sso_gateway.gunicorn"]
    with (workshop / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command, application],
            cwd=ROOT,
            env=environment(workshop, port, **numbers, **more),
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(port, process, workshop / "log")
            yield port
        finally:
            process.terminate()
            process.wait(_PATIENCE)
            _tell(workshop / "log")
            shutil.rmtree(workshop)


def _tell(log: Path) -> None:
    """What went wrong inside: pytest shows it where the test fails."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if " INFO " not in line and " outcome=refused " not in line:
            sys.stderr.write(f"{line}\n")


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_PATIENCE * 10):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the gateway does not answer")
