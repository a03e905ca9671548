"""What one target costs: time for each kilobyte, and memory after many messages.

``python -m tests.fuzz.measure NAME FOLDER …`` meets the corpus, the files in FOLDERs and messages
that are as heavy as their size allows, one by one, and writes its figures as JSON. Times are of
the processor and the best of three, because machines are shared. ``--once`` only meets the
files, for coverage.
"""

import contextlib
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sso_gateway.refusal import Refusal
from sso_gateway.saml import bindings, logout, metadata, response, schema, xml
from sso_gateway.saml.schema import Schema
from tests.fuzz import corpus, genuine, heavy
from tests.fuzz.properties import PROPERTIES
from tests.fuzz.signer import signed

RUNS: Final = 2_000
"""Messages between the two looks at memory."""
SIZES: Final = (40_000, 128_000)
"""Octets of the heavy messages."""


def accept(message: bytes) -> object:
    return response.accept(message, genuine.expected())


def explain(message: bytes) -> object:
    return response.explain(message, genuine.expected())


def parse(message: bytes) -> object:
    root = xml.parse(message, limits=xml.MESSAGE)
    xml.refuse_confusing_identifiers(root, message)
    schema.validate(root, Schema.PROTOCOL)
    return root


def read_logout_request(message: bytes) -> object:
    return logout.read_request(message, genuine.expected_logout())


def read_logout_response(message: bytes) -> object:
    return logout.read_response(message, genuine.expected_logout())


def decode_post(field: bytes) -> object:
    return bindings.decode_post(field.decode("utf-8", "replace"), max_bytes=genuine.LIMIT)


def read_redirect(query: bytes) -> object:
    return bindings.read_redirect(query.decode("latin-1"), max_bytes=genuine.LIMIT)


DOORS: Final[Mapping[str, Callable[[bytes], object]]] = {
    "bindings.decode_post": decode_post,
    "bindings.read_redirect": read_redirect,
    "xml.parse": parse,
    "response.accept": accept,
    "response.explain": explain,
    "response.signed": accept,
    "response.encrypted": accept,
    "logout.read_request": read_logout_request,
    "logout.read_response": read_logout_response,
    "metadata.read": metadata.read,
}
"""One call of what each target is about."""
PREPARED: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "response.signed": signed,
    "response.encrypted": genuine.around,
}


def meet(door: Callable[[bytes], object], message: bytes) -> None:
    with contextlib.suppress(Refusal):
        door(message)


def slowest(door: Callable[[bytes], object], messages: Mapping[str, bytes]) -> tuple[float, str]:
    """Milliseconds for each kilobyte (at least one) of the slowest message, and its name."""
    found = (0.0, "")
    for name, message in messages.items():
        seconds = min(_seconds(door, message) for _ in range(3))
        found = max(found, (1000 * seconds / max(1.0, len(message) / 1024), name))
    return found


def _seconds(door: Callable[[bytes], object], message: bytes) -> float:
    before = time.process_time()
    meet(door, message)
    return time.process_time() - before


def growth(door: Callable[[bytes], object], messages: list[bytes]) -> tuple[int, int]:
    """Octets by which the process and Python's own memory grew over RUNS messages."""
    rounds = max(2, -(-RUNS // len(messages)))
    run = [message for _ in range(rounds) for message in messages]
    for message in run[: len(run) // 2]:  # what is made once is made now
        meet(door, message)
    gc.collect()
    resident = _resident()
    for message in run:
        meet(door, message)
    gc.collect()
    grown = _resident() - resident
    tracemalloc.start()
    for message in messages:
        meet(door, message)
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0]
    for message in run:
        meet(door, message)
    gc.collect()
    traced = tracemalloc.get_traced_memory()[0] - traced
    tracemalloc.stop()
    return grown, traced


def _resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def main(target: str, folders: list[Path], *, once: bool) -> None:
    files = corpus.entries(target) + [path for folder in folders for path in _files(folder)]
    if once:
        for path in files:
            PROPERTIES[target](path.read_bytes())
        return
    prepare = PREPARED.get(target, bytes)
    small = {path.name: prepare(path.read_bytes()) for path in files}
    large = {
        f"{name}, {size} bytes": prepare(message)
        for size in SIZES
        for name, message in heavy.SHAPES[target](size).items()
    }
    door = DOORS[target]
    resident, traced = growth(door, list(small.values()))
    figures = {
        "found": slowest(door, small), "heavy": slowest(door, large), "messages": len(small),
        "resident": resident, "traced": traced,
    }  # fmt: skip
    sys.stdout.write(json.dumps(figures))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--once"]
    main(words[0], [Path(word) for word in words[1:]], once="--once" in sys.argv)
