"""``python -m benchmarks``: measures everything and prints it; ``… profile``: where time goes."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.servers import ROOT

LATEST = ROOT / "benchmarks" / "latest.json"


def main() -> None:
    """One command, no configuration. Never fails for being slow."""
    arguments = _arguments()
    # libxmlsec would read this bundle anew for each set of keys: 9 ms that are no peer's fault.
    os.environ.pop("SSL_CERT_FILE", None)
    if arguments.what == "profile":
        from benchmarks import profiling

        profiling.report(arguments.database, arguments.logins, arguments.sort, arguments.lines)
        return
    figures = _measured(arguments)
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(report.markdown(figures))
    if arguments.page is not None:
        report.write_page(arguments.page, figures)


def _measured(arguments: argparse.Namespace) -> dict[str, Any]:
    skipped: dict[str, str] = {}
    figures: dict[str, Any] = {
        "machine": report.machine(),
        "versions": report.versions(),
        "verification": {},
        "logins": {},
        "skipped": skipped,
    }
    if arguments.what in ("all", "verification"):
        from benchmarks import verification

        print("Verification", file=sys.stderr)
        rounds, block = (3, 0.1) if arguments.quick else (12, 0.3)
        figures["verification"] = verification.measure(
            rounds=rounds, block_seconds=block, skipped=skipped
        )
    if arguments.what in ("all", "logins"):
        from benchmarks import logins, systems

        print("Logins", file=sys.stderr)
        effort = logins.Effort(1, 200, 3) if arguments.quick else logins.Effort(3, 600, 6)
        figures["logins"] = logins.measure(list(systems.systems(skipped)), effort, skipped)
    return figures


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", nargs="?", default="all", choices=("all", "verification", "logins", "profile")
    )
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes")
    parser.add_argument("--json", type=Path, default=LATEST, metavar="PATH")
    parser.add_argument("--page", type=Path, metavar="PATH", help="write the tables into this page")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), default="SQLite")
    parser.add_argument("--logins", type=int, default=300, help="how many a profile is made of")
    parser.add_argument("--sort", default="tottime", help="as pstats sorts: cumulative, ncalls")
    parser.add_argument("--lines", type=int, default=30)
    return parser.parse_args()


if __name__ == "__main__":
    main()
