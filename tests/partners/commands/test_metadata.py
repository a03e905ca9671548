"""``manage.py metadata``: theirs in, ours out."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import trust
from sso_gateway.partners.models import MetadataVersion
from tests.idp.keys import key_pair
from tests.partners.commands.running import refused, refused_json, run, run_json
from tests.partners.factory import (
    ENTITY_ID,
    acme_key,
    aggregate,
    idp_metadata,
    make_partner,
    other_key,
)
from tests.partners.server import says, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_new_metadata_is_imported_and_undone(our_keys: Path, tmp_path: Path) -> None:
    make_partner(document=idp_metadata())
    new = tmp_path / "new.xml"
    new.write_bytes(idp_metadata("https://new.example/", [other_key()]))
    imported = run_json("metadata", "import", "acme", str(new))
    assert (imported["entity_ids"], imported["retired"]) == (["https://new.example/"], [ENTITY_ID])
    assert run_json("metadata", "import", "acme", str(new))["unchanged"]
    first = MetadataVersion.objects.order_by("id")[0]
    undone = run_json("metadata", "activate", "acme", str(first.pk))
    assert undone["entity_ids"] == [ENTITY_ID]


def test_one_of_several_identity_providers_is_chosen(our_keys: Path, tmp_path: Path) -> None:
    make_partner(metadata=False, state="draft")
    two = tmp_path / "two.xml"
    two.write_bytes(
        aggregate(
            idp_metadata("https://a.example/", [acme_key()]),
            idp_metadata("https://b.example/", [other_key()]),
        )
    )
    problems = refused_json("metadata", "import", "acme", str(two))["problems"]
    assert problems[0]["received"] == "https://a.example/, https://b.example/"
    chosen = run_json("metadata", "import", "acme", str(two), "--entity-id", "https://b.example/")
    assert chosen["entity_ids"] == ["https://b.example/"]
    everything = run_json("metadata", "import", "acme", str(two), "--all")
    assert len(everything["entity_ids"]) == 2


def test_our_metadata_is_printed_as_a_file_that_lasts(our_keys: Path) -> None:
    make_partner()
    with time_machine.travel("2026-11-20T12:34Z", tick=False):
        document = run("metadata", "print", "acme")
    assert document.startswith("<md:EntityDescriptor")
    assert 'validUntil="2027-12-25T12:34:00Z"' in document
    assert refused("metadata", "print", "nobody").returncode == 1


def test_without_our_key_the_command_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    make_partner(metadata=False, state="draft")
    settings.SSO_CERTS_DIR = tmp_path
    assert "manage.py keys ensure" in str(refused("metadata", "print", "acme"))


def test_a_folder_is_loaded_and_each_file_reported(
    our_keys: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.SSO_METADATA_DIR = tmp_path / "saml_metadata"
    assert "no metadata file" in run("metadata", "load")
    settings.SSO_METADATA_DIR.mkdir()
    (settings.SSO_METADATA_DIR / "acme.xml").write_bytes(idp_metadata())
    assert run_json("metadata", "load")["files"] == [
        {"slug": "acme", "ending": "created", "problems": []}
    ]
    (settings.SSO_METADATA_DIR / "beta.xml").write_bytes(b"<html></html>")
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("metadata", "load", "--json", stdout=out)
    assert raised.value.returncode == 1
    answer = json.loads(out.getvalue())
    assert answer["outcome"] == "declined"
    endings = {each["slug"]: each["ending"] for each in answer["files"]}
    assert endings == {"acme": "unchanged", "beta": "refused"}


def test_metadata_is_refreshed_from_where_it_came(our_keys: Path, settings: Settings) -> None:
    settings.SSO_DEMO = True
    document = [idp_metadata(valid_until=NOW + timedelta(days=1))]
    make_partner(metadata=False, state="draft")
    with (
        time_machine.travel(NOW, tick=False),
        serving(lambda handler: says(document[0])(handler)) as port,
    ):
        url = f"http://localhost:{port}/metadata"
        run("metadata", "import", "acme", url)
        assert MetadataVersion.objects.get().source == url
        assert run_json("metadata", "refresh")["partners"] == [{"slug": "acme", "unchanged": True}]
        document[0] = idp_metadata(
            certificates=[other_key(), acme_key()], valid_until=NOW + timedelta(days=2)
        )
        assert run_json("metadata", "refresh", "acme")["partners"][0]["unchanged"] is False
        assert Event.objects.filter(action="change.metadata.refreshed").count() == 1
        found = trust.for_slug("acme").identity_providers[ENTITY_ID]
        assert len(found.keys) == 2


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (idp_metadata(certificates=[key_pair("rsa-2048", "stranger")]), "keys_all_new"),
        (idp_metadata("https://other.example/"), "entity_id_not_in_file"),
        (b"<html>Please sign in</html>", "not_metadata"),
        (idp_metadata(valid_until=datetime(2020, 1, 1, tzinfo=UTC)), "metadata_expired"),
    ],
)
def test_a_refresh_that_needs_a_person_changes_nothing_and_is_recorded(
    our_keys: Path, settings: Settings, document: bytes, problem: str
) -> None:
    settings.SSO_DEMO = True
    served = [idp_metadata()]
    make_partner(metadata=False, state="draft")
    with serving(lambda handler: says(served[0])(handler)) as port:
        run("metadata", "import", "acme", f"http://localhost:{port}/")
        before = trust.for_slug("acme")
        served[0] = document
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("metadata", "refresh", "--json", stdout=out)
    [report] = json.loads(out.getvalue())["partners"]
    assert [each["key"] for each in report["problems"]] == [problem]
    assert trust.for_slug("acme") is before
    event = Event.objects.get(action="change.metadata.failed")
    assert event.outcome == "error"


def test_after_going_back_a_refresh_does_not_go_forward_again(
    our_keys: Path, settings: Settings
) -> None:
    settings.SSO_DEMO = True
    served = [idp_metadata()]
    make_partner(metadata=False, state="draft")
    with serving(lambda handler: says(served[0])(handler)) as port:
        url = f"http://localhost:{port}/"
        run("metadata", "import", "acme", url)
        first = MetadataVersion.objects.get()
        served[0] = idp_metadata(certificates=[acme_key(), other_key()])
        run("metadata", "refresh")
        run("metadata", "activate", "acme", str(first.pk))
        assert "replaced since" in refresh_problem()
    assert MetadataVersion.objects.get(active=True) == first


def refresh_problem(*slugs: str) -> str:
    """What a refresh that does not succeed prints."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("metadata", "refresh", *slugs, stdout=out)
    return out.getvalue()


def test_metadata_from_a_file_is_not_refreshed(our_keys: Path) -> None:
    make_partner()
    assert "came from a URL" in run("metadata", "refresh")
    assert "not fetched from a URL" in refresh_problem("acme")
