"""Where people are sent whose identity provider did not say enough about them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from lxml import etree

from sso_gateway.partners import flows
from sso_gateway.partners import trust as trusted
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.refusal import Reason
from sso_gateway.saml import response
from sso_gateway.saml.names import NameIDFormat
from sso_gateway.signon import error_url
from sso_gateway.signon import flows as signon
from sso_gateway.signon.attempt import Attempt
from tests.idp.recipe import NOW
from tests.signon import scene

pytestmark = pytest.mark.django_db

PLAIN = "https://help.acme.example/sign-in"
FILLED = (
    f"{PLAIN}?code=ERRORURL_CODE&ts=ERRORURL_TS&rp=ERRORURL_RP&tid=ERRORURL_TID&ctx=ERRORURL_CTX"
)
NOBODY: dict[str, Any] = {
    "name_id": "_x",
    "name_id_format": NameIDFormat.TRANSIENT,
    "attributes": {},
}
"""What an IdP says that keeps everything to itself."""


def explains(address: str) -> None:
    """Acme's metadata again, now with an errorURL."""
    told = f'<md:IDPSSODescriptor errorURL="{address.replace("&", "&amp;")}"'
    document = scene.metadata().replace(b"<md:IDPSSODescriptor", told.encode(), 1)
    flows.import_metadata("acme", Received(document, "idp.xml"), actor=scene.ACTOR)


def links(content: bytes) -> list[str]:
    root = etree.fromstring(content, etree.HTMLParser())
    return [str(each.get("href")) for each in root.iterfind(".//p[@class='help']/a")]


def test_the_page_leads_to_where_the_idp_explains(browser: Client, acme: Partner) -> None:
    explains(PLAIN)
    answer = scene.post(browser, scene.message(**NOBODY))
    assert scene.the_attempt().key == "nameid_transient"
    assert links(answer.content) == [PLAIN]
    assert b">help.acme.example</a>" in answer.content


def test_its_placeholders_say_what_went_wrong_and_nothing_of_the_person(
    browser: Client, acme: Partner
) -> None:
    explains(FILLED)
    answer = scene.post(browser, scene.message(**NOBODY))
    (link,) = links(answer.content)
    assert parse_qs(urlsplit(link).query) == {
        "code": ["IDENTIFICATION_FAILURE"],
        "ts": [str(int(NOW.timestamp()))],
        "rp": [f"{scene.BASE}/saml/acme/metadata/"],
        "tid": [answer["X-SSO-Reference"]],
        "ctx": ["mail"],
    }


def test_the_attribute_that_the_policy_wants_is_the_one_that_is_named(
    browser: Client, acme: Partner
) -> None:
    explains(FILLED)
    flows.set_policy("acme", {"email_attribute": "urn:x & y"}, actor=scene.ACTOR)
    answer = scene.post(browser, scene.message())
    assert scene.the_attempt().key == "attribute_missing"
    assert parse_qs(urlsplit(links(answer.content)[0]).query)["ctx"] == ["urn:x & y"]


def test_only_what_is_missing_of_the_person_leads_there(acme: Partner) -> None:
    explains(PLAIN)
    trust = trusted.for_slug("acme")
    attempt = Attempt.of(RequestFactory().post(scene.ACS))
    attempt.trust = trust
    attempt.assertion = response.accept(scene.message(), signon.expected(trust, NOW))
    led = {reason.code for reason in Reason if error_url.link(reason, attempt)}
    assert led == {701, 702, 703, 704, 705, 706, 708, 711}


def test_nobody_is_led_there_by_a_message_that_no_trusted_key_signed(
    browser: Client, acme: Partner, ada: User
) -> None:
    explains(PLAIN)
    answer = scene.post(browser, scene.message(**NOBODY, sign="nothing"))
    assert answer.status_code == 403
    assert links(answer.content) == []


@pytest.mark.parametrize("address", ["http://help.acme.example/", "javascript:alert(1)"])
def test_an_address_that_is_not_https_is_not_shown(
    browser: Client, acme: Partner, address: str
) -> None:
    explains(address)
    assert links(scene.post(browser, scene.message(**NOBODY)).content) == []
