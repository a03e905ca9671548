"""Verification alone, in one process: everybody on the same response, beside its primitives."""

import sys
from typing import Any, Final

from benchmarks import messages
from benchmarks.candidates import Accept, CannotRunError, candidates, proven
from benchmarks.messages import Kind
from benchmarks.primitives import Primitives
from benchmarks.timing import in_turns

LIMIT: Final = "the primitives alone"
OURS: Final = "ours: decode_post, accept"


def measure(*, rounds: int, block_seconds: float, skipped: dict[str, str]) -> dict[str, Any]:
    """For each kind of response: who → microseconds, and how many times the limit and us."""
    found = {}
    for kind in Kind:
        field = messages.field(messages.response(kind))
        calls = {LIMIT: _limit(kind), **_accepting(kind, skipped)}
        print(f"  {kind}: {len(calls)} candidates", file=sys.stderr, flush=True)
        spreads = in_turns(
            {name: _of(call, field) for name, call in calls.items()},
            rounds=rounds,
            block_seconds=block_seconds,
        )
        limit, ours = spreads[LIMIT], spreads[OURS]
        found[kind.value] = {
            name: {
                "p02 us": round(spread.p02, 1),
                "median us": round(spread.median, 1),
                "times the limit": round(spread.p02 / limit.p02, 2),
                "times ours": round(spread.p02 / ours.p02, 2),
                "calls": spread.calls,
            }
            for name, spread in spreads.items()
        }
    return found


def _accepting(kind: Kind, skipped: dict[str, str]) -> dict[str, Accept]:
    """Everybody who reads this kind, self-checked."""
    able = {}
    for candidate in candidates(skipped):
        try:
            able[candidate.name] = proven(candidate, kind)
        except CannotRunError as reason:
            skipped[f"{candidate.name}, {kind}"] = str(reason)
    return able


def _limit(kind: Kind) -> Accept:
    primitives = Primitives()
    return {
        Kind.ASSERTION: primitives.plain,
        Kind.BOTH: primitives.both,
        Kind.ENCRYPTED: primitives.encrypted,
    }[kind]


def _of(call: Accept, field: str) -> Any:
    return lambda: call(field)
