"""Interleaved timing: each candidate in blocks of its own, the blocks taking turns.

A block is one candidate alone, as it would run in a worker, with warm caches; turns spread the
machine's bad moments over everybody. What is compared is one run's ratios, never absolute figures.
"""

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter_ns
from typing import NamedTuple

Call = Callable[[], object]


class Spread(NamedTuple):
    """Microseconds of one call."""

    p02: float
    """2nd percentile: what it costs when nothing disturbs it."""
    median: float
    calls: int


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed."""
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs values, and a share from 0 to 1")
    ordered = sorted(values)
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[rank - 1]


def spread(nanoseconds: Sequence[int]) -> Spread:
    """Of single calls measured in nanoseconds."""
    return Spread(
        percentile(nanoseconds, 0.02) / 1000,
        statistics.median(nanoseconds) / 1000,
        len(nanoseconds),
    )


def in_turns(
    candidates: Mapping[str, Call], *, rounds: int, block_seconds: float, most: int = 400
) -> dict[str, Spread]:
    """Every candidate ``rounds`` times in a block of ``block_seconds`` or ``most`` calls."""
    taken: dict[str, list[int]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            taken[name] += _block(call, block_seconds, most)
    return {name: spread(values) for name, values in taken.items()}


def _block(call: Call, seconds: float, most: int) -> list[int]:
    for _ in range(3):
        call()
    gc.collect()
    taken: list[int] = []
    end = perf_counter_ns() + int(seconds * 1e9)
    while len(taken) < most:
        begun = perf_counter_ns()
        call()
        ended = perf_counter_ns()
        taken.append(ended - begun)
        if ended >= end:
            break
    return taken
