"""What is started is measured as a family, and ended."""

import sys
import time
from pathlib import Path

import pytest

from benchmarks import processes, servers

PARENT = """
import subprocess, sys, pathlib
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
sum(i * i for i in range(300_000))
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""


def alive(pid: int) -> bool:
    """Neither gone nor a zombie that nobody has collected yet."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_family_is_measured_and_ended_together(tmp_path: Path) -> None:
    sign = tmp_path / "child"
    with (
        pytest.raises(RuntimeError, match="an error of the run"),
        servers.running(
            [sys.executable, "-c", PARENT, str(sign)],
            environment={},
            awaits=sign,
            log=tmp_path / "log",
        ) as pid,
    ):
        while not (written := sign.read_text(encoding="utf-8")):
            pass
        child = int(written)
        assert sorted(processes.family([pid])) == sorted([pid, child])
        assert processes.cpu_ms([pid]) > 0
        assert processes.pss_mb([pid, child]) > processes.pss_mb([child]) > 0
        raise RuntimeError("an error of the run")
    assert not alive(pid)
    while alive(child):  # killed, perhaps not yet gone; a test that hangs here has failed
        time.sleep(0.01)


def test_a_program_that_ends_at_once_says_why(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "raise SystemExit('no such thing')"]
    with (
        pytest.raises(servers.NotStartedError, match="no such thing"),
        servers.running(failing, environment={}, awaits=servers.free_port(), log=tmp_path / "log"),
    ):
        pass


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(servers.NotStartedError, match="ZeroDivisionError"):
        servers.command(sys.executable, "-c", "1 / 0", environment={})
    assert servers.command(sys.executable, "-c", "print(6)", environment={}) == "6\n"
