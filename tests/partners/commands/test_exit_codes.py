"""How the commands end as programs."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["keys", "ensure"], 0),
        (["partner", "list", "--json"], 0),
        (["partner", "show", "nobody"], 1),
        (["partner", "add", "Not-A-Slug", "--name", "x", "--json"], 1),
        (["partner", "pause", "nobody"], 2),
        (["partner"], 2),
        (["partner", "set", "nobody"], 2),
        (["metadata", "import", "nobody", "/nowhere.xml"], 1),
        (["keys", "rotate", "nothing"], 2),
    ],
)
def test_the_exit_code_says_how_it_ended(
    program: dict[str, str], arguments: list[str], code: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=program,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    if "--json" in arguments:
        assert json.loads(ended.stdout)["outcome"] == ("done" if code == 0 else "declined")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a gateway of its own, with a database."""
    folder = tmp_path_factory.mktemp("gateway")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DJANGO_SETTINGS_MODULE": "sso_gateway.settings",
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only-for-tests-" + "x" * 32,
        "DATABASE_URL": f"sqlite:///{folder / 'gateway.sqlite3'}",
        "SSO_BASE_URL": "https://sso.example.com",
        "SSO_CERTS_DIR": str(folder / "certs"),
        "SSO_METADATA_DIR": str(folder),
    }
    command = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(command, env=environment, check=True)
    return environment
