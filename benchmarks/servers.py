"""Servers on loopback: started, awaited, and ended by their own process number, come what may."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WORKERS: Final = 2
_PATIENCE: Final = 30  # seconds


class NotStartedError(Exception):
    """A program that was asked to run and did not; its last words."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def command(*arguments: str, environment: Mapping[str, str]) -> str:
    """Runs a program of the repository to its end; what it printed. Refuses by NotStartedError."""
    done = subprocess.run(
        arguments, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if done.returncode:
        raise NotStartedError(f"{' '.join(arguments[:3])}: {done.stderr[-1500:]}")
    return done.stdout


@contextmanager
def running(
    arguments: Sequence[str], *, environment: Mapping[str, str], awaits: int | Path, log: Path
) -> Iterator[int]:
    """The process number of a server that answers at ``awaits``: a port, or a socket's path."""
    with ExitStack() as stack:
        words = stack.enter_context(log.open("ab"))
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
        stack.callback(_end, process)
        _await(process, awaits, log)
        yield process.pid


def _end(process: subprocess.Popen[bytes]) -> None:
    """First politely; then whatever is left of the group, which has our process's number."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _await(process: subprocess.Popen[bytes], awaits: int | Path, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not _answers(awaits):
        if process.poll() is not None or time.monotonic() > end:
            raise NotStartedError(log.read_text(errors="replace")[-1500:])
        time.sleep(0.05)


def _answers(awaits: int | Path) -> bool:
    if isinstance(awaits, Path):
        return awaits.exists()
    try:
        socket.create_connection(("127.0.0.1", awaits), timeout=1).close()
    except OSError:
        return False
    return True


def gunicorn(application: str, port: int, *more: str) -> list[str]:
    """The command line of gunicorn with what every Django project here gets: as ours is shipped."""
    return [
        sys.executable, "-m", "gunicorn", application,
        "--bind", f"127.0.0.1:{port}",
        "--workers", str(WORKERS),
        "--worker-class", "gthread",
        "--threads", "4",
        "--preload",
        "--log-level", "warning",
        *more,
    ]  # fmt: skip
