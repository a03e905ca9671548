"""What processes cost, as Linux counts it: CPU time and memory of a whole family."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_TICK_MS: Final = 1000 / os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _CHILDREN_SYSTEM = 1, 11, 14
"""Places in /proc/PID/stat, counted behind the command's name (proc(5): fields 4 and 14 to 17)."""


def family(roots: Iterable[int]) -> list[int]:
    """These processes and all that came from them."""
    children: dict[int, list[int]] = {}
    for pid in _all():
        try:
            children.setdefault(int(_stat(pid)[_PARENT]), []).append(pid)
        except OSError:
            continue  # it has ended meanwhile
    found, rest = [], list(roots)
    while rest:
        pid = rest.pop()
        found.append(pid)
        rest += children.get(pid, [])
    return found


def cpu_ms(pids: Iterable[int]) -> float:
    """User and system time so far, with that of children which have ended (xmlsec1, say)."""
    ticks = sum(sum(map(int, _stat(pid)[_USER : _CHILDREN_SYSTEM + 1])) for pid in pids)
    return ticks * _TICK_MS


def pss_mb(pids: Iterable[int]) -> float:
    """Proportional set size: shared pages count once, divided among those who share them."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _all() -> Iterable[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _stat(pid: int) -> list[str]:
    # The command's name stands in parentheses and may hold anything.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
