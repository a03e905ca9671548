"""A partner keeps the ACS address of the service provider that we replaced."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from sso_gateway.partners.models import Partner
from tests.idp.keys import key_pair
from tests.signon import scene

pytestmark = pytest.mark.django_db

PATH = "/Shibboleth.sso/SAML2/POST"
ENTITY_ID = "https://old.example.com/shibboleth"


@pytest.fixture
def migrated(db: None) -> Partner:
    return scene.add_partner(our_entity_id=ENTITY_ID, our_acs_path=PATH)


def message(**changes: Any) -> bytes:
    address = f"{scene.BASE}{PATH}"
    kept: dict[str, Any] = {"recipient": address, "destination": address, "audience": ENTITY_ID}
    return scene.message(**{**kept, **changes})


def test_its_messages_are_accepted_at_the_old_address(
    browser: Client, migrated: Partner, ada: User
) -> None:
    response = scene.post(browser, message(), PATH)
    assert response.status_code == 303
    assert scene.signed_in_as(browser) == scene.EMAIL
    assert scene.the_attempt().partner_slug == "acme"


def test_the_partners_of_others_are_not_served_there(
    browser: Client, migrated: Partner, ada: User
) -> None:
    forged = message(key=key_pair("rsa-2048", "stranger"))
    assert scene.post(browser, forged, PATH).status_code == 403


def test_opening_it_explains_itself(browser: Client, migrated: Partner) -> None:
    response = browser.get(PATH)
    assert (response.status_code, scene.the_attempt().key) == (400, "acs_get")


@pytest.mark.parametrize(
    "path", ["/Shibboleth.sso/SAML2/POST/", "/shibboleth.sso/SAML2/POST", "/x", "/%00", "/%ff"]
)
def test_any_other_address_is_not_found_and_leaves_no_row(
    browser: Client, migrated: Partner, path: str
) -> None:
    assert scene.post(browser, message(), path).status_code == 404
    assert browser.get(path).status_code == 404
    assert scene.attempts() == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/admin", "/admin/"),
        ("/session?x=1", "/session/?x=1"),
        ("/saml/acme/login?next=/x", "/saml/acme/login/?next=/x"),
    ],
)
def test_a_forgotten_last_slash_is_added_as_django_does(
    browser: Client, migrated: Partner, path: str, target: str
) -> None:
    response = browser.get(path)
    assert (response.status_code, response["Location"]) == (302, target)
