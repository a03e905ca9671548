"""``manage.py keys``: made, listed, rotated."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import keys
from tests.partners.commands.running import refused, run, run_json

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_keys_are_made_listed_and_rotated(tmp_path: Path, settings: Settings) -> None:
    settings.SSO_CERTS_DIR = tmp_path
    assert "keys ensure" in run("keys", "list")
    assert run_json("keys", "ensure")["made"] == ["signing", "encryption"]
    assert run_json("keys", "ensure")["made"] == []
    before = keys.signing().sha256
    run("keys", "rotate", "signing")
    stages = [(row["purpose"], row["stage"]) for row in run_json("keys", "list")["keys"]]
    assert stages == [("signing", "current"), ("signing", "next"), ("encryption", "current")]
    assert refused("keys", "rotate", "signing").returncode == 1
    assert keys.signing().sha256 == before
    run("keys", "rotate", "signing", "--switch")
    assert keys.signing().sha256 != before
    run("keys", "rotate", "signing", "--retire")
    assert len(run_json("keys", "list")["keys"]) == 2
    assert Event.objects.filter(action="change.key.rotated").count() == 3
    assert "PRIVATE" not in run("keys", "list", "--json")


def test_an_exposed_key_is_marked_in_the_list(our_keys: Path) -> None:
    (our_keys / "signing.key").chmod(0o644)
    assert "readable by everybody" in run("keys", "list")
