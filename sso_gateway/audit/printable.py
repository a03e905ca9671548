"""Text that cannot do anything but be read: the guard in front of every stored value.

A name identifier, a RelayState or a User-Agent may carry line ends that forge log lines, terminal
escapes, NUL (which PostgreSQL refuses), bidirectional overrides that reorder what is read, or
spaces that cannot be told from the ordinary one. All of these become visible ``\\n``, ``\\x1b``,
``\\u202e``. Letters of every script stay what they are.
"""

from collections.abc import Mapping
from itertools import islice
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

ELLIPSIS = "…"
TEXT_LIMIT = 1000
ITEMS_LIMIT = 100
DEPTH_LIMIT = 5


def printable(text: str, limit: int = TEXT_LIMIT) -> str:
    """``text`` with every character that is not plainly visible escaped, at most ``limit`` long.

    What is cut ends in an ellipsis. Printable text that fits comes back unchanged, so that doing
    this twice is the same as doing it once.
    """
    if len(text) > limit:
        # One more than the limit is enough to know that it was cut, and bounds the work.
        text = text[: limit + 1]
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
        )
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def plain(value: object, depth: int = DEPTH_LIMIT) -> Json:
    """``value`` as JSON whose every string went through ``printable``.

    Mappings and sequences keep their first hundred items, five levels deep; what JSON does not know
    is written as its ``str()``.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) or depth == 0:
        return printable(str(value))
    if isinstance(value, Mapping):
        return plain_items(value, depth)
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item, depth - 1) for item in islice(value, ITEMS_LIMIT)]
        return items if len(value) <= ITEMS_LIMIT else [*items, ELLIPSIS]
    return printable(str(value))


def plain_items(mapping: Mapping[str, object], depth: int = DEPTH_LIMIT) -> dict[str, Json]:
    """``plain`` of a mapping's first hundred items, keys included."""
    pairs = islice(mapping.items(), ITEMS_LIMIT)
    return {printable(str(key), 100): plain(item, depth - 1) for key, item in pairs}
