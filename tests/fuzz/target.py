"""One target under libFuzzer, until its time is over or something is found.

``python -m tests.fuzz.target NAME FOLDER SECONDS [option of libFuzzer …]`` needs atheris
(``make fuzz`` brings it). In FOLDER it keeps what it found worth keeping (``corpus/``), what broke
a property (``crash-…``), what took longest (``slowest``) and its figures (``figures.json``).
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

with atheris.instrument_imports(include=["sso_gateway.saml", "sso_gateway.refusal"]):
    from tests.fuzz import corpus, mutations, words
    from tests.fuzz.properties import PROPERTIES

LONGEST = 32_768
"""Octets of a message; what size costs is measured apart."""
STUCK = 60
"""Seconds after which one message counts as a finding."""


class Watch:
    """Runs a property on each message, and ends in time."""

    def __init__(self, target: str, folder: Path, seconds: float) -> None:
        self.target, self.folder = target, folder
        self.end = time.monotonic() + seconds
        self.executions, self.slowest = 0, 0.0

    def run(self, message: bytes) -> None:
        """One message. Ends the process when the time is over."""
        before = time.process_time()
        try:
            PROPERTIES[self.target](message)
        except BaseException:
            self.write()
            raise
        each = (time.process_time() - before) / max(1, len(message) / 1024)
        self.executions += 1
        if each > self.slowest:
            self.slowest = each
            (self.folder / "slowest").write_bytes(message)
        if time.monotonic() > self.end:
            self.write()
            # Any other way out of here counts as a finding.
            os._exit(0)

    def write(self) -> None:
        """The figures so far."""
        figures = {"executions": self.executions}
        (self.folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def mutator(target: str) -> Callable[[bytes, int, int], bytes]:
    """Half of the changes know what a message is; the other half are libFuzzer's own."""
    change: Callable[[Random, bytes], bytes] = mutations.change_tree
    if target.startswith("bindings."):
        change = mutations.change_field
    elif target == "xml.parse":
        change = mutations.change_octets

    def mutate(message: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311 - libFuzzer wants it repeatable
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(message, longest))
        return change(chance, message)[:longest]

    return mutate


def main(target: str, folder: Path, seconds: float, options: list[str]) -> None:
    """Fuzz, starting from the checked-in corpus and from what earlier runs kept."""
    kept = folder / "corpus"
    kept.mkdir(parents=True, exist_ok=True)
    dictionary = folder / "words.dict"
    dictionary.write_text(words.dictionary(), encoding="ascii")
    watch = Watch(target, folder, seconds)
    ours = (
        f"-artifact_prefix={folder}/", f"-dict={dictionary}", f"-max_len={LONGEST}",
        f"-timeout={STUCK}", "-rss_limit_mb=1024", "-print_final_stats=1", "-use_value_profile=0",
    )  # fmt: skip
    seeds = [str(corpus.FOLDER / name) for name in corpus.SEEDS[target]]
    arguments = [sys.argv[0], *ours, *options, str(kept), *seeds]
    atheris.Setup(arguments, watch.run, custom_mutator=mutator(target))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:])
