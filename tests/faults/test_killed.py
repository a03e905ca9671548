"""A worker is killed between any two statements of a login, on whichever database the suite uses.

The rows are read, and the person tries again, at the worker that gunicorn starts in its place.
"""

from collections.abc import Callable

import pytest

from sso_gateway.signon.models import PendingRequest
from tests.faults.gateway import Answer, Browser
from tests.faults.portal import Portal
from tests.faults.whole import assert_whole, logins
from tests.signon.scene import attempts

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 60
"""More statements than a login may ever take; a loop over them ends."""

Login = Callable[[Portal, Browser, str], bytes]


def unasked(portal: Portal, browser: Browser, email: str) -> bytes:
    """A message that the portal sends on its own."""
    return portal.message(email)


def asked(portal: Portal, browser: Browser, email: str) -> bytes:
    """The answer to a question of ours."""
    return portal.answer(browser, email)


def post(browser: Browser, message: bytes, fault: str = "") -> Answer | None:
    """Posts at a worker that has just been started: it remembers nothing and asks for all of it."""
    assert browser.post(b"<a/>", fault="kill before 1") is None
    return browser.post(message, fault=fault)


def moments(browser: Browser, message: bytes, status: int = 303) -> list[str]:
    """Before each statement of a login, before the COMMIT behind the last one, and behind that."""
    answer = post(browser, message)
    assert answer is not None and answer.status == status
    assert 5 < answer.statements < MOST
    before = [f"kill before {number}" for number in range(1, answer.statements + 1)]
    return [*before, f"kill after {answer.statements}", "kill at 0"]


def second_try(claimed: bool, spent: bool) -> str:
    """What the row of the same message says when it comes again."""
    if claimed:
        return "replayed"
    return "request_reused" if spent else ""


@pytest.mark.parametrize("login", [unasked, asked])
def test_a_worker_killed_between_two_statements_leaves_all_or_nothing(
    portal: Portal, port: int, login: Login
) -> None:
    first = Browser(port)
    points = moments(first, login(portal, first, "first@acme.example"))
    committed = []
    for number, fault in enumerate(points):
        browser, email = Browser(port), f"person-{number}@acme.example"
        message = login(portal, browser, email)
        rows = len(logins())
        PendingRequest.objects.exclude(spent=None).delete()
        assert post(browser, message, fault) is None, fault
        assert_whole()
        assert browser.who() is None, fault
        claimed, spent = len(logins()) > rows, PendingRequest.objects.exclude(spent=None).exists()
        committed += [fault] * claimed
        try_again(portal, browser, login, email, message, second_try(claimed, spent))
    assert committed == ["kill at 0"]


def try_again(
    portal: Portal, browser: Browser, login: Login, email: str, message: bytes, key: str
) -> None:
    """The same message ends as its row should say, and a new one signs the person in."""
    assert browser.post(message) is not None
    assert attempts()[-1].key == key
    assert browser.who() == (None if key else email)
    new = Browser(browser.port)
    answer = new.post(login(portal, new, email))
    assert answer is not None and answer.status == 303
    assert new.who() == email
    assert_whole()


def test_what_was_claimed_before_the_answer_was_lost_is_a_replay_at_the_second_try(
    portal: Portal, port: int
) -> None:
    browser, message = Browser(port), portal.message()
    assert browser.post(message, fault="kill at 0") is None
    answer = browser.post(message)
    assert answer is not None and "/again/" in answer.headers["Location"]
    assert browser.get(answer.headers["Location"]).status == 403
    assert [event.key for event in attempts()] == ["", "replayed"]
    assert browser.who() is None
    assert_whole()


def test_a_refusal_whose_worker_died_is_refused_again(portal: Portal, port: int) -> None:
    broken, browser = portal.message().replace(b"ada@", b"eve@"), Browser(port)
    for fault in moments(browser, broken, status=403):
        rows = len(attempts())
        assert post(browser, broken, fault) is None, fault
        assert len(attempts()) - rows == (fault == "kill at 0"), fault
        refused = browser.post(broken)
        assert refused is not None and refused.status == 403, fault
        assert_whole()
    assert {event.outcome for event in attempts()} == {"refused"}


def test_a_commit_that_nobody_heard_of_is_our_page_and_the_session_has_no_owner(
    portal: Portal, port: int
) -> None:
    first = Browser(port).post(portal.message())
    second = Browser(port).post(portal.message())
    assert first is not None and second is not None
    browser, message = Browser(port), portal.message()
    answer = browser.post(message, fault=f"lose after {second.statements}")
    assert answer is not None and answer.status == 503
    assert browser.who() is None
    assert logins()[-1].reference == answer.reference and len(logins()) == 3
    assert_whole()
    replay = browser.post(message)
    assert replay is not None and attempts()[-1].key == "replayed"
    assert (again := browser.post(portal.message())) is not None and again.status == 303
