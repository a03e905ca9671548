"""A library that hangs, dies or raises something else costs one answer, and not the run."""

import os
import time

import pytest

from tests.compared import worker as worker_module
from tests.compared.answers import Answer, Outcome, RefusedError, asked
from tests.compared.asked import Agreement, attacked
from tests.compared.worker import Worker

# Newer Pythons warn of a fork beside threads; the suite's own process has some.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def ask(message: bytes, agreement: Agreement) -> frozenset[str]:
    """A library with every fault; the message says which one it shows."""
    match message:
        case b"hang":
            time.sleep(3600)  # nobody waits for it
        case b"spin":
            while True:
                pass
        case b"die":
            os._exit(1)
        case b"refuse":
            raise RefusedError
        case b"stray":
            raise KeyError("Issuer")
    return frozenset({agreement.shape.name})


def test_an_answer_is_that_of_the_agreement_it_was_asked_about() -> None:
    agreements = attacked()
    with Worker(__name__, agreements) as worker:
        worker.send([(b"", 0), (b"", 5)])
        names = [agreements[number].shape.name for number in (0, 5)]
        assert [answer.read for answer in worker.answers()] == [frozenset({n}) for n in names]


@pytest.mark.parametrize(
    ("fault", "outcome"), [(b"refuse", Outcome.REFUSED), (b"stray", Outcome.STRAY)]
)
def test_only_an_exception_of_its_own_is_a_verdict(fault: bytes, outcome: Outcome) -> None:
    assert asked(ask, fault, attacked()[0]) == Answer(outcome)


@pytest.mark.parametrize("fault", [b"hang", b"spin", b"die"])
def test_after_no_answer_the_next_question_has_one(
    fault: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LIMIT_SECONDS", 0.5)
    with Worker(__name__, attacked()) as worker:
        worker.send([(b"refuse", 0), (fault, 0), (b"", 0), (fault, 0)])
        found = [answer.outcome for answer in worker.answers(5 if fault == b"hang" else 300)]
    assert found == [Outcome.REFUSED, Outcome.LOST, Outcome.ACCEPTED, Outcome.LOST]


def test_ours_accepts_the_good_message_at_its_moment_and_refuses_a_changed_one() -> None:
    agreement = attacked()[0]
    with Worker("tests.compared.with_ours", [agreement]) as worker:
        worker.send([(agreement.message, 0), (agreement.message.replace(b"ada@", b"eve@"), 0)])
        good, changed = worker.answers()
    assert good == Answer(Outcome.ACCEPTED, frozenset({"ada@acme.example"}))
    assert changed == Answer(Outcome.REFUSED)
