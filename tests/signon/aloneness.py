"""A block in which this process may reach no network, start no program and write no file.

Python tells its audit hooks of each such event before it happens. libpq and SQLite are C and raise
none, so the database stays in reach; sockets, processes and files of everybody else do not.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_PROCESSES: Final = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
    }
)
_FILES: Final = frozenset({"os.link", "os.mkdir", "os.rename", "os.symlink", "os.truncate"})
_FOR_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_CACHE: Final = f"{os.sep}__pycache__{os.sep}"
"""Where the interpreter keeps what it compiled, when a module is imported for the first time."""


class NotAloneError(Exception):
    """Something was attempted that leaves this process."""


class _Watch:
    """One hook for the whole process, since hooks cannot be removed; it sleeps between blocks."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.seen is None or not _leaves(event, arguments):
            return
        self.seen.append(event)
        raise NotAloneError(event)


def _leaves(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        path, _, flags = arguments
        return bool(flags & _FOR_WRITING) and _CACHE not in str(path)
    if event in _FILES:
        return not any(_CACHE in str(argument) for argument in arguments)
    return event in _PROCESSES or event.startswith(("socket.", "tempfile."))


_WATCH: Final = _Watch()
sys.addaudithook(_WATCH)


@contextmanager
def alone() -> Iterator[None]:
    """Each attempt raises ``NotAloneError``; if that is swallowed, the end of the block does."""
    seen: list[str] = []
    _WATCH.seen = seen
    try:
        yield
    finally:
        _WATCH.seen = None
    if seen:
        raise NotAloneError(", ".join(seen))
