"""A process for each library: what hangs is ended, and what takes its process down ends alone."""

import multiprocessing
import os
import resource
import signal
from collections.abc import Iterator, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Final

import time_machine

from tests.compared.answers import Answer, Ask, Outcome, asked
from tests.compared.asked import Agreement
from tests.idp.recipe import NOW

LIMIT_SECONDS: Final = 5
"""Of the processor, for one message. Nearly all of them take some milliseconds. What takes about
as long as this is refused in time on one run and not on the next; both count as refused.
"""
PATIENCE_SECONDS: Final = 300
"""For whoever does not use the processor at all."""
MEMORY_BYTES: Final = 4 * 2**30

Question = tuple[bytes, int]
"""A message, and which of the agreements it is sent under."""
_FORK: Final = multiprocessing.get_context("fork")
"""A child knows the keys of its parent, which were made when it began."""


class Worker:
    """One library, asked in a process of its own."""

    def __init__(self, module: str, agreements: Sequence[Agreement]) -> None:
        """``module`` has an ``ask``; ``agreements`` are all that it will be asked about."""
        self._module, self._agreements = module, agreements
        self._asked: Sequence[Question] = ()
        self._start()

    def _start(self) -> None:
        self._connection, theirs = _FORK.Pipe()
        arguments = (self._module, self._agreements, theirs)
        self._process = _FORK.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def send(self, questions: Sequence[Question]) -> None:
        """Asks; all the answers must be fetched before more is asked."""
        self._connection.send(questions)
        self._asked = questions

    def answers(self, seconds: float = PATIENCE_SECONDS) -> Iterator[Answer]:
        """One for each question; where one is not answered in time, the process is ended and
        begun anew for the rest.
        """
        for done in range(len(self._asked)):
            found = self._next(seconds)
            if found is None:
                self._end()
                self._start()
                self._connection.send(self._asked[done + 1 :])
            yield found or Answer(Outcome.LOST)

    def _next(self, seconds: float) -> Answer | None:
        try:
            found: Answer | None = (
                self._connection.recv() if self._connection.poll(seconds) else None
            )
        except (EOFError, OSError):
            return None  # the process has ended
        return found

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def _serve(module: str, agreements: Sequence[Agreement], questions: Connection) -> None:
    """Answers at the moment at which the messages arrive, until it is ended."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)  # libxmlsec writes what it does not like
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    ask: Ask = import_module(module).ask
    with time_machine.travel(NOW, tick=False):
        while True:
            for message, agreement in questions.recv():
                # Nobody handles the signal at the end of the time: the process ends, even inside
                # of a library in C.
                signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
                answer = asked(ask, message, agreements[agreement])
                signal.setitimer(signal.ITIMER_PROF, 0)
                questions.send(answer)
