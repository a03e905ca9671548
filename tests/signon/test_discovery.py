"""A partner with several identity providers: the service that chooses, or the person who does."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree
from saml2.discovery import DiscoveryServer

from sso_gateway.partners import flows
from sso_gateway.partners.intake import Choice
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.saml import bindings
from sso_gateway.signon.models import PendingRequest
from tests.idp.keys import key_pair
from tests.idp.recipe import IDP, NOW
from tests.partners.factory import idp_metadata
from tests.signon import scene

pytestmark = pytest.mark.django_db

BERLIN = "https://berlin.acme.example/idp"
PARIS = "https://paris.acme.example/idp"
SERVICE = "https://ds.example.org/choose?style=plain"


def add_idp(entity_id: str, name: str = "", document: bytes | None = None) -> None:
    key = key_pair("rsa-2048", entity_id)
    document = document or idp_metadata(entity_id, [key], name=name, sign_on=f"{entity_id}/sso")
    flows.import_metadata(
        "acme", Received(document, "more.xml"), actor=scene.ACTOR, choice=Choice(add=True)
    )


def policy(**changes: object) -> None:
    flows.set_policy("acme", changes, actor=scene.ACTOR)


def links(response: Any) -> list[tuple[str, str]]:
    """The words and the address of every choice on the page, as a browser reads them."""
    root = etree.fromstring(response.content, etree.HTMLParser())
    return [
        (" ".join("".join(each.itertext()).split()), str(each.get("href")))
        for each in root.iterfind(".//a[@class='choice']")
    ]


@pytest.fixture
def three(acme: Partner) -> Partner:
    """Acme with two more identity providers."""
    add_idp(PARIS, "Acme Paris")
    add_idp(BERLIN, "Acme &amp; Söhne")
    return acme


@pytest.fixture
def service(three: Partner) -> Partner:
    """The same, with a discovery service."""
    policy(discovery_url=SERVICE)
    return three


class TestChoosing:
    """Our own page."""

    def test_the_person_chooses_by_name_and_is_sent_there(
        self, browser: Client, three: Partner
    ) -> None:
        page = browser.get(scene.LOGIN)
        assert page.status_code == 200
        assert [name for name, _ in links(page)] == ["Acme & Söhne", "Acme Paris", IDP]
        chosen = browser.get(links(page)[1][1])
        assert chosen.status_code == 303
        assert chosen["Location"].startswith(f"{PARIS}/sso?SAMLRequest=")
        assert PendingRequest.objects.get().idp_entity_id == PARIS

    def test_it_asks_nobody_yet_and_is_recorded_nowhere(
        self, browser: Client, three: Partner
    ) -> None:
        response = browser.get(scene.LOGIN)
        assert not PendingRequest.objects.exists() and scene.attempts() == []
        assert "no-store" in response["Cache-Control"]

    def test_where_the_person_wants_to_go_travels_along(
        self, browser: Client, three: Partner
    ) -> None:
        page = browser.get(scene.LOGIN, {"next": "/orders?page=2&x=1"})
        browser.get(links(page)[0][1])
        assert PendingRequest.objects.get().next == "/orders?page=2&x=1"

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
    def test_a_foreign_landing_is_only_a_word_in_them(
        self, browser: Client, three: Partner, target: str
    ) -> None:
        page = browser.get(scene.LOGIN, {"next": target})
        for _, url in links(page):
            parts = urlsplit(url)
            assert (parts.scheme, parts.netloc, parts.path) == ("", "", scene.LOGIN)
            assert parse_qs(parts.query)["next"] == [target]

    def test_two_of_one_name_are_told_apart(self, browser: Client, three: Partner) -> None:
        add_idp("https://other.acme.example/idp", "acme paris")
        names = [name for name, _ in links(browser.get(scene.LOGIN))]
        assert f"Acme Paris {PARIS}" in names
        assert "acme paris https://other.acme.example/idp" in names

    def test_names_are_in_the_language_of_the_page_and_say_which_it_is(
        self, browser: Client, three: Partner
    ) -> None:
        german = '<mdui:DisplayName xml:lang="de">Acme Wien</mdui:DisplayName>'
        document = idp_metadata(
            "https://wien.acme.example/idp", [key_pair("rsa-2048", "wien")], name="Acme Vienna"
        ).replace(b"</mdui:UIInfo>", f"{german}</mdui:UIInfo>".encode())
        add_idp("", document=document)
        assert '<span lang="en">Acme Vienna</span>' in browser.get(scene.LOGIN).content.decode()
        page = browser.get(scene.LOGIN, headers={"Accept-Language": "de-AT"}).content.decode()
        assert '<span lang="de">Acme Wien</span>' in page and "Acme Vienna" not in page
        assert '<span lang="en">Acme Paris</span>' in page

    def test_only_those_that_can_be_asked_are_offered(self, browser: Client, acme: Partner) -> None:
        mute = idp_metadata(PARIS, [key_pair("rsa-2048", PARIS)], name="Acme Paris")
        add_idp("", document=mute.replace(b"bindings:HTTP-", b"bindings:Other-"))
        response = browser.get(scene.LOGIN)
        assert response["Location"].startswith("https://idp.acme.example/sso/HTTP-Redirect?")

    def test_a_partner_that_is_not_live_offers_nothing(
        self, browser: Client, three: Partner
    ) -> None:
        Partner.objects.update(state="paused")
        response = browser.get(scene.LOGIN)
        assert (response.status_code, scene.the_attempt().key) == (403, "partner_paused")

    def test_whoever_is_sent_back_to_begin_here_has_chosen_already(
        self, browser: Client, three: Partner, ada: User
    ) -> None:
        policy(unsolicited="restart")
        response = scene.post(browser, scene.message(), RelayState="/orders")
        assert response["Location"] == f"{scene.LOGIN}?{urlencode({'next': '/orders', 'idp': IDP})}"
        assert browser.get(response["Location"]).status_code == 303


class TestService:
    """The IdP Discovery Service Protocol."""

    def test_the_service_is_asked_for_us_with_one_address_to_come_back_to(
        self, browser: Client, service: Partner
    ) -> None:
        response = browser.get(scene.LOGIN, {"next": "/secret-page"})
        asked = parse_qs(urlsplit(response["Location"]).query)
        handle = PendingRequest.objects.get().pk
        assert response.status_code == 303
        assert response["Location"].startswith(f"{SERVICE}&entityID=")
        assert asked.keys() == {"style", "entityID", "return"}
        assert asked["entityID"] == [f"{scene.BASE}/saml/acme/metadata/"]
        assert asked["return"] == [f"{scene.BASE}{scene.LOGIN}?discovery={handle}"]
        assert "secret-page" not in response["Location"]

    def test_what_an_independent_service_answers_is_asked_and_lands_where_it_should(
        self, browser: Client, service: Partner
    ) -> None:
        location = browser.get(scene.LOGIN, {"next": "/orders"})["Location"]
        # pysaml2 demands isPassive, which the protocol leaves out where it is false.
        query = f"{urlsplit(location).query}&isPassive=false"
        question = DiscoveryServer().parse_discovery_service_request(query=query)
        answer = DiscoveryServer.create_discovery_service_response(entity_id=PARIS, **question)
        response = browser.get(answer)
        assert response["Location"].startswith(f"{PARIS}/sso?SAMLRequest=")
        assert PendingRequest.objects.get(idp_entity_id=PARIS).next == "/orders"

    def test_the_whole_way_signs_in(self, browser: Client, service: Partner, ada: User) -> None:
        back = parse_qs(urlsplit(browser.get(f"{scene.LOGIN}?next=/orders")["Location"]).query)
        asked = browser.get(f"{back['return'][0]}&{urlencode({'entityID': IDP})}")["Location"]
        message = bindings.read_redirect(urlsplit(asked).query, max_bytes=100_000).message
        request_id = str(etree.fromstring(message).get("ID"))
        response = scene.post(browser, scene.message(in_response_to=request_id))
        assert response["Location"] == "/orders"
        assert scene.signed_in_as(browser) == scene.EMAIL

    @pytest.mark.parametrize("answer", ["", "&entityID="])
    def test_no_answer_leads_to_our_page_and_not_back_to_the_service(
        self, browser: Client, service: Partner, answer: str
    ) -> None:
        back = come_back(browser, "/orders")
        page = browser.get(f"{back}{answer}")
        assert page.status_code == 200
        assert parse_qs(urlsplit(links(page)[0][1]).query)["next"] == ["/orders"]

    @pytest.mark.parametrize(
        "named", ["https://idp.evil.example", "https://PARIS.acme.example/idp", PARIS + "/", "\x00"]
    )
    def test_an_answer_that_is_not_this_partners_is_refused(
        self, browser: Client, service: Partner, named: str
    ) -> None:
        response = browser.get(f"{come_back(browser)}&{urlencode({'entityID': named})}")
        assert (response.status_code, scene.the_attempt().key) == (403, "issuer_unknown")

    @pytest.mark.parametrize("handle", ["x", "_" + "0" * 32, "_" + "\x00" * 32, "/orders"])
    def test_a_handle_that_we_did_not_give_leads_to_no_landing_and_to_no_loop(
        self, browser: Client, service: Partner, handle: str
    ) -> None:
        query = {"discovery": handle, "next": "https://evil.example/"}
        assert browser.get(scene.LOGIN, query).status_code == 200
        browser.get(scene.LOGIN, {**query, "entityID": PARIS})
        assert PendingRequest.objects.get().next == ""

    def test_another_browser_learns_nothing_from_a_handle(
        self, browser: Client, service: Partner
    ) -> None:
        back = come_back(browser, "/secret-page")
        assert "secret-page" not in Client().get(back).content.decode()
        assert "secret-page" in browser.get(back).content.decode()

    def test_another_partner_and_a_later_time_do_not_either(
        self, browser: Client, service: Partner, clock: time_machine.Traveller
    ) -> None:
        back = come_back(browser, "/secret-page")
        other = Partner.objects.create(slug="other", name="Other", created=NOW, updated=NOW)
        PendingRequest.objects.update(partner=other)
        assert "secret-page" not in browser.get(back).content.decode()
        PendingRequest.objects.update(partner=service)
        clock.shift(600)
        assert "secret-page" not in browser.get(back).content.decode()

    def test_a_handle_cannot_be_answered_as_if_it_were_a_request(
        self, browser: Client, service: Partner, ada: User
    ) -> None:
        come_back(browser)
        handle = PendingRequest.objects.get().pk
        scene.post(browser, scene.message(in_response_to=handle))
        assert scene.the_attempt().key == "request_unknown"

    def test_whoever_names_one_is_not_sent_to_the_service(
        self, browser: Client, service: Partner
    ) -> None:
        assert browser.get(scene.LOGIN, {"idp": PARIS})["Location"].startswith(PARIS)

    def test_there_is_nothing_to_discover_where_there_is_only_one(
        self, browser: Client, acme: Partner
    ) -> None:
        policy(discovery_url=SERVICE)
        assert browser.get(scene.LOGIN)["Location"].startswith("https://idp.acme.example/")

    def test_discovering_does_not_count_as_a_loop(
        self, browser: Client, service: Partner, ada: User
    ) -> None:
        policy(unsolicited="restart")
        for _ in range(4):
            come_back(browser)
        assert scene.post(browser, scene.message()).status_code == 303


def test_our_metadata_says_where_a_service_may_send_people_back_to(
    browser: Client, service: Partner
) -> None:
    place = ".//{urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol}DiscoveryResponse"
    path = "/saml/acme/metadata/"
    (found,) = etree.fromstring(browser.get(path).content).iterfind(place)
    back = come_back(browser)
    assert found.get("Location") == back.partition("?")[0]
    policy(discovery_url="")
    assert etree.fromstring(browser.get(path).content).find(place) is None


def come_back(browser: Client, landing: str = "") -> str:
    """Where the service is asked to send this browser back to."""
    location = browser.get(scene.LOGIN, {"next": landing})["Location"]
    return parse_qs(urlsplit(location).query)["return"][0]
