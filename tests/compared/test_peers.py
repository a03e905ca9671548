"""A sample of the comparison, where the peers are installed; `make compared` asks everything."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.compared.page import PEERS

ROOT = Path(__file__).parents[2]


@pytest.mark.needs_peers
def test_a_sample_of_the_comparison_can_be_made(peers: str) -> None:
    """The run itself refuses peers that do not read the good message, or believe a changed one."""
    made = subprocess.run(
        [peers, "-m", "tests.compared", "--every", "1000"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "**This is a sample**" in made.stdout
    assert all(f"| {who} refuses |" in made.stdout for who in PEERS)
    assert "| **accepted, as somebody else** | 0 |" in made.stdout
    assert "| **accepted, as the person named** | 0 |" in made.stdout
