"""The demo as ``make run`` starts it: a process of its own, reached by two names of one machine."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_KEPT: Final = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
_PASSWORD: Final = re.compile(r"^    (\S+)$", re.MULTILINE)
_PATIENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Server:
    """Where everything is. The gateway and the portal are two sites to a browser."""

    port: int
    password: str
    """Of ``admin``, as the terminal showed it."""

    @property
    def gateway(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.port}/demo/"


@contextmanager
def running(folder: Path, port: int | None = None) -> Iterator[Server]:
    """A gateway in demo mode that keeps everything in ``folder``, until the block ends."""
    port = port or free_port()
    environment = {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "ENV_FILE": str(folder / ".env"),
        "DATABASE_URL": f"sqlite:///{folder}/gateway.sqlite3",
        "SSO_CERTS_DIR": str(folder / "certs"),
        "SSO_METADATA_DIR": str(folder / "saml_metadata"),
        "PORT": str(port),
    }
    prepared = _run([sys.executable, "-m", "sso_gateway.bootstrap"], environment)
    found = _PASSWORD.search(prepared)
    command = ["gunicorn", "--config", "python:sso_gateway.gunicorn", "sso_gateway.wsgi"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(port, process)
            yield Server(port, found[1] if found else "")
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _run(command: list[str], environment: dict[str, str]) -> str:
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE * 10):
        assert process.poll() is None, "the server ended before it answered"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
