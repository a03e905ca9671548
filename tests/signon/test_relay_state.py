"""Where the browser goes next."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.signon import relay_state
from tests.signon import scene

BASE = "https://sso.example.com"
PREFIXES = (
    "https://app.example.com/tool",
    "https://app.example.com:8443/",
    "http://old.example/",
    "https://kiosk.example.com/",
)

ALLOWED = [
    "/",
    "/orders",
    "/orders?page=2&next=https%3A%2F%2Fevil.example%2F#row-7",
    "/search?q=%0a%5c",
    "/caf%C3%A9",
    "/café",
    "/a/../b",
    "/a%20b",
    "/:80/x",
    "/@evil.example",
    "https://sso.example.com/orders",
    "https://sso.example.com",
    "https://app.example.com/tool",
    "https://app.example.com/tool/",
    "https://app.example.com/tool/page?x=1#y",
    "https://app.example.com:443/tool/page",
    "https://APP.example.com/tool/page",
    "https://app.example.com:8443/anything",
    "http://old.example/x",
]

REFUSED = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/%00",
    "/\0",
    "/x\r\nSet-Cookie: a=b",
    "/x%0d%0aSet-Cookie:a=b",
    "/a b",
    " /a",
    "/\u202egnp.exe",
    "/\u2028x",
    "/\ufeff",
    "orders",
    "?next=/",
    "#",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/",
    "https://sso.example.com.evil.example/",
    "https://sso.example.com@evil.example/",
    "https://evil.example/https://sso.example.com/",
    "https://app.example.com/toolbox",
    "https://app.example.com/",
    "https://app.example.com/tool/../admin",
    "https://app.example.com/tool/%2e%2e/admin",
    "https://app.example.com/tool/..%2fadmin",
    "https://app.example.com/tool/.%5c../admin",
    "https://user@app.example.com/tool/",
    "https://app.example.com:8444/tool/",
    "https://app.example.com:x/tool/",
    "http://app.example.com/tool/",
    "https://old.example/x",
    "https://[::1/",
    "ftp://old.example/x",
    "https://\u212aiosk.example.com/",
    "https://kiosk.example\u3002com/",
    "/" + "x" * relay_state.LIMIT,
]


@pytest.mark.parametrize("target", ALLOWED)
def test_a_place_that_is_ours_or_agreed_is_followed(target: str) -> None:
    assert relay_state.allowed(target, PREFIXES, BASE)


@pytest.mark.parametrize("target", REFUSED)
def test_any_other_place_is_not(target: str) -> None:
    assert not relay_state.allowed(target, PREFIXES, BASE)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_counts_as_local_stays_here(text: str) -> None:
    if relay_state.is_local(f"/{text}"):
        followed = urlsplit(urljoin("https://sso.example.com/x", f"/{text}"))
        assert (followed.scheme, followed.netloc) == ("https", "sso.example.com")


@pytest.mark.django_db
class TestAtALogin:
    """A RelayState never fails a login."""

    def test_an_allowed_one_is_followed(self, browser: Client, acme: Partner, ada: User) -> None:
        flows.set_policy(
            "acme", {"relay_state_allowed": ["https://app.example.com/tool/"]}, actor=scene.ACTOR
        )
        target = "https://app.example.com/tool/page"
        response = scene.post(browser, scene.message(), RelayState=target)
        assert response["Location"] == target
        assert scene.the_attempt().relay_used == target

    @pytest.mark.parametrize("absent", [{}, {"RelayState": ""}])
    def test_an_absent_or_empty_one_leads_to_the_partners_landing(
        self, browser: Client, acme: Partner, ada: User, absent: dict[str, str]
    ) -> None:
        flows.update_partner("acme", {"landing": "/start"}, actor=scene.ACTOR)
        response = scene.post(browser, scene.message(), **absent)
        assert response["Location"] == "/start"
        assert scene.the_attempt().key == ""

    def test_a_refused_one_leads_there_too_and_is_noted(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        flows.update_partner("acme", {"landing": "/start"}, actor=scene.ACTOR)
        response = scene.post(browser, scene.message(), RelayState="https://evil.example/")
        assert (response.status_code, response["Location"]) == (303, "/start")
        event = scene.the_attempt()
        assert (event.outcome, event.key) == ("success", "relay_refused")
        assert event.relay_received == "https://evil.example/"
        assert event.relay_used == "/start"
        assert scene.rungs(event)[-1]["result"] == "warn"
        assert scene.signed_in_as(browser) == scene.EMAIL

    def test_on_our_own_start_page_the_person_reads_about_it(
        self, browser: Client, acme: Partner, ada: User
    ) -> None:
        response = scene.post(browser, scene.message(), RelayState="https://evil.example/")
        page = browser.get(response["Location"]).content.decode()
        assert "We couldn&#x27;t open the page you asked for" in page
