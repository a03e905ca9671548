"""Our metadata over HTTP."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from sso_gateway.partners import flows, keyfiles, keys, our_metadata
from sso_gateway.partners.keys import Purpose
from sso_gateway.saml import metadata
from sso_gateway.saml.metadata import trusted_key
from tests.partners.factory import ACTOR, make_partner

pytestmark = pytest.mark.django_db

BASE = "https://sso.example.com"
URL = "/saml/acme/metadata/"
NOW = datetime(2026, 11, 20, 12, 34, tzinfo=UTC)


def test_it_is_signed_and_says_who_we_are(client: Client, our_keys: Path) -> None:
    make_partner(state="draft", metadata=False)
    with time_machine.travel(NOW, tick=False):
        answer = client.get(URL)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/samlmetadata+xml"
    ours = trusted_key(keys.signing().certificate_der)
    signed = metadata.verify(answer.content, (ours,))
    document = metadata.read(signed)
    assert document.service_providers == (f"{BASE}/saml/acme/metadata/",)
    assert document.valid_until == datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert f'Location="{BASE}/saml/acme/acs/"' in signed.decode()


def test_a_path_that_was_taken_over_comes_first(client: Client, our_keys: Path) -> None:
    make_partner(our_acs_path="/old/acs", our_entity_id="urn:old:sp")
    text = client.get(URL).content.decode()
    assert 'entityID="urn:old:sp"' in text
    assert 0 < text.index(f"{BASE}/old/acs") < text.index(f"{BASE}/saml/acme/acs/")


@pytest.mark.parametrize("state", ["draft", "live", "paused"])
def test_it_is_there_in_every_state(client: Client, our_keys: Path, state: str) -> None:
    make_partner(state=state)
    assert client.get(URL).status_code == 200


def test_head_answers_without_a_body(client: Client, our_keys: Path) -> None:
    make_partner()
    answer = client.head(URL)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == client.get(URL)["ETag"]


def test_posting_is_not_for_this_address(client: Client, our_keys: Path) -> None:
    make_partner()
    assert client.post(URL).status_code == 405


def test_an_unknown_partner_is_not_found(client: Client, our_keys: Path) -> None:
    assert client.get("/saml/nobody/metadata/").status_code == 404


def test_it_is_not_sent_again_while_it_is_the_same(client: Client, our_keys: Path) -> None:
    make_partner()
    with time_machine.travel(NOW, tick=False):
        first = client.get(URL)
        by_tag = client.get(URL, headers={"If-None-Match": first["ETag"]})
        by_date = client.get(URL, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (304, 304)


def test_it_is_signed_once_an_hour(client: Client, our_keys: Path) -> None:
    make_partner()
    with time_machine.travel(NOW, tick=False) as clock:
        first = client.get(URL)
        clock.shift(timedelta(minutes=20))
        assert client.get(URL).content == first.content
        clock.shift(timedelta(minutes=20))
        later = client.get(URL, headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert later["ETag"] != first["ETag"]


@pytest.mark.parametrize("change", ["partner", "key", "address"])
def test_a_change_is_published_at_once(
    client: Client, our_keys: Path, settings: Settings, change: str
) -> None:
    make_partner()
    with time_machine.travel(NOW, tick=False):
        first = client.get(URL)
        if change == "partner":
            flows.update_partner("acme", {"our_entity_id": "urn:old"}, actor=ACTOR)
        elif change == "key":
            keyfiles.stage_next(Purpose.SIGNING)
        else:
            settings.SSO_BASE_URL = "https://other.example"
        second = client.get(URL, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second.content != first.content


@pytest.mark.parametrize(
    ("contact", "shown"),
    [("help@example.com", True), ("+1 555 0100", False), ("https://help.example/", False)],
)
def test_only_a_support_contact_that_is_an_address_is_published(
    client: Client, our_keys: Path, settings: Settings, contact: str, shown: bool
) -> None:
    settings.SSO_SUPPORT_CONTACT = contact
    make_partner()
    text = client.get(URL).content.decode()
    assert (f"mailto:{contact}" in text) is shown
    assert ("ContactPerson" in text) is shown


def test_it_asks_for_the_subject_identifier_that_the_policy_needs(
    client: Client, our_keys: Path
) -> None:
    make_partner()
    for needed in ("none", "pairwise-id"):
        flows.set_policy("acme", {"subject_id": needed}, actor=ACTOR)
        text = client.get(URL).content.decode()
        assert f">{needed}</" in text.partition("subject-id:req")[2].partition("Attribute>")[0]


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("SSO_LOGO_URL", '<mdui:Logo height="60" width="120">{}</mdui:Logo>'),
        ("SSO_INFORMATION_URL", '<mdui:InformationURL xml:lang="en">{}</mdui:InformationURL>'),
        (
            "SSO_PRIVACY_URL",
            '<mdui:PrivacyStatementURL xml:lang="en">{}</mdui:PrivacyStatementURL>',
        ),
    ],
)
def test_what_people_may_read_of_us_is_published_at_once(
    client: Client, our_keys: Path, settings: Settings, name: str, element: str
) -> None:
    make_partner()
    settings.SSO_LOGO_SIZE = "120x60"
    address = "https://sso.example.com/of-us"
    assert address not in client.get(URL).content.decode()
    setattr(settings, name, address)
    assert element.format(address) in client.get(URL).content.decode()


class Hesitating(dict[str, str]):
    """A map where others have their turn while a key is taken out."""

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        time.sleep(0.001)


@pytest.mark.parametrize("as_file", [True, False])
def test_threads_that_write_at_once_write_the_same(
    our_keys: Path, monkeypatch: pytest.MonkeyPatch, as_file: bool
) -> None:
    acme = make_partner()
    everybodys = Hesitating(vars(ElementTree)["_namespace_map"])
    monkeypatch.setattr(ElementTree, "_namespace_map", everybodys)

    def write(_: int) -> bytes:
        our_metadata.forget()
        return our_metadata.as_file(acme) if as_file else our_metadata.publish(acme).document

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(write, range(16)))) == 1
