"""What ``pip install`` brings: every file the gateway runs on, and nothing else."""

import fnmatch
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tests.embed.page import ROOT

PACKAGE = ROOT / "sso_gateway"
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE")
NEEDED = {"templates", "static", "locale", "migrations"}


def shipped() -> set[str]:
    """Every file below the package that Python or Django reads."""
    found = (path for path in PACKAGE.rglob("*") if path.is_file())
    hidden = ("__pycache__", ".")
    return {
        path.relative_to(ROOT).as_posix()
        for path in found
        if not any(part.startswith(hidden) for part in path.relative_to(ROOT).parts)
    }


def setuptools_can_build() -> bool:
    """Whether the build backend is here and new enough for pyproject.toml, without a network."""
    try:
        return int(version("setuptools").partition(".")[0]) >= 77
    except PackageNotFoundError:
        return False


def test_every_file_lies_in_a_package_and_every_other_file_is_named_as_its_content() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    lost = []
    for name in shipped():
        path = ROOT / name
        package = next(folder for folder in path.parents if (folder / "__init__.py").is_file())
        inside = path.relative_to(package).as_posix()
        if path.suffix == ".py":
            named = package == path.parent
        else:
            named = any(fnmatch.fnmatch(inside, pattern) for pattern in patterns)
        lost += [] if named else [name]
    assert lost == []


def test_there_is_something_of_everything_to_ship() -> None:
    parts = {part for name in shipped() for part in name.split("/")}
    assert parts >= NEEDED
    assert "sso_gateway/py.typed" in shipped()
    assert "sso_gateway/locale/de/LC_MESSAGES/django.mo" in shipped()


@pytest.mark.skipif(not setuptools_can_build(), reason="setuptools 77 or newer is not installed")
def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    source = tmp_path / "source"
    # In a copy: building leaves traces beside its sources.
    shutil.copytree(
        PACKAGE, source / "sso_gateway", ignore=shutil.ignore_patterns("__pycache__", ".*")
    )
    shutil.copytree(ROOT / "requirements", source / "requirements")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", *options, str(source)], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == shipped()
