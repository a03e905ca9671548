"""Small numbers and notes that are soon forgotten, in a cache that all processes share.

Without such a cache each process has its own. A cache that does not answer raises nothing and
stops nobody: for ``REST`` seconds the process goes on by itself, so that requests do not wait for
the cache one after the other, and it may be given the numbers up to then anew.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, BaseCache, caches

from sso_gateway import clock

Key = tuple[str, ...]
V = TypeVar("V", int, str)
Answer = TypeVar("Answer")

MOST: Final = 10_000
"""Keys of one kind that a process remembers (about 300 bytes each); then the oldest go."""
REST: Final = timedelta(seconds=10)
_ALONE: Final = frozenset(
    f"django.core.cache.backends.{name}"
    for name in (
        "locmem.LocMemCache",
        "dummy.DummyCache",
        "filebased.FileBasedCache",
        "db.DatabaseCache",
    )
)
"""Not shared, or a statement for each question: a process does better by itself."""
logger = logging.getLogger("sso_gateway.signon")


class _Memory(Generic[V]):
    """A dictionary that stays small, whatever strangers put into it."""

    def __init__(self) -> None:
        self._kept: dict[Key, V] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> V | None:
        return self._kept.get(key)

    def put(self, key: Key, value: V) -> None:
        """To be called under the lock."""
        while key not in self._kept and len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = value

    def clear(self) -> None:
        self._kept.clear()


_lock: Final = threading.Lock()
_numbers: Final[_Memory[int]] = _Memory()
_notes: Final[_Memory[str]] = _Memory()
_rest_until: datetime | None = None


def add_one(key: Key, seconds: int) -> int:
    """How often this was called for ``key`` within ``seconds``, this time included."""
    number = _ask("incr", lambda cache: _incremented(cache, _name(key), seconds))
    if number is not None:
        return number
    with _lock:
        alone = (_numbers.get(key) or 0) + 1
        _numbers.put(key, alone)
    return alone


def note(key: Key, text: str, seconds: int) -> str:
    """Notes ``text``, unless there is a note already; returns the note that there is."""
    known = _notes.get(key)
    if known is not None:
        return known
    shared = _ask("add", lambda cache: _noted(cache, _name(key), text, seconds))
    with _lock:
        known = _notes.get(key) or shared or text
        _notes.put(key, known)
    return known


def noted(keys: Iterable[Key]) -> tuple[Key, str] | None:
    """The first of ``keys`` that has a note, and the note. One round trip, or none."""
    wanted = tuple(keys)
    for key in wanted:
        known = _notes.get(key)
        if known is not None:
            return key, known
    if not (_is_shared() and wanted):
        return None
    names = {_name(key): key for key in wanted}
    found: dict[str, str] = _ask("get", lambda cache: cache.get_many(names)) or {}
    for name, text in found.items():
        with _lock:
            _notes.put(names[name], text)
        return names[name], text
    return None


def sizes() -> tuple[int, int]:
    """How many numbers and notes this process remembers."""
    return len(_numbers), len(_notes)


def forget() -> None:
    """Empties this process's memory."""
    global _rest_until
    with _lock:
        _numbers.clear()
        _notes.clear()
        _rest_until = None


def _is_shared() -> bool:
    return settings.CACHES[DEFAULT_CACHE_ALIAS]["BACKEND"] not in _ALONE


def _ask(what: str, question: Callable[[BaseCache], Answer]) -> Answer | None:
    """What the shared cache says; None where there is none, or where it does not answer."""
    global _rest_until
    if not _is_shared():
        return None
    if _rest_until is not None and _rest_until - REST <= clock.now() < _rest_until:
        return None
    try:
        return question(caches[DEFAULT_CACHE_ALIAS])
    except Exception as failure:
        _rest_until = clock.now() + REST
        # Its kind, never its own words: they may name an address with a password.
        logger.warning("the cache failed at %s: %s", what, type(failure).__name__)
        return None


def _incremented(cache: BaseCache, name: str, seconds: int) -> int:
    # Kept for twice as long as it counts: it cannot end between the two questions of ``incr``,
    # which would leave a number that never ends.
    if cache.add(name, 1, 2 * seconds):
        return 1
    return int(cache.incr(name))


def _noted(cache: BaseCache, name: str, text: str, seconds: int) -> str:
    if cache.add(name, text, seconds):
        return text
    return str(cache.get(name) or text)


def _name(key: Key) -> str:
    """Short and printable, whatever a stranger wrote into an address."""
    digest = hashlib.blake2s("\n".join(key).encode(errors="replace"), digest_size=16).hexdigest()
    return f"sso_gateway.tally.{digest}"
