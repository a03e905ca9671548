"""Whole logins over HTTP: a fresh signed response posted, a session and a redirect back."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from benchmarks import messages, processes, servers
from benchmarks.messages import BASE, Kind
from benchmarks.systems import Serving, System
from benchmarks.timing import percentile

PEOPLE: Final = 40
AT_A_TIME: Final = (1, 8)


class Effort(NamedTuple):
    """How long is measured. Bounded by logins and by seconds, whatever comes first."""

    rounds: int
    logins: int
    seconds: float


@dataclass
class Measured:
    """All rounds of one system, for one number of clients."""

    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_ms: float = 0.0

    def figures(self) -> dict[str, float]:
        """Of all logins together."""
        logins = len(self.milliseconds)
        return {
            "logins": logins,
            "logins per second": round(logins / self.seconds, 1),
            "p50 ms": round(statistics.median(self.milliseconds), 2),
            "p99 ms": round(percentile(self.milliseconds, 0.99), 2),
            "CPU ms per login": round(self.cpu_ms / logins, 2),
        }


@dataclass
class Run:
    """What one system did in all rounds."""

    phases: dict[int, Measured] = field(
        default_factory=lambda: {clients: Measured() for clients in AT_A_TIME}
    )
    pss_mb: list[float] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **{f"{clients} at a time": each.figures() for clients, each in self.phases.items()},
            "PSS MB": round(statistics.median(self.pss_mb), 1),
            "counted": self.counted,
        }


def measure(chosen: Sequence[System], effort: Effort, skipped: dict[str, str]) -> dict[str, Any]:
    """Every system once a round, in turns; each server alone while it is measured."""
    runs = {system.name: Run() for system in chosen}
    for number in range(effort.rounds):
        for system in chosen:
            if system.name in skipped:
                continue
            print(f"  round {number + 1}: {system.name}", file=sys.stderr, flush=True)
            try:
                _one(system, effort, runs[system.name])
            except servers.NotStartedError as reason:
                skipped[system.name] = str(reason).strip().splitlines()[-1][:300]
    return {name: run.figures() for name, run in runs.items() if name not in skipped}


def _one(system: System, effort: Effort, run: Run) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, system.serve(Path(name)) as serving:
        folder = Path(name)
        logins = _warm(system, serving, folder)
        for clients, measured in run.phases.items():
            bodies = _bodies(system, folder, effort.logins)
            before = processes.cpu_ms(processes.family(serving.roots))
            outcome = _load(system, serving, folder, clients, bodies, effort.seconds)
            after = processes.cpu_ms(processes.family(serving.roots))
            _check(system, outcome)
            measured.milliseconds += outcome["milliseconds"]
            measured.seconds += outcome["seconds"]
            measured.cpu_ms += after - before
            logins += len(outcome["milliseconds"])
        run.pss_mb.append(processes.pss_mb(processes.family(serving.roots)))
        _prove(system, serving, logins, run)


def _warm(system: System, serving: Serving, folder: Path) -> int:
    """Everybody's first login, one after the other; then again on all workers. How many."""
    logins = 0
    for clients, count in ((1, PEOPLE), (8, 2 * PEOPLE)):
        outcome = _load(system, serving, folder, clients, _bodies(system, folder, count), 60)
        _check(system, outcome)
        logins += len(outcome["milliseconds"])
    return logins


def _check(system: System, outcome: dict[str, Any]) -> None:
    if outcome["failures"] or not outcome["milliseconds"]:
        raise servers.NotStartedError(f"{system.name} refused: {outcome['failures']}")
    if outcome["sessions"] != len(outcome["milliseconds"]):
        raise servers.NotStartedError(f"{system.name} gave one session to several logins")


def _prove(system: System, serving: Serving, logins: int, run: Run) -> None:
    """Every login is in the system's storage, or the figures are worth nothing."""
    for what, count in serving.counted().items():
        wanted = 0 if what == "refusals" else logins
        # Some peers keep a second session for their own purposes.
        if count < wanted or (system.ours and count != wanted):
            raise AssertionError(f"{system.name}: {logins} logins, but {count} {what}")
        run.counted[what] = run.counted.get(what, 0) + count
    run.counted["posted"] = run.counted.get("posted", 0) + logins


def _bodies(system: System, folder: Path, count: int) -> Path:
    """Forms of this moment, a line each: everybody in turn, no assertion twice."""
    path = folder / "bodies"
    with path.open("wb") as lines:
        for number in range(count):
            email = f"person{number % PEOPLE}@acme.example"
            message = messages.response(
                Kind.ASSERTION,
                acs_url=f"{BASE}{system.path}",
                entity_id=system.entity_id,
                name_id=email,
                attributes_xml=messages.attributes_xml(email),
            )
            lines.write(urlencode({"SAMLResponse": messages.field(message)}).encode() + b"\n")
    return path


def _load(
    system: System, serving: Serving, folder: Path, clients: int, bodies: Path, seconds: float
) -> dict[str, Any]:
    plan = {
        "port": serving.port,
        "host": urlsplit(BASE).hostname,
        "path": system.path,
        "follow": system.follow,
        "cookie": system.cookie,
        "bodies": str(bodies),
        "clients": clients,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", json.dumps(plan)],
        cwd=servers.ROOT,
        capture_output=True,
        text=True,
        timeout=seconds + 120,
    )
    if done.returncode:
        raise servers.NotStartedError(f"the load generator: {done.stderr[-500:]}")
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome
