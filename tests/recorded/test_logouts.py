"""Every recorded logout message goes through the core's readers, at its own time.

The gateway's own view is not asked: its address is not the recorded one (``/saml/<partner>/slo/``).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml import bindings, logout
from sso_gateway.saml.model import Expected
from tests.recorded.recordings import ABSENT, FOLDER, Recording, logouts
from tests.recorded.test_recorded import by_name
from tests.recorded.test_recorded import expected as expected_to_sign_in
from tests.recorded.verdicts import LOGOUT_VERDICTS

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)

LIMIT = 2**18
Reader = Callable[[logout.Message, Expected], logout.LogoutRequest | logout.LogoutResponse]
READERS: dict[str, Reader] = {
    "logout-request": logout.read_request,
    "logout-response": logout.read_response,
}


def message(recording: Recording) -> logout.Message:
    """The message as it travelled: a query with its signature, or a form."""
    if recording.said["http_method"] == "GET":
        return bindings.read_redirect(recording.said["query_string"], max_bytes=LIMIT)
    [field] = parse_qs(recording.said["post_body"])[recording.said["parameter"]]
    return bindings.decode_post(field, max_bytes=LIMIT)


def expected(recording: Recording) -> Expected:
    found = expected_to_sign_in(recording)
    ours = replace(found.service_provider, logout_url=recording.said["slo_url"])
    return replace(found, service_provider=ours)


def test_every_recorded_logout_message_has_a_verdict() -> None:
    assert {recording.name for recording in logouts()} == set(LOGOUT_VERDICTS)


@pytest.mark.parametrize("recording", logouts(), ids=by_name)
def test_the_reader_judges_the_message_as_argued(recording: Recording) -> None:
    read, reason = READERS[recording.kind], LOGOUT_VERDICTS[recording.name].core
    if reason is not None:
        with pytest.raises(Refusal) as refusal:
            read(message(recording), expected(recording))
        assert refusal.value.reason is reason, str(refusal.value)
        return
    found = read(message(recording), expected(recording))
    facts = recording.said["facts"]
    assert (found.id, found.issuer, found.destination, found.issue_instant) == (
        facts["id"],
        facts["issuer"],
        facts["destination"],
        recording.issued,
    )
    if isinstance(found, logout.LogoutRequest):
        assert found.name_id.value == facts["name_id"]
        assert found.name_id.format == recording.said["logged_in_as"]["name_id_format"]
        assert list(found.session_indexes) == facts["session_indexes"]
        assert found.not_on_or_after == _moment(facts["not_on_or_after"])
    else:
        assert found.in_response_to == recording.request_id == facts["in_response_to"]
        assert list(found.status) == facts["status"]
        assert found.complete


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("recording", logouts(), ids=by_name)
def test_nobody_else_could_have_sent_it(recording: Recording) -> None:
    """With the keys of another recorded identity provider on file, none is read."""
    found = expected(recording)
    strangers = tuple(
        key
        for other in logouts()
        if other.said["idp_entity_id"] != recording.said["idp_entity_id"]
        for provider in expected(other).identity_providers.values()
        for key in provider.keys
    )
    assert strangers
    providers = {
        name: replace(provider, keys=strangers)
        for name, provider in found.identity_providers.items()
    }
    with pytest.raises(Refusal) as refusal:
        READERS[recording.kind](message(recording), replace(found, identity_providers=providers))
    unsigned = LOGOUT_VERDICTS[recording.name].core
    assert refusal.value.reason is (unsigned or Reason.KEY_UNKNOWN)
