"""Logout messages of python3-saml and node-saml: each is refused for the reason argued."""

from dataclasses import replace

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import logout
from sso_gateway.saml.model import Expected
from tests.peers import corpus
from tests.peers.test_other_responses import world_of
from tests.peers.verdicts_others import LOGOUT
from tests.peers.verdicts_python3_saml import Verdict

pytestmark = pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason=corpus.ABSENT)

PROJECTS = (corpus.PYTHON3_SAML.partition("/")[0], corpus.NODE_SAML.partition("/")[0])
FILES = {
    f"{project}/{name.partition('/')[2]}.xml": verdict
    for name, verdict in LOGOUT.items()
    for project in PROJECTS
    if project.endswith(name.partition("/")[0])
}


def expected(file: str, message: bytes) -> Expected:
    """What the project's own service provider would expect, at the address that is named."""
    python3_saml = file.startswith(PROJECTS[0])
    world = corpus.python3_saml() if python3_saml else world_of(file)
    found = world.expected(message)
    destination = corpus.destination(message) or "https://sp.example/slo"
    return replace(found, service_provider=replace(found.service_provider, logout_url=destination))


@pytest.mark.parametrize(("file", "verdict"), FILES.items(), ids=FILES)
def test_each_logout_message_is_refused_for_the_reason_argued(file: str, verdict: Verdict) -> None:
    message = corpus.read(file)
    read = logout.read_response if b"LogoutResponse" in message else logout.read_request
    with pytest.raises(Refusal) as refusal:
        read(message, expected(file, message))
    assert refusal.value.reason is verdict.reason, str(refusal.value)


def test_every_logout_message_that_is_xml_has_a_verdict() -> None:
    there = {
        path.relative_to(corpus.FOLDER).as_posix()
        for folder in (f"{corpus.PYTHON3_SAML}/data", corpus.NODE_SAML)
        for path in (corpus.FOLDER / folder).rglob("logout_re*.xml")
    }
    there |= {
        path.relative_to(corpus.FOLDER).as_posix()
        for path in (corpus.FOLDER / corpus.PYTHON3_SAML / "data").glob("logout_*/invalids/*.xml")
    }
    assert there == set(FILES)
