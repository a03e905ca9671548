"""Everybody who can verify a response. One module a library; each is imported only when its turn
comes, so a peer that is not installed is skipped with its reason.

A module has ``CANDIDATES``: name → a maker that takes the kind of response and returns a call. The
call takes the form field, returns where it accepts and raises where it does not.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Final, NamedTuple

from benchmarks import messages
from benchmarks.messages import Kind

Accept = Callable[[str], object]
Maker = Callable[[Kind], Accept]

MODULES: Final = (
    "ours",
    "xmlsec_direct",
    "with_minisaml",
    "with_signxml",
    "with_python3_saml",
    "with_pysaml2",
)


class CannotRunError(Exception):
    """Why a candidate is left out here."""


class Candidate(NamedTuple):
    """Somebody to be measured."""

    name: str
    make: Maker


def candidates(skipped: dict[str, str]) -> Iterator[Candidate]:
    """Everybody who is installed; the others' names and reasons go into ``skipped``."""
    for module in MODULES:
        try:
            makers: dict[str, Maker] = import_module(f"benchmarks.candidates.{module}").CANDIDATES
        except ImportError as missing:
            skipped[module.removeprefix("with_")] = f"not installed: {missing.name}"
            continue
        for name, make in makers.items():
            yield Candidate(name, make)


def proven(candidate: Candidate, kind: Kind) -> Accept:
    """The candidate's call, after it accepted this kind of response and refused a tampered one.

    Refuses, by ``CannotRunError``, who does not read this kind, and by ``AssertionError`` who
    accepts what nobody signed.
    """
    accept = candidate.make(kind)
    accept(messages.field(messages.response(kind)))
    try:
        accept(messages.field(messages.tampered(kind)))
    except Exception:  # every library has its own way to say no
        return accept
    raise AssertionError(f"{candidate.name} accepts a response ({kind}) that nobody signed")
