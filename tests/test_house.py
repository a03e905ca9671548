"""The repository itself: what may lie in it, and how large it may grow."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GIT = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]

TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "benchmarks",
    "certs",
    "docs",
    "manage.py",
    "pyproject.toml",
    "requirements",
    "saml_metadata",
    "sso_gateway",
    "tests",
}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:Users|farm|home|opt|root|work)/[\w.]")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|://|(?<!\S)/\w")
PINNED = re.compile(r"[a-z0-9.-]+==\S+ .*--hash=sha256:")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def files() -> list[Path]:
    """What git keeps or would keep: committed or new, and not ignored."""
    command = [*GIT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    paths = {ROOT / name for name in names.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def matches(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """``path:line`` of every match."""
    found = []
    for path in paths:
        text = path.read_bytes().decode("utf-8", errors="replace")
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}")
    return found


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and "migrations" not in path.parts]


def requirement_files() -> list[Path]:
    return sorted((ROOT / "requirements").glob("*.txt"))


def test_the_top_level_is_as_designed() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} == TOP_LEVEL


def test_no_file_names_a_path_of_one_machine() -> None:
    assert matches(MACHINE_PATH, files()) == []


def test_no_private_key_lies_in_the_repository() -> None:
    assert [str(path) for path in files() if path.suffix in {".key", ".p12", ".pfx"}] == []
    assert matches(PRIVATE_KEY, files()) == []


def test_git_ignores_every_key_in_certs() -> None:
    inside = ["signing.key", "signing.crt", "encryption-next.key", "partners/acme/encryption.key"]
    for name in inside:
        command = [*GIT, "check-ignore", "--quiet", f"certs/{name}"]
        assert subprocess.run(command, check=False).returncode == 0, name


@pytest.mark.parametrize("path", requirement_files(), ids=lambda path: path.name)
def test_requirements_name_no_index_and_no_folder(path: Path) -> None:
    assert matches(INDEX, [path, path.with_suffix(".in")]) == []


@pytest.mark.parametrize("path", requirement_files(), ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert entries
    assert [line for line in entries if not PINNED.match(line)] == []


def test_the_version_is_the_first_heading_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert heading is not None
    assert heading[1] == project["version"]


def test_nothing_rests_on_a_statement_that_python_may_leave_out() -> None:
    """``python -O`` removes assert statements, and everything behind ``if __debug__``."""
    left_out = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files()
        if path.is_relative_to(ROOT / "sso_gateway")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Name) and node.id == "__debug__")
    ]
    assert left_out == []


def test_files_stay_short_enough_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path): n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_functions_stay_short_enough_to_see() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []
