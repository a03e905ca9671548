"""A gateway that would not be safe does not start; one whose database is away does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from sso_gateway.signon import start
from sso_gateway.signon.doctor import Finding
from sso_gateway.signon.doctor.finding import error, warning
from tests.signon import scene

ROOT = Path(__file__).parents[2]
START = "import sso_gateway.wsgi"
ASK_IF_READY = """
from wsgiref.util import setup_testing_defaults
from sso_gateway.wsgi import application
environ = {"HTTP_HOST": "sso.example.com", "PATH_INFO": "/readyz"}
setup_testing_defaults(environ)
b"".join(application(environ, lambda status, headers: print(status)))
"""


def run(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own with the production settings."""
    ours = {
        "ENV_FILE": os.devnull,
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "SSO_BASE_URL": scene.BASE,
        "SSO_CERTS_DIR": str(folder / "certs"),
        "DATABASE_URL": f"sqlite:///{folder}/gateway.sqlite3",
        **environment,
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env=ours, timeout=120
    )


def wrong() -> Iterator[Finding]:
    """A known answer that this library does not give, and a warning beside it."""
    yield warning(402, "somebody should look", "look")
    yield error(412, "Signing does not give the known answer.", "Install the right one.")


def doubtful() -> Iterator[Finding]:
    yield warning(402, "somebody should look", "look")


def broken() -> Iterator[Finding]:
    raise MemoryError
    yield


def test_a_sound_installation_starts(tmp_path: Path) -> None:
    done = run(tmp_path, START)
    assert (done.returncode, done.stderr) == (0, "")


def test_python_without_asserts_does_not_start(tmp_path: Path) -> None:
    done = run(tmp_path, START, PYTHONOPTIMIZE="1")
    assert done.returncode != 0
    assert "The gateway does not start." in done.stderr
    assert "sso_gateway.E004: Python runs with -O" in done.stderr
    assert "Fix: Start it without." in done.stderr


def test_a_gateway_whose_database_is_away_starts_and_says_that_it_is_not_ready(
    tmp_path: Path,
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    done = run(tmp_path, ASK_IF_READY, DATABASE_URL=nowhere)
    assert (done.returncode, done.stdout) == (0, "503 Service Unavailable\n"), done.stderr


def test_no_question_is_put_to_the_database() -> None:
    """pytest-django refuses every statement of a test that did not ask for the database."""
    start.refuse_unsafe()
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


def test_a_known_answer_that_does_not_come_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        start.refuse_unsafe([wrong])
    assert str(refused.value).splitlines() == [
        "The gateway does not start.",
        "  sso_gateway.E412: Signing does not give the known answer. Fix: Install the right one.",
    ]


def test_a_question_that_breaks_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"test_start\.broken could not be answered"):
        start.refuse_unsafe([broken])


def test_a_warning_does_not_stop_it() -> None:
    start.refuse_unsafe([doubtful])


def test_another_libxml2_stops_it_before_a_signature_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def question() -> Iterator[Finding]:
        asked.append("signatures")
        yield from ()

    monkeypatch.setattr("xmlsec.get_libxml_version", lambda: (2, 9, 14))
    with pytest.raises(ImproperlyConfigured, match=r"sso_gateway\.E001.*xmlsec carries 2\.9\.14"):
        start.refuse_unsafe([question])
    assert asked == []


def test_what_the_settings_silence_does_not_stop_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xmlsec.get_libxml_version", lambda: (2, 9, 14))
    settings.SILENCED_SYSTEM_CHECKS = ["sso_gateway.E001"]
    start.refuse_unsafe([])
