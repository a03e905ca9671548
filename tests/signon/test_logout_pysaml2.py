"""pysaml2, which owes nothing to our code, on the other side: one round each way."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID

from sso_gateway.signon.models import LoginSession
from tests.idp.server import IdentityProviderStandIn
from tests.signon import leaving, scene

pytestmark = pytest.mark.django_db
OUR_NAME = f"{scene.BASE}/saml/acme/metadata/"


@pytest.fixture
def idp(browser: Client, ada: User) -> Iterator[IdentityProviderStandIn]:
    """It knows our metadata, we know its; Ada came from it and is signed in."""
    with IdentityProviderStandIn() as idp:
        scene.add_partner(document=idp.metadata())
        idp.know(browser.get("/saml/acme/metadata/").content)
        message = idp.response(
            sp_entity_id=OUR_NAME,
            acs_url=f"{scene.BASE}{scene.ACS}",
            email=scene.EMAIL,
            attributes={"mail": [scene.EMAIL]},
            now=scene.later(),
        )
        scene.post(browser, message)
        assert scene.signed_in_as(browser) == scene.EMAIL
        idp.know(browser.get("/saml/acme/metadata/").content)
        yield idp


def path_of(url: str) -> str:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == scene.BASE
    return f"{parts.path}?{parts.query}"


def test_it_asks_and_understands_our_answer(browser: Client, idp: IdentityProviderStandIn) -> None:
    login = LoginSession.objects.get()
    name_id = NameID(
        format=NAMEID_FORMAT_EMAILADDRESS, sp_name_qualifier=OUR_NAME, text=scene.EMAIL
    )
    url = idp.logout_request(
        sp_entity_id=OUR_NAME, name_id=name_id, session_index=login.session_index,
        relay_state="where it was",
    )  # fmt: skip
    response = browser.get(path_of(url))
    assert response.status_code == 303, response.content
    assert scene.signed_in_as(browser) is None
    query = urlsplit(response["Location"]).query
    assert "RelayState=where%20it%20was" in query
    answer = idp.read_logout_answer(query)
    assert answer.status.status_code.value.endswith(":Success")


def test_it_is_asked_and_we_understand_its_answer(
    browser: Client, idp: IdentityProviderStandIn
) -> None:
    login = LoginSession.objects.get()
    location = leaving.sign_out(browser)["Location"]
    request, url = idp.answer_logout(urlsplit(location).query)
    assert request.name_id.text == scene.EMAIL
    assert request.name_id.sp_name_qualifier == OUR_NAME
    assert [index.text for index in request.session_index] == [login.session_index]
    response = browser.get(path_of(url))
    assert response.status_code == 303, response.content
    page = browser.get(response["Location"]).content.decode()
    assert "You are signed out here and at Acme" in page
