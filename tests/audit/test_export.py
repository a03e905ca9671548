import csv
import json
from io import StringIO

import pytest
from hypothesis import given

from sso_gateway.audit.export import comma_separated, native, ndjson, safe_cell
from sso_gateway.audit.models import Event
from sso_gateway.audit.record import record
from sso_gateway.refusal import Reason
from sso_gateway.saml.model import Check, Outcome
from sso_gateway.saml.response import LADDER
from tests.audit.recipes import EMAIL, entry
from tests.audit.test_printable import any_text

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


@given(any_text)
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(FORMULA)
    assert not cell.lstrip().startswith(FORMULA)
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("text", ["acme", "1=1", "a-b", "", "maria@acme.example", "'"])
def test_an_ordinary_cell_stays(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.django_db
def test_csv_carries_hostile_values_as_text() -> None:
    record(entry(user_agent='=HYPERLINK("https://evil.example","x")', partner_name='a";b\n,c'))
    record(entry(user_agent="\t=1+1"))
    first, second = rows("".join(comma_separated(Event.objects.order_by("time", "id"))))
    assert first["user_agent"] == '\'=HYPERLINK("https://evil.example","x")'
    assert first["partner_name"] == r'a";b\n,c'
    assert second["user_agent"] == r"\t=1+1"


@pytest.mark.django_db
def test_every_cell_is_quoted_so_that_no_locale_splits_it() -> None:
    record(entry(user_agent="a;=1+1"))
    _, line = "".join(comma_separated(Event.objects.all())).splitlines()
    assert line.startswith('"')
    assert '"a;=1+1"' in line


@pytest.mark.django_db
def test_ndjson_is_one_object_a_line() -> None:
    record(entry())
    record(entry(outcome="refused", reason=Reason.EXPIRED))
    lines = list(ndjson(Event.objects.order_by("time", "id")))
    assert [json.loads(line)["key"] for line in lines] == [None, "expired"]
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in lines)


@pytest.mark.django_db
def test_native_json_nests_what_belongs_together() -> None:
    failed = Check("audience", Outcome.FAIL, "core 2.5.1.4", "x", "y")
    passed = Check(LADDER[0][0], Outcome.PASS, LADDER[0][1])
    made = record(entry(outcome="refused", reason=Reason.EXPIRED, checks=[passed, failed]))
    event = native(made)
    assert event["partner"] == {"id": 1, "slug": "acme", "name": "Acme"}
    assert event["code"] == "502"
    assert event["client"] == {"ip": "192.0.2.7", "ua": "Mozilla/5.0"}
    checks = event["checks"]
    assert isinstance(checks, list)
    assert [(check["name"], check["result"], check["clause"]) for check in checks] == [  # type: ignore[call-overload, index]
        (LADDER[0][0], "pass", LADDER[0][1]),
        ("audience", "fail", "core 2.5.1.4"),
    ]


@pytest.mark.django_db
def test_the_address_itself_never_leaves() -> None:
    record(entry())
    exported = "".join([*ndjson(Event.objects.all()), *comma_separated(Event.objects.all())])
    assert EMAIL not in exported
    assert "m•••@acme.example" in exported
