"""A password typed at SimpleSAMLphp, and where the person is afterwards."""

from playwright.sync_api import expect

from tests.live.gateway import Gateway
from tests.live.person import Person, assert_admitted
from tests.live.simplesamlphp import SimpleSamlPhp
from tests.signon import scene


def test_the_link_in_the_portal_signs_in(door: Gateway, idp: SimpleSamlPhp, ada: Person) -> None:
    ada.arrive()
    event = assert_admitted(ada, "ada@acme.example")
    assert ada.page.url == f"{scene.BASE}/"
    assert (event.flow, event.idp_entity_id) == ("idp_initiated", idp.admin.entity_id)
    assert event.account_created


def test_a_login_that_begins_here_ends_on_the_page_that_was_wanted(
    door: Gateway, ada: Person
) -> None:
    ada.page.goto(f"{scene.BASE}/saml/acme/login/?next=/%3Fmonth=2026-11")
    ada.log_in()
    event = assert_admitted(ada, "ada@acme.example")
    assert ada.page.url == f"{scene.BASE}/?month=2026-11"
    assert event.flow == "sp_initiated"


def test_a_wrong_password_stays_at_the_identity_provider(
    door: Gateway, idp: SimpleSamlPhp, ada: Person
) -> None:
    ada.page.goto(ada.portal)
    ada.log_in("a wrong password")
    expect(ada.page.get_by_text("Incorrect username or password")).to_be_visible()
    assert ada.page.url.startswith(idp.address)
    assert ada.session() == {"authenticated": False}
    assert scene.attempts() == []
