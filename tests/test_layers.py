"""The order of the rooms, and what import contracts cannot see."""

import ast
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sso_gateway"
CLOCK = PACKAGE / "clock.py"

OTHER_CLOCKS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("timezone", "now"),
}
OUTBOUND = {"ftplib", "http.client", "requests", "smtplib", "urllib.request", "urllib3"}


def modules(folder: Path = PACKAGE) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def clocks_read(path: Path) -> list[int]:
    """The lines that name a clock other than ours, called or handed on."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in OTHER_CLOCKS
    ]


def test_arrows_point_down_and_every_library_has_its_door() -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, "run `make lint` to see the broken contract"


def test_time_comes_from_our_clock_alone() -> None:
    assert {path for path in modules() if clocks_read(path)} == {CLOCK}


def test_only_the_fetching_of_metadata_reaches_the_network() -> None:
    reaching = {path for path in modules() if OUTBOUND & set(imported(path))}
    assert reaching == {PACKAGE / "partners" / "fetch.py"}
