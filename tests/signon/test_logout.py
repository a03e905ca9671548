"""A LogoutRequest of a partner's IdP ends what it names, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from sso_gateway.audit import story
from sso_gateway.partners import flows, keys
from sso_gateway.partners.models import Partner
from sso_gateway.saml.names import Binding, NameIDFormat
from sso_gateway.signon.models import LoginSession
from tests.idp.encryption import Encryption
from tests.idp.keys import KeyPair, key_pair
from tests.idp.recipe import IDP
from tests.signon import leaving, scene

pytestmark = pytest.mark.django_db
OUR_NAME = f"{scene.BASE}/saml/acme/metadata/"
PERSISTENT = {"name_id": "7", "name_id_format": NameIDFormat.PERSISTENT}


@pytest.fixture
def acme(db: None) -> Partner:
    return leaving.add_partner()


@pytest.fixture
def signed_in(browser: Client, acme: Partner, ada: User) -> Client:
    scene.post(browser, scene.message())
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


def another_session(number: int = 2, **changes: Any) -> Client:
    """Ada in another browser, by another assertion."""
    browser = Client()
    message = {"assertion_id": f"_assertion-{number}", "session_index": f"_session-{number}"}
    scene.post(browser, scene.message(**{**message, **changes}))
    assert scene.signed_in_as(browser) == scene.EMAIL
    return browser


@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_it_ends_the_session_here_and_answers_the_identity_provider(
    signed_in: Client, binding: str
) -> None:
    response = leaving.arrive(signed_in, binding)
    assert response.status_code == 303
    message, answer = leaving.sent(response["Location"])
    assert message.parameter == "SAMLResponse"
    assert (answer.get("InResponseTo"), answer.get("Destination")) == ("_logout-1", leaving.THEIRS)
    assert leaving.status_of(answer) == "Success"
    assert not Session.objects.exists()
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert scene.signed_in_as(signed_in) is None
    assert LoginSession.objects.get().ended_because == "single_logout"


def test_it_is_a_row(signed_in: Client, ada: User) -> None:
    leaving.arrive(signed_in, "redirect")
    (event,) = leaving.rows()
    login = scene.the_attempt()
    assert (event.outcome, event.target) == ("success", login.reference)
    assert (event.idp_entity_id, event.partner_slug) == (IDP, "acme")
    assert event.account_id == str(ada.pk)
    assert event.subject_hash == login.subject_hash != ""
    assert event.detail == "the identity provider asked; sessions ended here: 1"
    assert story.sentence(event) == f"{login.email_masked} was signed out."


@pytest.mark.parametrize("binding", ["redirect", "post"])
def test_it_needs_no_cookie_and_reaches_other_browsers(signed_in: Client, binding: str) -> None:
    leaving.arrive(Client(), binding)
    assert scene.signed_in_as(signed_in) is None


def test_only_the_session_that_it_names_ends(signed_in: Client) -> None:
    other = another_session()
    leaving.arrive(signed_in, "redirect", session_indexes=["_session-2"])
    assert scene.signed_in_as(signed_in) == scene.EMAIL
    assert scene.signed_in_as(other) is None


def test_several_sessions_may_be_named(signed_in: Client) -> None:
    third = another_session(3)
    other = another_session()
    leaving.arrive(Client(), "redirect", session_indexes=["_session-1", "_session-2"])
    assert [scene.signed_in_as(each) for each in (signed_in, other, third)] == [
        None, None, scene.EMAIL,
    ]  # fmt: skip


def test_without_a_session_named_all_of_the_person_end(signed_in: Client) -> None:
    other = another_session()
    leaving.arrive(Client(), "redirect", session_indexes=[])
    assert (scene.signed_in_as(signed_in), scene.signed_in_as(other)) == (None, None)


def test_an_empty_session_index_names_no_session_that_has_none(acme: Partner, ada: User) -> None:
    browser = another_session(session_index=None)
    leaving.arrive(browser, "redirect", session_indexes=[""])
    assert scene.signed_in_as(browser) == scene.EMAIL


@pytest.mark.parametrize(
    "changes",
    [
        {"name_id": "eve@acme.example"},
        {"name_id": "ADA@acme.example"},
        {"name_id_format": NameIDFormat.PERSISTENT},
        {"name_qualifier": "urn:other"},
        {"sp_name_qualifier": "urn:other"},
        {"session_indexes": ["_session-9"]},
    ],
)
def test_another_name_ends_nothing_and_is_told_nothing(
    signed_in: Client, changes: dict[str, Any]
) -> None:
    response = leaving.arrive(signed_in, "redirect", **changes)
    _, answer = leaving.sent(response["Location"])
    assert leaving.status_of(answer) == "Success"
    assert scene.signed_in_as(signed_in) == scene.EMAIL
    (event,) = leaving.rows()
    assert (event.outcome, event.target) == ("success", "")
    assert event.detail.endswith("ended here: 0")


@pytest.mark.parametrize(
    "changes",
    [
        {"name_id_format": None},
        {"name_id_format": NameIDFormat.UNSPECIFIED},
        {"name_qualifier": IDP},
        {"sp_name_qualifier": OUR_NAME},
    ],
)
def test_what_a_request_leaves_out_or_spells_out_is_the_same_name(
    signed_in: Client, changes: dict[str, Any]
) -> None:
    leaving.arrive(Client(), "redirect", **changes)
    assert scene.signed_in_as(signed_in) is None


@pytest.mark.parametrize(
    "session",
    [
        {"name_qualifier": IDP, "sp_name_qualifier": OUR_NAME},
        {"name_qualifier": "urn:group", "sp_name_qualifier": "urn:affiliation"},
        {},
    ],
)
def test_what_the_sign_in_said_need_not_be_repeated(
    browser: Client, acme: Partner, ada: User, session: dict[str, Any]
) -> None:
    scene.post(browser, scene.message(**{**PERSISTENT, **session}))
    leaving.arrive(Client(), "redirect", **{**PERSISTENT, "name_id_format": None})
    assert scene.signed_in_as(browser) is None


def test_a_qualifier_that_is_not_the_default_names_somebody_else(
    browser: Client, acme: Partner, ada: User
) -> None:
    scene.post(browser, scene.message(**PERSISTENT, name_qualifier="urn:group"))
    leaving.arrive(Client(), "redirect", **PERSISTENT, name_qualifier=IDP)
    assert scene.signed_in_as(browser) == scene.EMAIL


def test_an_encrypted_name_is_opened_with_our_key(signed_in: Client) -> None:
    files = keys.pair(keys.Purpose.ENCRYPTION)
    private_key = load_pem_private_key(files.private.read_bytes(), None)
    assert isinstance(private_key, RSAPrivateKey)
    certificate = load_der_x509_certificate(keys.certificate_der(files))
    ours = KeyPair(private_key, certificate)
    leaving.arrive(signed_in, "redirect", encrypt_name_id=Encryption(recipient=ours))
    assert scene.signed_in_as(signed_in) is None


def test_a_session_of_another_partner_with_the_same_name_stays(ada: User) -> None:
    """Two partners, each with its own IdP and key; the person has the same name at both."""
    leaving.add_partner()
    other = key_pair("rsa-2048", "other")
    scene.add_partner(
        "other",
        domains=("other.example",),
        document=scene.metadata(other, entity_id="https://idp.other.example"),
    )
    User.objects.create(username="ada@other.example", email="ada@other.example")
    browser = Client()
    scene.post(
        browser,
        scene.message(
            "other", issuer="https://idp.other.example", key=other,
            attributes={"email": ("ada@other.example",)},
        ),
        "/saml/other/acs/",
    )  # fmt: skip
    assert scene.signed_in_as(browser) == "ada@other.example"
    leaving.arrive(Client(), "redirect")
    leaving.arrive(Client(), "redirect", id="_logout-2", session_indexes=[])
    assert scene.signed_in_as(browser) == "ada@other.example"


class TestAgain:
    """The same message a second time."""

    def test_it_is_answered_the_same_and_ends_nothing(self, signed_in: Client) -> None:
        leaving.arrive(signed_in, "redirect", session_indexes=[])
        again = another_session()
        response = leaving.arrive(Client(), "post", session_indexes=[])
        _, answer = leaving.sent(response["Location"])
        assert leaving.status_of(answer) == "Success"
        assert scene.signed_in_as(again) == scene.EMAIL
        first, second = leaving.rows()
        assert (first.outcome, second.outcome) == ("success", "info")
        assert first.display_reference in second.detail

    def test_its_id_does_not_stand_in_the_way_of_an_assertion(self, signed_in: Client) -> None:
        leaving.arrive(signed_in, "redirect", id="_assertion-2")
        assert scene.signed_in_as(another_session()) == scene.EMAIL

    def test_a_message_that_was_refused_may_come_again(
        self, signed_in: Client, clock: time_machine.Traveller
    ) -> None:
        flows.pause("acme", reason="a test", actor=scene.ACTOR)
        assert leaving.arrive(signed_in, "redirect").status_code == 403
        flows.resume("acme", actor=scene.ACTOR)
        assert leaving.arrive(signed_in, "redirect").status_code == 303


def test_a_partner_in_test_may_try_it(browser: Client, ada: User) -> None:
    leaving.add_partner(live=False)
    flows.start_testing("acme", actor=scene.ACTOR)
    response = leaving.arrive(browser, "redirect")
    leaving.sent(response["Location"])
    (event,) = leaving.rows()
    assert (event.outcome, event.flow) == ("test_success", "test")


def test_what_has_expired_is_not_ended_once_more(
    signed_in: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=9))
    now = scene.later(hours=9)
    leaving.arrive(signed_in, "redirect", issued=now, not_on_or_after=None)
    (event,) = leaving.rows()
    assert event.detail.endswith("ended here: 0")


def test_our_metadata_names_the_address_for_both_bindings(client: Client) -> None:
    leaving.add_partner(our_acs_path="/Shibboleth.sso/SAML2/POST", our_entity_id="urn:old:sp")
    document = client.get("/saml/acme/metadata/").content.decode()
    for binding in (Binding.REDIRECT, Binding.POST):
        assert f'SingleLogoutService Binding="{binding}" Location="{leaving.OURS}"' in document
