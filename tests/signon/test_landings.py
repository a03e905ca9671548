"""The worst that can stand in a RelayState or behind ``?next=``, at the doors where it arrives."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.audit import story
from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.signon import relay_state
from sso_gateway.signon.models import PendingRequest
from tests.signon import scene

pytestmark = pytest.mark.django_db

START = "/?notice=relay_refused"

HOSTILE = {
    "a script": "javascript:alert(document.domain)",
    "a script in capitals": "JAVASCRIPT:alert(1)",
    "a script around a tab": "java\tscript:alert(1)",
    "a script around a line end": "java\r\nscript:alert(1)",
    "a script behind a control": "\x01javascript:alert(1)",
    "a script behind a space": " javascript:alert(1)",
    "a script of another kind": "vbscript:msgbox(1)",
    "a document in itself": "data:text/html,<script>alert(1)</script>",
    "a document of our origin": "blob:https://sso.example.com/0",
    "no scheme": "//evil.example/",
    "three slashes": "///evil.example/",
    "backslashes": "\\\\evil.example",
    "a slash and a backslash": "/\\evil.example",
    "a tab between slashes": "/\t/evil.example",
    "a space in front": " //evil.example",
    "an encoded slash": "/%2fevil.example",
    "an encoded backslash": "/%5cevil.example",
    "all of it encoded": "https%3A%2F%2Fevil.example%2F",
    "all of it encoded twice": "https%253A%252F%252Fevil.example%252F",
    "slashes lost": "https:evil.example",
    "one slash lost": "https:/evil.example",
    "one slash too many": "https:///evil.example",
    "us as a user": "https://sso.example.com@evil.example/",
    "us as a user with a port": "https://sso.example.com:443@evil.example/",
    "us as a user behind an encoded slash": "https://sso.example.com%2f@evil.example/",
    "us in front of a backslash": "https://sso.example.com\\@evil.example/",
    "us as a sub-domain": "https://sso.example.com.evil.example/",
    "us in the path": "https://evil.example/https://sso.example.com/",
    "us with a last dot": "https://sso.example.com./",
    "us without TLS": "http://sso.example.com/",
    "us at another port": "https://sso.example.com:8443/",
    "a Cyrillic o": "https://ss\u043e.example.com/",
    "a full-width name": "https://\uff53\uff53\uff4f.example.com/",
    "an ideographic dot": "https://sso\u3002example.com/",
    "full-width slashes": "\uff0f\uff0fevil.example",
    "a full-width scheme": "https:\uff0f\uff0fevil.example",
    "a header": "/x\r\nLocation: https://evil.example/",
    "an encoded header": "/x%0d%0aSet-Cookie:%20a=b",
    "a line separator": "/x\u2028//evil.example",
    "text that runs backwards": "/\u202egpj.exe",
    "NUL": "/\0//evil.example",
    "an encoded NUL": "/%00",
    "a fragment": "#//evil.example",
    "a query": "?next=//evil.example",
    "no path": "evil.example",
    "an address of IPv6 that ends early": "https://[::1/",
    "a long one": "/" + "x" * relay_state.LIMIT,
    "a long foreign one": "https://evil.example/" + "x" * 5000,
}

HARMLESS = {
    "/%252f%252fevil.example": "/%252f%252fevil.example",
    "/%255cevil.example": "/%255cevil.example",
    "/@evil.example": "/@evil.example",
    "/.//evil.example": "/.//evil.example",
    "/x?next=https://evil.example/": "/x?next=https://evil.example/",
    "/#//evil.example": "/#//evil.example",
    "/javascript:alert(1)": "/javascript:alert(1)",
    "/\uff0f\uff0fevil.example": "/%EF%BC%8F%EF%BC%8Fevil.example",
    "https://sso.example.com/x": "https://sso.example.com/x",
}
"""It looks dangerous and stays here: what arrives, and the Location."""


def assert_noted(browser: Client, asked: str) -> None:
    """Signed in all the same; the row says what was asked for and that it was refused."""
    event = scene.the_attempt()
    assert (event.outcome, event.code, event.key) == ("success", 851, Reason.RELAY_REFUSED.key)
    assert event.relay_used == START
    warned = scene.rungs(event)[-1]
    assert (warned["name"], warned["result"], warned["expected"]) == (
        "relay_refused",
        "warn",
        START,
    )
    told = story.sentence(event)
    assert told.isprintable() and "not recorded" not in told
    assert not asked.isprintable() or asked[:900] in told
    assert scene.signed_in_as(browser) == scene.EMAIL


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_relay_state_leads_to_our_start_page(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    response = scene.post(browser, scene.message(), RelayState=HOSTILE[name])
    assert (response.status_code, response["Location"]) == (303, START)
    assert_noted(browser, HOSTILE[name])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_next_leads_there_too_when_the_answer_comes(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    asked = browser.get(scene.LOGIN, {"next": HOSTILE[name]})
    assert asked["Location"].startswith("https://idp.acme.example/sso/HTTP-Redirect?SAMLRequest=")
    assert "evil" not in asked["Location"]
    request_id = scene.relay_state(asked["Location"])
    assert PendingRequest.objects.get().next.isprintable()
    response = scene.post(browser, scene.message(in_response_to=request_id))
    assert (response.status_code, response["Location"]) == (303, START)
    assert_noted(browser, HOSTILE[name])


@pytest.mark.parametrize("target", HARMLESS)
def test_what_only_looks_hostile_is_followed_to_the_letter(
    browser: Client, acme: Partner, ada: User, target: str
) -> None:
    response = scene.post(browser, scene.message(), RelayState=target)
    assert (response.status_code, response["Location"]) == (303, HARMLESS[target])
    assert scene.the_attempt().key == ""


@pytest.mark.parametrize("name", ["a script", "no scheme", "us as a user", "a header"])
def test_a_login_that_is_begun_again_carries_no_hostile_target(
    browser: Client, acme: Partner, ada: User, name: str
) -> None:
    flows.set_policy("acme", {"unsolicited": "restart"}, actor=scene.ACTOR)
    response = scene.post(browser, scene.message(), RelayState=HOSTILE[name])
    assert response["Location"] == f"{scene.LOGIN}?next=%2F%3Fnotice%3Drelay_refused"


def test_what_the_policy_allows_by_the_time_of_the_answer_is_followed(
    browser: Client, acme: Partner, ada: User
) -> None:
    target = "https://app.example.com/tool/page"
    request_id = scene.ask(browser, f"?next={target}")
    flows.set_policy(
        "acme", {"relay_state_allowed": ["https://app.example.com/tool/"]}, actor=scene.ACTOR
    )
    response = scene.post(browser, scene.message(in_response_to=request_id))
    assert response["Location"] == target


@pytest.mark.parametrize("name", HOSTILE)
def test_signing_out_leads_to_no_hostile_place(browser: Client, db: None, name: str) -> None:
    response = Client().post("/logout/", {"next": HOSTILE[name]})
    assert (response.status_code, response["Location"]) == (303, "/logout/")
