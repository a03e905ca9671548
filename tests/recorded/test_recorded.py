"""Every recorded response goes through the core and through the real ACS, at its own time."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, trust
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import metadata, response, xmlenc
from sso_gateway.saml.model import Expected, ServiceProvider
from sso_gateway.signon import requests
from sso_gateway.signon.models import PendingRequest
from tests.recorded.recordings import ABSENT, FOLDER, Recording, all_messages, logouts, sign_ins
from tests.recorded.verdicts import VERDICTS

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)

NONCE = "n" * 43


def by_name(recording: Recording) -> str:
    return recording.name


def test_every_recorded_message_is_judged_here_or_by_the_readers_of_logout_messages() -> None:
    assert {r.name for r in sign_ins()} == set(VERDICTS)
    assert {r.name for r in all_messages()} == {r.name for r in (*sign_ins(), *logouts())}


def expected(recording: Recording) -> Expected:
    found = metadata.read(recording.beside("metadata.xml"))
    return Expected(
        service_provider=ServiceProvider(
            entity_id=recording.said["sp_entity_id"],
            acs_url=recording.said["acs_url"],
            decryption_keys=(
                xmlenc.decryption_key(recording.beside("sp.key"), recording.beside("sp.crt")),
            ),
        ),
        identity_providers={idp.entity_id: idp for idp in found.identity_providers},
        now=recording.issued,
        request_id=recording.request_id,
    )


@pytest.mark.parametrize("recording", sign_ins(), ids=by_name)
def test_the_core_judges_the_message_as_argued(recording: Recording) -> None:
    verdict = VERDICTS[recording.name]
    if verdict.core is not None:
        with pytest.raises(Refusal) as refusal:
            response.accept(recording.message, expected(recording))
        assert refusal.value.reason is verdict.core, str(refusal.value)
        return
    assertion = response.accept(recording.message, expected(recording))
    facts = recording.said["facts"]
    assert assertion.id == facts["assertion_id"]
    assert assertion.issuer == recording.said["idp_entity_id"]
    assert assertion.in_response_to == facts["in_response_to"]
    assert assertion.session_index == facts["session_index"]
    assert assertion.authn_context == facts["authn_context"]
    assert assertion.encrypted_with == facts.get("block_cipher")
    assert assertion.name_id is not None
    assert assertion.name_id.value == facts["name_id"]
    assert assertion.name_id.format == facts["name_id_format"]
    stated = {attribute.name: list(attribute.values) for attribute in assertion.attributes}
    assert stated == facts["attributes"]


@pytest.mark.parametrize("recording", sign_ins(), ids=by_name)
def test_the_ladder_ends_where_the_core_did(recording: Recording) -> None:
    explanation = response.explain(recording.message, expected(recording))
    assert explanation.reason is VERDICTS[recording.name].core
    assert explanation.claimed_issuer == recording.said["idp_entity_id"]


@pytest.fixture
def origin(settings: Settings) -> Iterator[str]:
    """The address at which these messages were meant to arrive."""
    trust.forget()  # a transaction that is rolled back gives its numbers out again
    url = urlsplit(sign_ins()[0].said["acs_url"])
    settings.SSO_BASE_URL = f"{url.scheme}://{url.netloc}"
    settings.ALLOWED_HOSTS = [url.netloc]
    yield url.netloc


def partner_of(recording: Recording) -> Partner:
    """The partner as an administrator would take it over from the recorded service provider."""
    slug = recording.name.partition("/")[0]
    flows.add_partner(
        slug=slug,
        name=recording.said["product"],
        actor="test",
        email_domains=["example.test"],
        policy={"provision": "create"},
        our_entity_id=recording.said["sp_entity_id"],
        our_acs_path=urlsplit(recording.said["acs_url"]).path,
    )
    flows.adopt_key(slug, recording.beside("sp.key"), actor="test")
    flows.import_metadata(slug, Received(recording.beside("metadata.xml"), "test"), actor="test")
    return flows.activate(slug, actor="test")


def post(recording: Recording, origin: str) -> Client:
    """The browser that posted it, after the answer."""
    partner = partner_of(recording)
    browser = Client(headers={"host": origin})
    if recording.request_id is not None:
        PendingRequest.objects.create(
            id=recording.request_id,
            partner=partner,
            idp_entity_id=recording.said["idp_entity_id"],
            browser=hashlib.sha256(NONCE.encode()).hexdigest(),
            created=recording.issued,
            expires=recording.issued + timedelta(minutes=10),
        )
        browser.cookies[requests.COOKIE] = NONCE
    answer = browser.post(
        urlsplit(recording.said["acs_url"]).path,
        recording.said["post_body"],
        content_type="application/x-www-form-urlencoded",
        secure=True,
    )
    if VERDICTS[recording.name].gateway is not None:
        assert answer.status_code == 403
    else:
        assert answer.status_code == 303
        unasked = recording.kind == "unsolicited" and recording.said["relay_state"]
        assert answer["Location"] == (unasked or "/")
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("recording", sign_ins(), ids=by_name)
def test_the_acs_signs_in_whom_it_should_and_nobody_else(recording: Recording, origin: str) -> None:
    verdict = VERDICTS[recording.name]
    with time_machine.travel(recording.issued, tick=False):
        browser = post(recording, origin)
        session = browser.get("/session/", secure=True).json()
    event = Event.objects.filter(action="sign_in.attempt").get()
    if verdict.gateway is None:
        assert session["authenticated"] is True
        assert session["email"] == recording.said["expected_email"]
        assert event.outcome == Event.Outcome.SUCCESS
    else:
        assert session == {"authenticated": False}
        assert Reason.by_key(event.key) is verdict.gateway
