"""python3-saml's test responses, with its own configuration, keys and times."""

import pytest

from sso_gateway.refusal import Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import Outcome
from tests.peers import corpus
from tests.peers.verdicts_python3_saml import INVALID, RESPONSES, Verdict

pytestmark = pytest.mark.skipif(not corpus.FOLDER.is_dir(), reason=corpus.ABSENT)

FOLDER = f"{corpus.PYTHON3_SAML}/data/responses"


def file_of(folder: str, name: str) -> str:
    return f"{folder}/{name}" if "." in name else f"{folder}/{name}.xml.base64"


CASES = {
    **{file_of(FOLDER, name): verdict for name, verdict in RESPONSES.items()},
    **{file_of(f"{FOLDER}/invalids", name): verdict for name, verdict in INVALID.items()},
}


def test_every_file_has_a_verdict() -> None:
    assert set(corpus.files(FOLDER)) | set(corpus.files(f"{FOLDER}/invalids")) == set(CASES)


@pytest.mark.parametrize(("file", "verdict"), CASES.items(), ids=CASES)
def test_each_response_is_refused_for_the_reason_argued(file: str, verdict: Verdict) -> None:
    message = corpus.read(file)
    with pytest.raises(Refusal) as refusal:
        response.accept(message, corpus.python3_saml().expected(message))
    assert refusal.value.reason is verdict.reason, str(refusal.value)


@pytest.mark.parametrize(("file", "verdict"), CASES.items(), ids=CASES)
def test_the_ladder_shows_the_defect_behind_the_signature(file: str, verdict: Verdict) -> None:
    message = corpus.read(file)
    explanation = response.explain(message, corpus.python3_saml().expected(message))
    failed = {check.reason for check in explanation.checks if check.outcome is Outcome.FAIL}
    assert failed == {verdict.reason, *verdict.also}
