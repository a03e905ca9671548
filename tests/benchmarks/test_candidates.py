"""Nobody is measured who does not verify. The peers that are not installed here prove themselves
at the beginning of each run.
"""

import base64
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature

from benchmarks import messages
from benchmarks.candidates import MODULES, Candidate, CannotRunError, candidates, proven
from benchmarks.messages import Kind
from benchmarks.primitives import Primitives
from benchmarks.verification import OURS
from sso_gateway.refusal import Refusal
from sso_gateway.saml import response
from sso_gateway.saml.model import SignedPart

INSTALLED = {candidate.name: candidate for candidate in candidates({})}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", INSTALLED)
def test_whoever_is_measured_accepts_the_response_and_refuses_a_tampered_one(
    name: str, kind: Kind
) -> None:
    try:
        proven(INSTALLED[name], kind)
    except CannotRunError as reason:
        pytest.skip(f"{name}: {reason}")


def test_we_are_among_the_candidates() -> None:
    assert OURS in INSTALLED


def test_a_peer_that_is_absent_is_left_out_with_its_reason() -> None:
    skipped: dict[str, str] = {}
    found = list(candidates(skipped))
    assert all(reason.startswith("not installed: ") for reason in skipped.values())
    assert len(found) >= len(MODULES) - len(skipped)


def test_a_candidate_that_believes_anything_is_not_measured() -> None:
    credulous = Candidate("credulous", lambda kind: base64.b64decode)
    with pytest.raises(AssertionError, match="credulous accepts a response"):
        proven(credulous, Kind.ASSERTION)


def test_a_candidate_that_refuses_the_good_response_is_not_measured() -> None:
    def refuses(field: str) -> object:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        proven(Candidate("fearful", lambda kind: refuses), Kind.ASSERTION)


@pytest.mark.parametrize(
    ("kind", "signed"),
    [
        (Kind.ASSERTION, SignedPart.ASSERTION),
        (Kind.BOTH, SignedPart.BOTH),
        (Kind.ENCRYPTED, SignedPart.ASSERTION),
    ],
)
def test_each_kind_is_protected_as_it_says(kind: Kind, signed: SignedPart) -> None:
    assertion = response.accept(messages.response(kind), messages.expected())
    assert assertion.signed is signed
    assert (assertion.encrypted_with is not None) == (kind is Kind.ENCRYPTED)
    assert not assertion.warnings


@pytest.mark.parametrize("kind", Kind)
def test_a_tampered_response_is_refused_for_its_signature(kind: Kind) -> None:
    with pytest.raises(Refusal) as refused:
        response.accept(messages.tampered(kind), messages.expected())
    assert refused.value.reason.key in {"signature_invalid", "key_unknown"}


def test_the_response_has_the_size_that_the_figures_speak_of() -> None:
    assert 6_000 < len(messages.response(Kind.ASSERTION)) < 6_600


def _work(kind: Kind) -> Callable[[str], None]:
    primitives = Primitives()
    return {
        Kind.ASSERTION: primitives.plain,
        Kind.BOTH: primitives.both,
        Kind.ENCRYPTED: primitives.encrypted,
    }[kind]


@pytest.mark.parametrize("kind", Kind)
def test_the_primitives_are_those_of_the_message(kind: Kind) -> None:
    work = _work(kind)
    work(messages.field(messages.response(kind)))
    with pytest.raises((AssertionError, InvalidSignature)):
        work(messages.field(messages.tampered(kind)))
