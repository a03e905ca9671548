"""An assertion is used once; the back button is answered kindly."""

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from sso_gateway.audit.models import Event
from sso_gateway.partners.models import Partner
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.signon import scene

pytestmark = pytest.mark.django_db


def test_the_back_button_finds_the_person_signed_in(
    browser: Client, acme: Partner, ada: User
) -> None:
    message = scene.message()
    scene.post(browser, message, RelayState="/orders")
    response = scene.post(browser, message, RelayState="/orders")
    assert response.status_code == 303
    page = browser.get(response["Location"])
    assert page.status_code == 200
    assert "already signed in" in page.content.decode()
    assert 'href="/orders"' in page.content.decode()
    assert LoginSession.objects.count() == 1
    assert [event.key for event in scene.attempts()] == ["", "replayed", "replayed_same_session"]


def test_the_cookie_of_the_session_need_not_come_with_the_second_post(
    browser: Client, acme: Partner, ada: User
) -> None:
    """SameSite=Lax: it is absent from the cross-site POST and present in the GET that follows."""
    message = scene.message()
    scene.post(browser, message)
    response = scene.post(Client(), message)
    assert response.status_code == 303
    assert browser.get(response["Location"]).status_code == 200


def test_reloading_that_page_writes_no_more_rows(browser: Client, acme: Partner, ada: User) -> None:
    message = scene.message()
    scene.post(browser, message)
    location = scene.post(browser, message)["Location"]
    for _ in range(3):
        assert browser.get(location).status_code == 200
    assert Event.objects.filter(key="replayed_same_session").count() == 1


def test_a_thief_with_the_same_address_and_browser_gets_nothing(
    browser: Client, acme: Partner, ada: User
) -> None:
    message = scene.message()
    scene.post(browser, message)
    thief = Client()
    response = scene.post(thief, message)
    page = thief.get(response["Location"])
    replay = Event.objects.get(key="replayed")
    assert page.status_code == 403
    assert page["X-SSO-Reference"] == replay.display_reference
    assert replay.display_reference in page.content.decode()
    assert scene.signed_in_as(thief) is None
    assert not Event.objects.filter(key="replayed_same_session").exists()


@pytest.mark.parametrize(
    "elsewhere", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_USER_AGENT": "something else"}]
)
def test_from_elsewhere_it_is_refused_at_once(
    browser: Client, acme: Partner, ada: User, elsewhere: dict[str, str]
) -> None:
    message = scene.message()
    scene.post(browser, message)
    response = scene.post(Client(**elsewhere), message)  # type: ignore[arg-type]
    assert response.status_code == 403
    first, second = scene.attempts()
    assert (second.key, second.outcome, second.flow) == ("replayed", "refused", "replay")
    assert second.target == first.reference
    assert second.facts["first_ip"] == "127.0.0.1"
    assert second.facts["first_used"] == "2030-01-15T12:00:00+00:00"


def test_a_new_envelope_makes_no_new_assertion(browser: Client, acme: Partner, ada: User) -> None:
    scene.post(browser, scene.message())
    scene.post(browser, scene.message(response_id="_another-envelope", sign="both"))
    assert [event.key for event in scene.attempts()] == ["", "replayed"]


def test_somebody_elses_session_does_not_make_it_harmless(
    browser: Client, acme: Partner, ada: User
) -> None:
    User.objects.create(username="bob", email="bob@acme.example")
    message = scene.message()
    scene.post(browser, message)
    bob = Client()
    scene.post(
        bob,
        scene.message(
            assertion_id="_bob",
            name_id="bob@acme.example",
            attributes={"email": ["bob@acme.example"]},
        ),
    )
    response = scene.post(bob, message)
    assert bob.get(response["Location"]).status_code == 403
    assert scene.signed_in_as(bob) == "bob@acme.example"


def test_after_signing_out_the_message_is_used_up(
    browser: Client, acme: Partner, ada: User
) -> None:
    message = scene.message()
    scene.post(browser, message)
    LoginSession.objects.update(ended=scene.later(minutes=1))
    response = scene.post(browser, message)
    assert browser.get(response["Location"]).status_code == 403


def test_the_back_button_after_a_login_that_began_here_is_answered_as_kindly(
    browser: Client, acme: Partner, ada: User
) -> None:
    message = scene.message(in_response_to=scene.ask(browser, "?next=/orders"))
    scene.post(browser, message)
    response = scene.post(browser, message)
    page = browser.get(response["Location"])
    assert (page.status_code, "/orders" in page.content.decode()) == (200, True)


def test_a_guessed_reference_finds_nothing(browser: Client, acme: Partner, ada: User) -> None:
    scene.post(browser, scene.message())
    login = scene.the_attempt().reference
    for reference in ("ABCDEFGH", login, "x" * 300, "0", "%00"):
        assert browser.get(f"/saml/acme/again/{reference}/").status_code == 404


def test_an_assertion_is_remembered_for_as_long_as_it_would_be_accepted(
    browser: Client, acme: Partner, ada: User, clock: time_machine.Traveller
) -> None:
    message = scene.message()
    scene.post(browser, message)
    clock.move_to(scene.later(minutes=7, seconds=59))
    call_command("housekeeping")
    scene.post(browser, message)
    assert scene.attempts()[-1].key == "replayed"
    clock.move_to(scene.later(hours=25))
    call_command("housekeeping")
    assert not SeenAssertion.objects.exists()
    scene.post(browser, message)
    assert scene.attempts()[-1].key in {"expired", "issue_instant"}
