"""The messages of the demo that must be accepted, and the way that they take."""

from base64 import b64decode

import pytest
import time_machine
from django.contrib.auth.models import User

from sso_gateway import clock
from sso_gateway.demo.people import PEOPLE, Person
from sso_gateway.demo.recipe import Recipe
from sso_gateway.demo.variants import VARIANTS
from tests.demo.site import ACS, PORTAL, Site, attempts

SEND = f"{PORTAL}/demo/send/"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_one_click_signs_in_whom_you_choose(site: Site, person: Person) -> None:
    answer = site.press(site.form("/demo/", person=person.key))
    assert answer.status_code == 303
    assert site.who() == person.email
    (event,) = attempts()
    assert event.account_created is not person.has_account_here


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_each_way_of_protecting_the_message_is_accepted(site: Site, variant: Recipe) -> None:
    answer = site.press(site.form(f"/demo/try/{variant.name}/"))
    assert answer.status_code == 303
    assert site.who() == "ada@acme.example"


def test_the_encrypted_message_hides_who_it_is(site: Site) -> None:
    form = site.form("/demo/try/encrypted/")
    assert b"ada@" not in b64decode(form["SAMLResponse"])
    site.press(form)
    assert attempts()[0].assertion["encrypted_with"].endswith("aes256-gcm")


def test_two_looks_at_the_portal_give_two_messages(site: Site) -> None:
    first, second = (site.form("/demo/", person="ada")["SAMLResponse"] for _ in range(2))
    assert first != second


def test_the_message_travels_on_as_a_post_to_the_other_site(site: Site) -> None:
    onward = site.post(SEND, site.form("/demo/", person="ada"))
    assert (onward.status_code, onward["Location"]) == (307, ACS)


def test_a_message_from_a_page_left_open_is_written_anew(site: Site) -> None:
    old = site.form("/demo/", person="grace")
    with time_machine.travel(clock.now().timestamp() + 600):
        page = site.post(SEND, old)
        assert page.status_code == 200
        assert "five minutes" in page.content.decode()
        new = site.form_in(page)
        assert new["SAMLResponse"] != old["SAMLResponse"]
        assert site.press(new).status_code == 303
        assert site.who() == "grace@acme.example"


@pytest.mark.parametrize(
    "spoiled", [{"recipe": "other"}, {"recipe": ""}, {"person": "eve"}], ids=str
)
def test_an_order_of_nobody_s_is_not_found(site: Site, spoiled: dict[str, str]) -> None:
    answer = site.post(SEND, {**site.form("/demo/", person="ada"), **spoiled})
    assert answer.status_code == 404
    assert attempts() == []


@pytest.mark.parametrize("written", ["", "soon", "-1", "9" * 20])
def test_a_message_without_a_time_is_written_anew(site: Site, written: str) -> None:
    answer = site.post(SEND, {**site.form("/demo/", person="ada"), "written": written})
    assert answer.status_code == 200


def test_nobody_is_made_staff_by_acme(site: Site) -> None:
    for person in PEOPLE:
        site.press(site.form("/demo/", person=person.key))
    assert [user.username for user in User.objects.filter(is_staff=True)] == ["admin"]
