"""Counts work instead of timing it: calls of Python and of C, and what keys were used for."""

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

from sso_gateway.refusal import Refusal

TOTAL = "calls"


def counted(do: Callable[[], object]) -> Counter[str]:
    """How many calls ``do`` makes, refused or not: in total, and by the name of each C function."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, function: object) -> None:
        if event in ("call", "c_call"):
            calls[TOTAL] += 1
            calls[getattr(function, "__name__", "")] += event == "c_call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        do()
    except Refusal:
        pass
    finally:
        sys.setprofile(before)
    return calls
