import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from sso_gateway.audit.models import Event
from sso_gateway.audit.record import record
from sso_gateway.refusal import Reason
from tests.audit.recipes import entry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("events")]


@pytest.fixture
def events() -> None:
    with time_machine.travel(NOON - timedelta(days=2), tick=False):
        record(entry(reference="K7QF2M9D"))
    with time_machine.travel(NOON, tick=False):
        record(
            entry(
                reference="00000001",
                outcome="refused",
                reason=Reason.AUDIENCE_MISMATCH,
                partner_slug="globex",
                email="ben@globex.example",
                assertion=None,
            )
        )


def audit(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("audit", *arguments, stdout=out, stderr=err)
    except SystemExit as exit_:
        assert isinstance(exit_.code, int)
        return exit_.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def references(*arguments: str) -> list[str]:
    _, out, _ = audit("search", "--json", *arguments)
    return [event["reference"] for event in json.loads(out)]


def test_a_search_lists_the_newest_first() -> None:
    status, out, _ = audit("search")
    first, second = out.splitlines()
    assert status == 0
    assert "0000-0001  refused  603 audience_mismatch  globex" in first
    assert "K7QF-2M9D  success  sign_in.attempt  acme  m•••@acme.example  192.0.2.7" in second


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["k7qf-2m9d"], ["K7QF2M9D"]),
        (["maria@acme.example"], ["K7QF2M9D"]),
        (["--partner", "globex"], ["00000001"]),
        (["--outcome", "success"], ["K7QF2M9D"]),
        (["--reason", "603"], ["00000001"]),
        (["--reason", "audience_mismatch"], ["00000001"]),
        (["--since", "2026-11-19"], ["00000001"]),
        (["--since", "2026-11-18T11:00:00+00:00"], ["00000001", "K7QF2M9D"]),
        (["--since", "24h"], ["00000001"]),
        (["--since", "3d"], ["00000001", "K7QF2M9D"]),
        (["--limit", "1"], ["00000001"]),
        (["acme", "--outcome", "refused"], []),
    ],
)
@time_machine.travel(NOON + timedelta(hours=1), tick=False)
def test_the_options_narrow_the_search(arguments: list[str], expected: list[str]) -> None:
    assert references(*arguments) == expected


def test_nothing_found_is_status_1_and_still_json() -> None:
    status, out, err = audit("search", "nobody", "--json")
    assert (status, json.loads(out), err.strip()) == (1, [], "No event matches.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "--since", "yesterday"],
        ["search", "--reason", "audience"],
        ["search", "--reason", "999"],
        ["search", "--limit", "0"],
        ["search", "--outcome", "maybe"],
        ["export"],
        ["export", "--format", "xml"],
        ["prune"],
        [],
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        audit(*arguments)


def test_an_export_is_written_oldest_first_and_is_an_event_itself() -> None:
    status, out, err = audit("export", "--format", "csv")
    assert status == 0
    exported = list(csv.DictReader(StringIO(out, newline="")))
    assert [row["reference"] for row in exported] == ["K7QF2M9D", "00000001"]
    assert "Exported 2 events to standard output." in err
    event = Event.objects.get(action="log.exported")
    assert event.actor.startswith("command:")
    assert event.facts == {"format": "csv", "since": "", "count": 2}


def test_an_export_goes_to_a_new_file_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    arguments: list[Any] = ["export", "--format", "ndjson", "--since", "2026-11-19", "--output"]
    assert audit(*arguments, str(file))[0] == 0
    assert [json.loads(line)["reference"] for line in file.read_text().splitlines()] == ["00000001"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="exists") as refused:
        audit(*arguments, str(file))
    assert refused.value.returncode == 2
