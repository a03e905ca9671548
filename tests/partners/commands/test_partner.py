"""``manage.py partner``: what it says and how it ends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sso_gateway.audit.models import Event
from sso_gateway.partners import keys, trust
from sso_gateway.partners.models import Partner
from tests.idp.keys import key_pair
from tests.partners.commands.running import refused, refused_json, run, run_json
from tests.partners.factory import (
    ENTITY_ID,
    acme_key,
    idp_metadata,
    make_partner,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with Acme's metadata."""
    path = tmp_path / "acme-idp.xml"
    path.write_bytes(idp_metadata())
    return path


def add(file: Path, *arguments: str) -> dict[str, Any]:
    return run_json("partner", "add", "acme", "--name", "Acme", "--metadata", str(file), *arguments)


def test_one_command_adds_a_partner_that_signs_people_in(file: Path, our_keys: Path) -> None:
    answer = add(
        file, "--email-domain", "acme.example", "--email-domain", "acme.test",
        "--provision", "create", "--policy", "session_max=3600", "--activate",
    )  # fmt: skip
    assert answer["outcome"] == "done"
    assert answer["state"] == "live"
    assert answer["our_acs_url"] == "https://sso.example.com/saml/acme/acs/"
    assert answer["policy"] == {"provision": "create", "session_max": 3600}
    assert answer["email_domains"] == ["acme.example", "acme.test"]
    found = trust.for_slug("acme")
    assert found.identity_providers[ENTITY_ID].keys[0].sha256 == acme_key().sha256
    assert Event.objects.filter(actor__startswith="command").count() == 3


def test_a_draft_says_what_is_missing(our_keys: Path) -> None:
    answer = run_json("partner", "add", "acme", "--name", "Acme")
    assert [each["key"] for each in answer["missing"]] == [
        "no_identity_provider",
        "no_email_domain",
    ]
    assert "To do before it can go live" in run("partner", "show", "acme")


def test_a_partner_is_added_whole_or_not_at_all(file: Path, our_keys: Path) -> None:
    answer = refused_json(
        "partner", "add", "acme", "--name", "Acme", "--metadata", str(file), "--activate"
    )
    assert answer == {
        "outcome": "declined",
        "problems": [
            {
                "key": "no_email_domain",
                "happened": "There is no e-mail domain: nobody could sign in.",
                "fix": "Add the domains of the partner's e-mail addresses.",
            }
        ],
    }
    assert not Partner.objects.exists()
    assert not Event.objects.exists()


def test_the_service_provider_before_us_is_replaced(
    file: Path, our_keys: Path, tmp_path: Path
) -> None:
    old = key_pair("rsa-2048", "old-sp")
    pem = tmp_path / "old.pem"
    pem.write_bytes(old.private_pem + old.certificate_pem)
    answer = add(
        file, "--our-entity-id", "https://old.example/shibboleth",
        "--our-acs-path", "/Shibboleth.sso/SAML2/POST", "--our-key", str(pem),
    )  # fmt: skip
    assert answer["our_entity_id"] == "https://old.example/shibboleth"
    assert answer["our_acs_url"] == "https://sso.example.com/Shibboleth.sso/SAML2/POST"
    assert old.sha256 in {key.sha256 for key in keys.decryption("acme")}
    assert "PRIVATE" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--policy", "signed"], "KEY=VALUE"),
        (["--our-key", "/nowhere/old.pem"], "old.pem"),
        (["--provision", "everybody"], "invalid choice"),
        (["--nonsense"], "unrecognized"),
    ],
)
def test_wrong_use_is_told_from_a_refusal(arguments: list[str], words: str) -> None:
    error = refused("partner", "add", "acme", "--name", "Acme", *arguments)
    assert words in str(error)
    assert not Partner.objects.exists()


def test_a_missing_file_is_said_by_its_name() -> None:
    error = refused("partner", "add", "acme", "--name", "A", "--metadata", "/nowhere/idp.xml")
    assert "idp.xml" in str(error)
    assert error.returncode == 1


def test_partners_are_listed(our_keys: Path) -> None:
    assert "no partner yet" in run("partner", "list")
    make_partner()
    make_partner("beta", metadata=False, state="draft")
    listed = {row["slug"]: row for row in run_json("partner", "list")["partners"]}
    assert listed["acme"]["certificate_days_left"] > 0
    assert listed["beta"]["certificate_days_left"] is None
    assert "acme" in run("partner", "list")


def test_state_and_description_are_changed(our_keys: Path) -> None:
    make_partner(state="draft")
    assert run_json("partner", "activate", "acme")["state"] == "live"
    paused = run_json("partner", "pause", "acme", "--reason", "key stolen")
    assert (paused["state"], paused["paused"]["reason"]) == ("paused", "key stolen")
    assert "key stolen" in run("partner", "show", "acme")
    assert run_json("partner", "resume", "acme")["state"] == "live"
    changed = run_json(
        "partner", "set", "acme", "--policy", "signed=both", "--name", "ACME",
        "--email-domain", "acme.test",
    )  # fmt: skip
    assert changed["policy"] == {"signed": "both"}
    assert (changed["name"], changed["email_domains"]) == ("ACME", ["acme.test"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("activate", "nobody"),
        ("show", "nobody"),
        ("set", "acme", "--policy", "insecure=true"),
        ("set", "acme", "--policy", "signed=nothing"),
        ("set", "acme", "--email-domain", "x"),
        ("delete", "acme"),
    ],
)
def test_a_refusal_has_problems_and_changes_nothing(
    our_keys: Path, arguments: tuple[str, ...]
) -> None:
    make_partner()
    before = Partner.objects.values().get()
    assert refused_json("partner", *arguments)["problems"]
    assert Partner.objects.values().get() == before


def test_setting_nothing_is_wrong_use(our_keys: Path) -> None:
    make_partner()
    assert refused("partner", "set", "acme").returncode == 2


def test_a_draft_is_deleted_with_its_old_key(our_keys: Path, tmp_path: Path) -> None:
    make_partner(state="draft")
    pem = tmp_path / "old.pem"
    pem.write_bytes(key_pair("rsa-2048", "old-sp").private_pem)
    run("partner", "set", "acme", "--our-key", str(pem))
    assert len(keys.decryption("acme")) == 2
    run("partner", "delete", "acme")
    assert not Partner.objects.exists()
    assert len(keys.decryption("acme")) == 1
