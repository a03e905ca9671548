"""Who is believed about metadata, from the command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from sso_gateway.audit.models import Event
from sso_gateway.partners.models import MetadataVersion, Partner
from tests.partners.commands.running import refused, refused_json, run, run_json
from tests.partners.factory import (
    acme_key,
    federation_key,
    idp_metadata,
    make_partner,
    other_key,
    signed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signers")]

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with Acme's metadata, signed by the federation."""
    path = tmp_path / "acme-idp.xml"
    path.write_bytes(signed(idp_metadata(), federation_key()))
    return path


def add(file: Path, *arguments: str) -> tuple[str, ...]:
    return ("partner", "add", "acme", "--name", "Acme", "--metadata", str(file), *arguments)


def test_a_partner_is_added_on_the_word_of_a_signer(file: Path) -> None:
    answer = run_json(*add(file, "--metadata-signer", "federation"))
    assert answer["policy"] == {"metadata_signer": "federation"}
    [version] = answer["metadata_versions"]
    assert (version["signer"], version["review_by"]) == (federation_key().sha256, None)
    fingerprint = federation_key().sha256[:4].upper()
    assert f"signed by the key {fingerprint}" in run("partner", "show", "acme")


@pytest.mark.parametrize(
    ("name", "problem"),
    [("stranger", "signed_by_another"), ("nobody", "signer_unusable"), ("../x", "policy_value")],
)
def test_on_another_word_nothing_is_added(file: Path, name: str, problem: str) -> None:
    [found] = refused_json(*add(file, "--metadata-signer", name))["problems"]
    assert found["key"] == problem
    assert not Partner.objects.exists()
    assert not Event.objects.exists()


def test_who_is_not_there_is_told_from_who_is(file: Path) -> None:
    assert "federation, stranger" in str(refused(*add(file, "--metadata-signer", "nobody")))


def test_a_signer_is_named_and_removed_later(file: Path) -> None:
    make_partner(document=idp_metadata())
    run("partner", "set", "acme", "--metadata-signer", "federation")
    plain = file.with_name("plain.xml")
    plain.write_bytes(idp_metadata(certificates=[other_key()]))
    [problem] = refused_json("metadata", "import", "acme", str(plain))["problems"]
    assert problem["key"] == "unsigned"
    imported = run_json("metadata", "import", "acme", str(file))
    assert (imported["signer"], imported["review_by"]) == (federation_key().sha256, None)
    assert "Signed by" in run("metadata", "import", "acme", str(file))
    removed = run_json("partner", "set", "acme", "--metadata-signer", "")
    assert removed["policy"] == {}
    assert Event.objects.filter(action="change.policy").count() == 2


def test_what_a_person_vouches_for_says_until_when(tmp_path: Path) -> None:
    make_partner(metadata=False, state="draft")
    path = tmp_path / "acme.xml"
    path.write_bytes(idp_metadata())
    with time_machine.travel(NOW, tick=False):
        assert "Review by 2027-12-21" in run("metadata", "import", "acme", str(path))
    assert "review by 2027-12-21" in run("partner", "show", "acme")
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        again = run_json("metadata", "import", "acme", str(path))
        assert (again["unchanged"], again["review_by"]) == (True, "2029-01-24")


def test_older_metadata_is_shown_and_taken_only_on_purpose(tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        make_partner(document=idp_metadata(valid_until=NOW + timedelta(days=9)))
        path = tmp_path / "older.xml"
        older = idp_metadata(
            certificates=[acme_key(), other_key()], valid_until=NOW + timedelta(days=8)
        )
        path.write_bytes(older)
        [problem] = refused_json("metadata", "import", "acme", str(path))["problems"]
        assert problem["key"] == "metadata_older"
        assert problem["expected"] == "valid until 2026-11-29 12:00 UTC or later"
        assert problem["received"] == "2026-11-28 12:00 UTC"
        assert "--older" in problem["fix"]
        run("metadata", "import", "acme", str(path), "--older")
    assert bytes(MetadataVersion.objects.get(active=True).xml) == older
