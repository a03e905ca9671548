"""Whatever a stranger writes stays text: in the log, in an export, on a terminal."""

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from sso_gateway.audit.models import Event
from sso_gateway.logs import JsonFormatter, PlainFormatter
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from tests.idp.keys import key_pair
from tests.signon import scene

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("https://evil.example","x")'
IN_XML = (
    f"{FORMULA}\r\n2030-01-15 WARNING sso_gateway.audit: reference=FAKE-FAKE outcome=success\n"
    "\u2028\u2029\x85\x9b2J\x9d0;title\x9c\u202e\u2066\u200b\ufeff"
)
"""XML may carry all of it: line ends of every kind, C1 escapes of terminals, bidi controls."""
ANYWHERE = f"{IN_XML}\x00\x1b[2J\x1b]0;title\x07\x08"
STARTS = tuple("=+-@\t\r")

Send = Callable[[Client], object]


def said(**changes: Any) -> Send:
    """A message that a trusted key signed."""
    return lambda client: scene.post(client, scene.message(**changes))


def claimed(**changes: Any) -> Send:
    """The same by a key that nobody knows."""
    return said(key=key_pair("rsa-2048", "stranger"), **changes)


def sent(body: str = "SAMLResponse=eHg", path: str = scene.ACS, **headers: str) -> Send:
    return lambda client: scene.send(client, body, path, **headers)


WAYS: dict[str, Send] = {
    "issuer": said(issuer=IN_XML),
    "claimed issuer": claimed(issuer=IN_XML),
    "NameID": said(name_id=f"{IN_XML}@acme.example"),
    "claimed NameID": claimed(name_id=IN_XML),
    "NameID without a domain": said(name_id=IN_XML, attributes={}),
    "NameID format": said(name_id_format=IN_XML, attributes={}),
    "persistent NameID": said(
        name_id=IN_XML, name_id_format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    ),
    "name of an attribute": said(name_id=None, attributes={IN_XML: ("x",)}),
    "value of an attribute": said(name_id=None, attributes={"email": (IN_XML,)}),
    "a foreign address": said(name_id=None, attributes={"email": ("=cmd@evil.example",)}),
    "group": said(attributes={"email": (scene.EMAIL,), "groups": (IN_XML,)}),
    "status": said(status=(IN_XML,), status_message=IN_XML),
    "InResponseTo": said(in_response_to=IN_XML),
    "destination": said(destination=IN_XML, sign="both"),
    "recipient": said(recipient=IN_XML),
    "audience": said(audience=IN_XML),
    "assertion ID": said(assertion_id=IN_XML),
    "authentication context": said(authn_context=IN_XML),
    "session": said(session_index=IN_XML),
    "a time": said(not_on_or_after=IN_XML),
    "RelayState": lambda client: scene.post(client, scene.message(), RelayState=ANYWHERE),
    "a name of a field": sent(f"{ANYWHERE}=1"),
    "user agent": sent(HTTP_USER_AGENT=ANYWHERE),
    "X-Forwarded-For": sent(HTTP_X_FORWARDED_FOR=f"{ANYWHERE}, fe80::1%{ANYWHERE}"),
    "content type": sent(CONTENT_TYPE=f"text/{ANYWHERE}"),
    "length": sent(CONTENT_LENGTH=ANYWHERE),
    "partner": sent(path="/saml/-2-3/acs/"),
    "identity provider": lambda client: client.get(scene.LOGIN, {"idp": ANYWHERE}),
    "landing": lambda client: client.get("/saml/nobody/login/", {"next": ANYWHERE}),
    "reference": lambda client: client.get("/saml/acme/again/%0a=1+1%9b%e2%80%a8/"),
}


@pytest.fixture
def hostile(acme: Partner, ada: User, settings: Settings) -> None:
    """A partner whose words are read as far as they can be, behind a proxy that we believe."""
    settings.SSO_TRUSTED_PROXIES = (ip_network("127.0.0.0/8"),)
    flows.set_policy("acme", {"groups_attribute": "groups"}, actor=scene.ACTOR)


def log_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of this test, as each of the two formatters writes it."""
    records = [record for record in caplog.records if record.name != "django.db.backends"]
    return [
        form.format(record) for form in (PlainFormatter(), JsonFormatter()) for record in records
    ]


def printed(*arguments: str) -> str:
    out = io.StringIO(newline="")
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def texts(value: object) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inside in value.items():
            yield name
            yield from texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from texts(inside)


@pytest.mark.parametrize("way", WAYS)
def test_no_value_of_a_stranger_becomes_more_than_text(
    browser: Client,
    hostile: None,
    way: str,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    caplog.clear()
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        WAYS[way](browser)
    event = scene.the_attempt()
    for column in event._meta.concrete_fields:
        for text in texts(getattr(event, column.attname)):
            assert text.isprintable(), (column.attname, text)
    lines = log_lines(caplog)
    assert len([line for line in lines if "reference=" in line]) == 2
    assert all(line.isprintable() and "FAKE-FAKE outcome" not in line for line in lines)


@pytest.mark.parametrize("way", WAYS)
def test_no_export_and_no_terminal_reads_it_otherwise(
    browser: Client, hostile: None, way: str
) -> None:
    WAYS[way](browser)
    rows = Event.objects.count()
    cells = printed("audit", "export", "--format", "csv")
    assert len(cells.split("\r\n")) == rows + 2
    assert cells.replace("\r\n", "").isprintable()
    for row in csv.reader(io.StringIO(cells, newline="")):
        assert not [cell for cell in row if cell.startswith(STARTS)]
    objects = printed("audit", "export", "--format", "ndjson").splitlines()
    assert all(line.isprintable() and json.loads(line) for line in objects)
    listed = printed("audit", "search", scene.the_attempt().display_reference).splitlines()
    assert len(listed) == 1 and listed[0].isprintable()


MESSAGES: dict[str, dict[str, Any]] = {
    "issuer": {"issuer": IN_XML},
    "NameID": {"name_id": f"{IN_XML}@acme.example"},
    "name of an attribute": {"name_id": None, "attributes": {IN_XML: ("x",)}},
    "status": {"status": (IN_XML,), "status_message": f"no\n\nAccepted: {scene.EMAIL}"},
    "audience": {"audience": f"urn:x\n\nAccepted: {scene.EMAIL}{IN_XML}"},
    "destination": {"destination": IN_XML, "sign": "both"},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_explanation_cannot_be_forged_by_what_it_explains(
    acme: Partner, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "response.xml"
    file.write_bytes(scene.message(**MESSAGES[name]))
    for form in ([], ["--json"]):
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("explain", str(file), "--partner", "acme", *form, stdout=out)
        told = out.getvalue().removesuffix("\n").split("\n")
        assert all(line.isprintable() for line in told)
        assert not [line for line in told if line.startswith("Accepted")]
