"""Where people are sent whose identity provider did not say enough about them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from sso_gateway.partners import flows
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.saml.names import NameIDFormat
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


def explains(error_url: str) -> None:
    """Acme's metadata again, now with an errorURL."""
    told = f'<md:IDPSSODescriptor errorURL="{error_url.replace("&", "&amp;")}"'
    document = scene.metadata().replace(b"<md:IDPSSODescriptor", told.encode(), 1)
    flows.import_metadata("acme", Received(document, "idp.xml"), actor=scene.ACTOR)


def links(content: bytes) -> list[str]:
    root = etree.fromstring(content, etree.HTMLParser())
    return [str(each.get("href")) for each in root.iterfind(".//p[@class='help']/a")]


def test_the_page_leads_to_where_the_idp_explains(browser: Client, acme: Partner) -> None:
    explains(PLAIN)
    response = scene.post(browser, scene.message(**NOBODY))
    assert scene.the_attempt().key == "nameid_transient"
    assert links(response.content) == [PLAIN]
    assert b">help.acme.example</a>" in response.content


def test_its_placeholders_say_what_went_wrong_and_nothing_of_the_person(
    browser: Client, acme: Partner
) -> None:
    explains(FILLED)
    response = scene.post(browser, scene.message(**NOBODY))
    (link,) = links(response.content)
    assert parse_qs(urlsplit(link).query) == {
        "code": ["IDENTIFICATION_FAILURE"],
        "ts": [str(int(NOW.timestamp()))],
        "rp": [f"{scene.BASE}/saml/acme/metadata/"],
        "tid": [response["X-SSO-Reference"]],
        "ctx": ["mail"],
    }


def test_the_attribute_that_the_policy_wants_is_the_one_that_is_named(
    browser: Client, acme: Partner
) -> None:
    explains(FILLED)
    flows.set_policy("acme", {"email_attribute": "urn:x & y"}, actor=scene.ACTOR)
    response = scene.post(browser, scene.message())
    assert scene.the_attempt().key == "attribute_missing"
    assert parse_qs(urlsplit(links(response.content)[0]).query)["ctx"] == ["urn:x & y"]


def test_other_refusals_do_not_lead_there(browser: Client, acme: Partner) -> None:
    explains(PLAIN)
    response = scene.post(browser, scene.message())
    assert scene.the_attempt().key == "not_invited"
    assert links(response.content) == []


def test_nobody_is_led_there_by_a_message_that_no_trusted_key_signed(
    browser: Client, acme: Partner, ada: User
) -> None:
    explains(PLAIN)
    response = scene.post(browser, scene.message(**NOBODY, sign="nothing"))
    assert response.status_code == 403
    assert links(response.content) == []


@pytest.mark.parametrize("error_url", ["http://help.acme.example/", "javascript:alert(1)"])
def test_an_address_that_is_not_https_is_not_shown(
    browser: Client, acme: Partner, error_url: str
) -> None:
    explains(error_url)
    assert links(scene.post(browser, scene.message(**NOBODY)).content) == []
