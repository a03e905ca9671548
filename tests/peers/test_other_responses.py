"""Whole responses of node-saml, pysaml2 and SimpleSAMLphp, and a word on all other files."""

import functools
import re
from fnmatch import fnmatchcase

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import response
from tests.peers import corpus
from tests.peers.corpus import World
from tests.peers.test_python3_saml import CASES as PYTHON3_SAML
from tests.peers.test_signatures import CASES as SIGNATURES
from tests.peers.verdicts_others import (
    ELSEWHERE,
    NODE_SAML,
    NOT_RESPONSES,
    PYSAML2,
    SIMPLESAMLPHP,
)
from tests.peers.verdicts_python3_saml import Verdict

pytestmark = pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason=corpus.ABSENT)

RESPONSE = re.compile(rb"^(?:<\?xml[^>]*\?>)?\s*<(?:[\w.-]+:)?Response[\s>]")
PYSAML2_CERTIFICATES = ("test.pem", "test_1.crt", "test_2.crt", "pki/cert.crt", "keys/mycert.pem")
CASES = {
    **{f"{corpus.NODE_SAML}/{name}.xml": verdict for name, verdict in NODE_SAML.items()},
    **{f"{corpus.PYSAML2}/{name}.xml": verdict for name, verdict in PYSAML2.items()},
    **{f"{corpus.SIMPLESAMLPHP}/{name}.xml": verdict for name, verdict in SIMPLESAMLPHP.items()},
}


def world_of(file: str) -> World:
    """The service provider and the keys of the project whose file it is."""
    return _world_of(file.startswith(corpus.NODE_SAML))


@functools.cache
def _world_of(is_node_saml: bool) -> World:
    if is_node_saml:
        keys = ("key.pem", "testshib encryption pvk.pem")
        return World(
            "https://evil-corp.madness.com/sso/metadata",
            "https://evil-corp.madness.com/sso/callback",
            (corpus.certificate(corpus.read(f"{corpus.NODE_SAML}/cert.pem")),),
            tuple(corpus.decryption_key(corpus.read(f"{corpus.NODE_SAML}/{key}")) for key in keys),
        )
    return World(
        "urn:mace:example.com:saml:roland:sp",
        "http://lingon.catalogix.se:8087/",
        tuple(
            corpus.certificate(corpus.read(f"{corpus.PYSAML2}/{name}"))
            for name in PYSAML2_CERTIFICATES
        ),
    )


@pytest.mark.parametrize(("file", "verdict"), CASES.items(), ids=CASES)
def test_each_response_is_refused_for_the_reason_argued(file: str, verdict: Verdict) -> None:
    message = corpus.read(file)
    with pytest.raises(Refusal) as refusal:
        response.accept(message, world_of(file).expected(message))
    assert refusal.value.reason is verdict.reason, str(refusal.value)


def test_every_file_is_judged_or_has_a_reason_not_to_be() -> None:
    everything = {
        str(path.relative_to(corpus.FOLDER)) for path in corpus.FOLDER.rglob("*") if path.is_file()
    }
    rest = everything - set(CASES) - set(PYTHON3_SAML) - set(SIGNATURES)
    reasons = {
        file: next((why for pattern, why in ELSEWHERE if fnmatchcase(file, pattern)), None)
        for file in rest
    }
    assert [file for file, why in reasons.items() if why is None] == []
    assert {why for why in reasons.values() if why is not None} <= set(NOT_RESPONSES)
    hidden = [
        file
        for file, why in reasons.items()
        if why not in {"element", "logout"} and RESPONSE.search((corpus.FOLDER / file).read_bytes())
    ]
    assert hidden == []
