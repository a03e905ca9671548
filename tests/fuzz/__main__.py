"""``python -m tests.fuzz SECONDS [NAME …]``: each target so long, one after the other; a table.

Everything that is made lies in build/fuzz/; a second run goes on from there. Ends with 1 where
something was found: the message that did it is named.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent.parent
FOLDER: Final = ROOT / "build" / "fuzz"
TARGETS: Final = (
    "bindings.decode_post", "bindings.read_redirect", "xml.parse", "response.accept",
    "response.explain", "response.signed", "response.encrypted", "logout.read_request",
    "logout.read_response", "metadata.read",
)  # fmt: skip
ARTIFACTS: Final = ("crash-*", "timeout-*", "oom-*", "leak-*")
COVERAGE: Final = ("-m", "coverage")
ONLY: Final = "--include=sso_gateway/saml/*"
HEADINGS: Final = (
    "target", "runs", "kept", "slowest found (ms/KB)", "slowest heavy (ms/KB)",
    "grown: process, Python (KB)", "lines of saml/ (%)", "findings",
)  # fmt: skip


def run(*arguments: str, log: Path) -> str:
    """A program of ours: what it wrote. What went wrong is in the log, and a finding of its own."""
    with log.open("a", encoding="utf-8") as said:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True, check=False,
        )  # fmt: skip
        said.write(done.stdout)
    if done.returncode:
        (log.parent / "crash-see-the-log").touch()
    return done.stdout


def fuzz(target: str, seconds: str) -> tuple[str, ...]:
    """The target's row of the table."""
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    for old in found(folder):
        old.unlink()
    log, data = folder / "log", f"--data-file={folder / 'coverage'}"
    log.unlink(missing_ok=True)
    run("-m", "tests.fuzz.target", target, str(folder), seconds, log=log)
    measured = run("-m", "tests.fuzz.measure", target, str(folder / "corpus"), log=log)
    once = ("-m", "tests.fuzz.measure", target, str(folder / "corpus"), "--once")
    run(*COVERAGE, "run", data, *once, log=log)
    covered = run(*COVERAGE, "report", data, ONLY, "--format=total", log=log).strip()
    return row(target, folder, json.loads(measured or "{}"), covered)


def row(target: str, folder: Path, measured: dict[str, Any], covered: str) -> tuple[str, ...]:
    figures = folder / "figures.json"
    runs = json.loads(figures.read_text(encoding="utf-8"))["executions"] if figures.exists() else 0
    slowest = [
        f"{each:.2f} {name}"
        for each, name in (measured.get(k, (0, "")) for k in ("found", "heavy"))
    ]
    memory = f"{measured.get('resident', 0) // 1024}, {measured.get('traced', 0) // 1024}"
    findings = ", ".join(str(path.relative_to(ROOT)) for path in found(folder)) or "none"
    kept = len(list((folder / "corpus").glob("*")))
    return target, str(runs), str(kept), *slowest, memory, covered, findings


def found(folder: Path) -> list[Path]:
    return sorted(path for pattern in ARTIFACTS for path in folder.glob(pattern))


def main(seconds: str, targets: tuple[str, ...]) -> int:
    rows = [HEADINGS, ("---",) * len(HEADINGS)]
    for target in targets:
        sys.stderr.write(f"{target}: {seconds} s ...\n")
        rows.append(fuzz(target, seconds))
    log, data = FOLDER / "log", f"--data-file={FOLDER / 'coverage'}"
    parts = [str(FOLDER / target / "coverage") for target in targets]
    run(*COVERAGE, "combine", "--keep", "--quiet", data, *parts, log=log)
    covered = run(*COVERAGE, "report", data, ONLY, "--format=total", log=log).strip()
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    sys.stdout.write(f"{table}\n\nTogether they reach {covered} % of sso_gateway/saml.\n")
    return 1 if any(found(FOLDER / target) for target in targets) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], tuple(sys.argv[2:]) or TARGETS))
