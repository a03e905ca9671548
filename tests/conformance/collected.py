"""Which tests there are, asked of pytest itself."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def collected(files: Iterable[str]) -> frozenset[str]:
    """Every node id in these files, with its case in brackets and without.

    ``RuntimeError`` where pytest cannot collect them.
    """
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [*command, *sorted(files)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    nodes = {line for line in done.stdout.splitlines() if "::" in line}
    return frozenset(nodes | {node.partition("[")[0] for node in nodes})


def missing(tests: Iterable[str]) -> list[str]:
    """Those that do not exist, in order."""
    named = set(tests)
    if not named:
        return []
    gone = {node for node in named if not (ROOT / node.partition("::")[0]).is_file()}
    there = named - gone
    found = collected({node.partition("::")[0] for node in there})
    return sorted(gone | (there - found))
