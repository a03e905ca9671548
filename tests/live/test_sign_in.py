"""A password typed at SimpleSAMLphp, and where the person is afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from sso_gateway import clock
from sso_gateway.partners.models import Partner
from sso_gateway.provisioning.models import Link
from sso_gateway.refusal import Reason
from tests.live.configuration import (
    EMAIL,
    EMAIL_AS_NAME_ID,
    PERSISTENT,
    PERSISTENT_NAME_ID,
    TRANSIENT,
)
from tests.live.person import PASSWORD, Person, assert_admitted, assert_turned_away
from tests.live.simplesamlphp import SimpleSamlPhp
from tests.signon import scene


def test_the_link_in_the_portal_signs_in(acme: Partner, idp: SimpleSamlPhp, ada: Person) -> None:
    ada.arrive()
    event = assert_admitted(ada, "ada@acme.example")
    assert ada.page.url == f"{scene.BASE}/"
    assert (event.flow, event.idp_entity_id) == ("idp", idp.admin.entity_id)
    assert (event.account_created, event.subject_format) == (True, EMAIL)


def test_without_javascript_it_takes_one_more_click(
    browser: Browser, acme: Partner, ada: Person
) -> None:
    plain = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    person = Person(plain.new_page(), ada.name, ada.portal)
    person.arrive()
    person.page.get_by_role("button", name="Submit").click()
    assert_admitted(person, "ada@acme.example")
    plain.close()


def test_a_login_that_begins_here_ends_on_the_page_that_was_wanted(
    acme: Partner, ada: Person
) -> None:
    ada.page.goto(f"{scene.BASE}/saml/acme/login/?next=/%3Fmonth=2026-11")
    ada.log_in()
    event = assert_admitted(ada, "ada@acme.example")
    assert ada.page.url == f"{scene.BASE}/?month=2026-11"
    assert event.flow == "sp"


def test_a_request_of_ours_that_was_altered_on_the_way_is_refused_there(
    acme: Partner, ada: Person
) -> None:
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.page.goto(f"{scene.BASE}/saml/acme/login/")
    (request,) = [address for address in asked if "SAMLRequest=" in address]
    ada.page.goto(request.replace("&RelayState=", "&RelayState=x"))
    unable = ada.page.get_by_text("Unable to validate signature on query string")
    expect(unable).to_be_visible()


def test_a_wrong_password_stays_at_the_identity_provider(
    acme: Partner, idp: SimpleSamlPhp, ada: Person
) -> None:
    ada.page.goto(ada.portal)
    ada.log_in("a wrong password")
    expect(ada.page.get_by_text("Incorrect username or password")).to_be_visible()
    assert ada.page.url.startswith(idp.address)
    assert ada.session() == {"authenticated": False}
    assert scene.attempts() == []


# Of a principal name it makes a hash, and calls that an e-mail address.
@pytest.mark.parametrize(("name", "name_id"), [("ada", TRANSIENT), ("grace", EMAIL)])
def test_the_attribute_is_enough_where_the_name_id_is_left_alone(
    acme: Partner, idp: SimpleSamlPhp, ada: Person, name: str, name_id: str
) -> None:
    idp.admin.choices()
    person = replace(ada, name=name)
    person.arrive()
    assert assert_admitted(person, f"{name}@acme.example").subject_format == name_id


def test_an_address_that_comes_with_another_persistent_name_id_is_refused(
    acme: Partner, idp: SimpleSamlPhp, ada: Person
) -> None:
    idp.admin.choices(PERSISTENT_NAME_ID, NameIDFormat=PERSISTENT)
    ada.arrive()
    first = assert_admitted(ada, "ada@acme.example")
    ada.comes_back_another_day()
    again = assert_admitted(ada, "ada@acme.example")
    assert (first.account_created, again.account_created) == (True, False)
    assert (again.account_id, again.subject_hash) == (first.account_id, first.subject_hash)
    assert Link.objects.get().persistent_id

    idp.admin.people(PASSWORD, ada={"uid": "somebody else", "mail": "ada@acme.example"})
    ada.comes_back_another_day()
    refused = assert_turned_away(
        ada, Reason.IDENTITY_CONFLICT, "Your account isn't ready for Backoffice"
    )
    assert refused.subject_format == PERSISTENT


def test_behind_the_end_of_our_metadata_its_link_leads_nowhere(
    acme: Partner, idp: SimpleSamlPhp, ada: Person
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    idp.admin.choices(EMAIL_AS_NAME_ID, expire=int(yesterday.timestamp()))
    ada.page.goto(ada.portal)
    expect(ada.page.get_by_text("Metadata for the entity")).to_contain_text("expired")
    assert scene.attempts() == []
