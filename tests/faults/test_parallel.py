"""One assertion, 200 browsers, four processes: one session."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from sso_gateway.signon.models import LoginSession
from tests.faults.gateway import Answer, Browser, running
from tests.faults.portal import Portal
from tests.faults.whole import assert_whole, logins
from tests.signon.scene import EMAIL, attempts

pytestmark = pytest.mark.django_db(transaction=True)

POSTS = 200


def at_once(port: int, message: bytes) -> list[tuple[Browser, Answer | None]]:
    """Every browser posts the same message at the same moment, a quarter of them from one place."""
    barrier = Barrier(POSTS)

    def post(number: int) -> tuple[Browser, Answer | None]:
        browser = Browser(port)
        place = f"192.0.2.{number if number % 4 else 1}"
        barrier.wait()
        return browser, browser.post(message, **{"X-Forwarded-For": place})

    with ThreadPoolExecutor(POSTS) as pool:
        return list(pool.map(post, range(1, POSTS + 1)))


def test_200_posts_of_one_assertion_at_4_processes_open_one_session(
    portal: Portal, tmp_path: Path
) -> None:
    with running(tmp_path, workers=4, threads=4) as port:
        answered = at_once(port, portal.message())
        signed_in = [browser for browser, _ in answered if "__Host-sso-session" in browser.cookies]
        assert [browser.who() for browser in signed_in] == [EMAIL]
    answers = [answer for _, answer in answered if answer is not None]
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) <= {303, 403} and statuses.total() == POSTS
    again = [answer for answer in answers if "/again/" in answer.headers.get("Location", "")]
    assert len(again) == statuses[303] - 1
    assert LoginSession.objects.count() == len(logins()) == 1
    assert Counter(event.key for event in attempts()) == {"": 1, "replayed": POSTS - 1}
    assert {event.reference for event in attempts()} == {each.reference for each in answers}
    assert_whole()
