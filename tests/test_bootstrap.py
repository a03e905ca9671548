"""From a fresh clone to a gateway that can be started."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sso_gateway.bootstrap import write_env
from sso_gateway.environment import read_env_file

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _a_fresh_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "SECRET_KEY_FILE", "SSO_BASE_URL", "SSO_DEMO"):
        monkeypatch.delenv(name, raising=False)


def test_the_first_run_writes_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    write_env(tmp_path / ".env")
    assert len(read_env_file(tmp_path / ".env")["SECRET_KEY"]) == 64
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_two_machines_have_two_secrets(tmp_path: Path) -> None:
    write_env(tmp_path / "one")
    write_env(tmp_path / "two")
    assert read_env_file(tmp_path / "one") != read_env_file(tmp_path / "two")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=mine\n", encoding="utf-8")
    write_env(tmp_path / ".env")
    assert (tmp_path / ".env").read_text(encoding="utf-8") == "SECRET_KEY=mine\n"


def test_a_machine_that_was_told_nothing_runs_the_demo(tmp_path: Path) -> None:
    write_env(tmp_path / ".env")
    assert read_env_file(tmp_path / ".env")["SSO_DEMO"] == "1"


@pytest.mark.parametrize("name", ["SSO_BASE_URL", "SSO_DEMO"])
def test_a_machine_that_was_told_what_it_is_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "given")
    write_env(tmp_path / ".env")
    assert set(read_env_file(tmp_path / ".env")) == {"SECRET_KEY"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FILE"])
def test_a_machine_that_was_told_everything_needs_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "given")
    monkeypatch.setenv("SSO_BASE_URL", "https://sso.example.com")
    write_env(tmp_path / ".env")
    assert not (tmp_path / ".env").exists()


def bootstrap(folder: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {
        "ENV_FILE": str(folder / ".env"),
        "DATABASE_URL": f"sqlite:///{folder}/gateway.sqlite3",
        "SSO_BASE_URL": "https://sso.example.com",
        "SSO_CERTS_DIR": str(folder / "certs"),
        "SSO_METADATA_DIR": str(folder / "saml_metadata"),
    }
    command = [sys.executable, "-m", "sso_gateway.bootstrap"]
    subprocess.run(command, check=True, cwd=ROOT, env={**kept, **own}, stdout=subprocess.DEVNULL)


def test_bootstrap_makes_secret_keys_and_database_and_leaves_them_the_second_time(
    tmp_path: Path,
) -> None:
    bootstrap(tmp_path)
    names = [".env", "certs/signing.key", "certs/encryption.key"]
    first = {name: (tmp_path / name).read_bytes() for name in names}
    assert (tmp_path / "gateway.sqlite3").stat().st_size > 0
    bootstrap(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in names} == first
