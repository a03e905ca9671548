"""explain and housekeeping."""

import io
import json
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.saml import response as core
from sso_gateway.signon.models import LoginSession, PendingRequest, SeenAssertion
from tests.signon import scene

pytestmark = pytest.mark.django_db


def explain(path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was printed."""
    out, code = io.StringIO(), 0
    try:
        call_command("explain", str(path), "--partner", "acme", "--json", *arguments, stdout=out)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    return code, json.loads(out.getvalue())


SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "xml": lambda message: message,
    "base64": b64encode,
    "a form body": lambda message: urlencode(
        {"RelayState": "/x", "SAMLResponse": b64encode(message).decode()}
    ).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_good_response_is_explained_in_whatever_form_it_was_found(
    acme: Partner, tmp_path: Path, shape: str
) -> None:
    file = tmp_path / "response"
    file.write_bytes(SHAPES[shape](scene.message()) + b"\n")
    code, told = explain(file)
    assert (code, told["outcome"], told["code"], told["key"]) == (0, "accepted", None, None)
    assert (told["email"], told["subject"]) == (scene.EMAIL, scene.EMAIL)
    assert [check["name"] for check in told["checks"]] == [name for name, _ in core.LADDER]
    assert {check["result"] for check in told["checks"]} <= {"pass", "warn"}
    assert set(told["checks"][0]) == {"name", "result", "expected", "received", "clause"}


REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "audience": ({"audience": "urn:other"}, 603),
    "signature": ({"sign": "nothing"}, 401),
    "e-mail domain": ({"name_id": "eve@evil.example", "attributes": {}}, 707),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_response_is_explained_with_its_code(
    acme: Partner, tmp_path: Path, name: str
) -> None:
    changes, number = REFUSED[name]
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message(**changes))
    code, told = explain(file)
    assert (code, told["outcome"], told["code"]) == (1, "refused", number)
    assert "fail" in {check["result"] for check in told["checks"]}


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<", b"SAMLResponse=%%", b"\xff\xfe\x00", b"<a/>"]
)
def test_what_is_no_message_is_refused_and_not_an_error(
    acme: Partner, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "response"
    file.write_bytes(content)
    code, told = explain(file)
    assert (code, told["outcome"]) == (1, "refused")


def test_another_time_gives_another_verdict(acme: Partner, tmp_path: Path) -> None:
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message())
    assert explain(file, "--at", "2030-01-15T12:08:00Z")[1]["key"] == "expired"
    assert explain(file, "--at", "2030-01-15T12:01:00")[0] == 0


def test_a_response_to_another_request_is_refused(acme: Partner, tmp_path: Path) -> None:
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message(in_response_to="_mine"))
    assert explain(file, "--request-id", "_mine")[0] == 0
    assert explain(file, "--request-id", "_other")[0] == 1


def test_without_its_request_a_response_is_judged_by_what_is_pending(
    acme: Partner, browser: Client, tmp_path: Path
) -> None:
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message(in_response_to="IdP_Initiated_Login"))
    assert explain(file)[1]["key"] == "request_unknown"
    request_id = scene.ask(browser)
    file.write_bytes(scene.message(in_response_to=request_id))
    assert explain(file)[0] == 0
    assert PendingRequest.objects.get().spent is None


def test_an_unsolicited_response_is_judged_by_the_policy(acme: Partner, tmp_path: Path) -> None:
    flows.set_policy("acme", {"unsolicited": "refuse"}, actor=scene.ACTOR)
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message())
    assert explain(file)[1]["key"] == "idp_initiated_off"


def test_it_changes_nothing_and_claims_nothing(acme: Partner, ada: User, tmp_path: Path) -> None:
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message())
    before = Event.objects.count()
    for _ in range(2):
        assert explain(file)[0] == 0
    assert Event.objects.count() == before
    assert not SeenAssertion.objects.exists() and not LoginSession.objects.exists()


def test_people_read_it_line_by_line(
    acme: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    message = io.TextIOWrapper(io.BytesIO(scene.message(audience="urn:other")))
    monkeypatch.setattr(sys, "stdin", message)
    with pytest.raises(SystemExit) as leaving:
        call_command("explain", "-", "--partner", "acme", stdout=out)
    assert leaving.value.code == 1
    said = out.getvalue()
    assert "✖ audience  (core 2.5.1.4" in said
    assert "received  urn:other" in said
    assert "Refused: 603 audience_mismatch" in said
    assert 'Audience "' in said and "{" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["/nonexistent/file", "--partner", "acme"],
        [__file__, "--partner", "nobody"],
        [__file__, "--partner", "acme", "--at", "yesterday"],
    ],
)
def test_a_wrong_call_exits_with_two(acme: Partner, arguments: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("explain", *arguments)
    assert refused.value.returncode == 2


def test_housekeeping_deletes_what_is_over_and_may_run_twice(
    browser: Client, acme: Partner, ada: User, clock: time_machine.Traveller
) -> None:
    scene.ask(browser)
    scene.post(browser, scene.message())
    assert _deleted() == {"requests": 0, "logouts": 0, "assertions": 0, "sessions": 0}
    clock.shift(2 * 3600)
    assert _deleted() == {"requests": 1, "logouts": 0, "assertions": 0, "sessions": 0}
    clock.shift(24 * 3600)
    assert _deleted() == {"requests": 0, "logouts": 0, "assertions": 1, "sessions": 0}
    clock.shift(31 * 24 * 3600)
    assert _deleted() == {"requests": 0, "logouts": 0, "assertions": 0, "sessions": 1}
    assert _deleted() == {"requests": 0, "logouts": 0, "assertions": 0, "sessions": 0}
    assert not PendingRequest.objects.exists()


def _deleted() -> Any:
    out = io.StringIO()
    call_command("housekeeping", "--json", stdout=out)
    return json.loads(out.getvalue())["deleted"]
