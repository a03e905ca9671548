"""Our address is configured: no header and no request line changes a word that we say."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.logs import PlainFormatter
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.saml import bindings
from sso_gateway.signon.models import SeenAssertion
from tests.signon import scene

pytestmark = pytest.mark.django_db

EVIL = "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Protocol": "http",
    "X-Forwarded-Ssl": "off",
    "X-Forwarded-Scheme": "http",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "X-Script-Name": f"//{EVIL}",
    "Forwarded": f"host={EVIL};proto=http",
    "Base-Url": f"https://{EVIL}/",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Via": EVIL,
}


def get(path: str) -> Callable[..., Any]:
    return lambda client, **headers: client.get(path, secure=True, headers=headers)


def post(document: bytes) -> Callable[..., Any]:
    body = urlencode(scene.form(document))
    return lambda client, **headers: scene.send(client, body, secure=True, headers=headers)


ANSWERS: dict[str, Callable[..., Any]] = {
    "the start page": get("/"),
    "the session": get("/session/"),
    "signed out": get("/logout/"),
    "metadata": get("/saml/acme/metadata/"),
    "the ACS opened": get(scene.ACS),
    "a good response": post(scene.message()),
    "a bad response": post(scene.message(audience="urn:other")),
    "a missing slash": get("/saml/acme/login"),
    "nothing": get("/nothing/"),
    "the admin": get("/admin/"),
    "the admin's sign-in": get("/admin/login/?next=/admin/"),
    "the icon": get("/favicon.ico"),
}
_CHANGES = re.compile(r'[0-9A-Z]{4}-[0-9A-Z]{4}|value="[A-Za-z0-9]{64}"')
"""References and tokens, which are others each time."""


def told(response: Any) -> tuple[int, dict[str, str], str]:
    headers = {name: _CHANGES.sub("…", value) for name, value in response.headers.items()}
    return response.status_code, headers, _CHANGES.sub("…", response.content.decode())


@pytest.mark.parametrize("name", ANSWERS)
def test_no_header_changes_an_answer(acme: Partner, ada: User, name: str) -> None:
    plain = told(ANSWERS[name](Client()))
    SeenAssertion.objects.all().delete()
    forged = told(ANSWERS[name](Client(), **FORGED))
    assert forged == plain
    assert EVIL not in str(forged) and "http://sso" not in str(forged)


@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_no_header_changes_the_question(acme: Partner, binding: str) -> None:
    flows.set_policy("acme", {"request_binding": binding}, actor=scene.ACTOR)
    response = Client().get(scene.LOGIN, secure=True, headers=FORGED)
    if binding == "post":
        message = bindings.decode_post(response.context["fields"]["SAMLRequest"], max_bytes=10_000)
    else:
        query = urlsplit(response["Location"]).query
        message = bindings.read_redirect(query, max_bytes=10_000).message
    assert f'AssertionConsumerServiceURL="{scene.BASE}{scene.ACS}"'.encode() in message
    assert b"evil" not in message and b"http://sso" not in message


HOSTS = [
    EVIL,
    f"sso.example.com.{EVIL}",
    f"{EVIL}:443",
    f"sso.example.com@{EVIL}",
    f"sso.example.com:@{EVIL}",
    f"{EVIL}/sso.example.com",
    f"{EVIL}#sso.example.com",
    f"sso.example.com, {EVIL}",
    "sso.example.com\t.evil.example",
    "sso.example.com\r\nX: y.evil.example",
    "<script>evil</script>",
    "",
    ".sso.example.com",
]


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_gets_our_plain_page_and_nothing_happens(
    acme: Partner, ada: User, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("the start page", "metadata", "a good response", "nothing", "the admin"):
        client = Client()
        response = ANSWERS[name](client, Host=host)
        page = response.content.decode()
        assert response.status_code == 400
        assert "We couldn&#x27;t understand this request" in page
        assert "evil" not in page and "evil" not in str(response.headers)
        assert not client.cookies and scene.attempts() == []
    assert all(PlainFormatter().format(record).isprintable() for record in caplog.records)


def test_another_port_of_ours_is_not_repeated_anywhere(acme: Partner) -> None:
    for name in ("the start page", "metadata", "the ACS opened", "a missing slash", "the admin"):
        response = ANSWERS[name](Client(), Host="sso.example.com:6666")
        assert "6666" not in str(response.headers) + response.content.decode()
