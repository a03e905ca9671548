"""What the person, the log and the partner's staff hear of a limit that was reached."""

import pytest
import time_machine

from sso_gateway.audit import story
from sso_gateway.partners.models import Partner
from tests.signon import scene
from tests.signon.crowd import FEW, OFFICE, RUBBISH, at, limited, refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("passed", "said", "seconds"),
    [(0, "5 minutes", "300"), (61, "4 minutes", "240"), (241, "1 minute", "60")],
)
def test_the_page_and_its_header_say_how_long(
    strict: Partner, clock: time_machine.Traveller, passed: int, said: str, seconds: str
) -> None:
    refused(FEW)
    clock.shift(passed)
    response = scene.send(at(), RUBBISH)
    assert response["Retry-After"] == seconds
    assert f"Please wait {said} and try again." in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_the_page_is_german_for_a_german_browser(strict: Partner) -> None:
    refused(FEW)
    page = scene.send(at(HTTP_ACCEPT_LANGUAGE="de"), RUBBISH).content.decode()
    assert "<h1>Zu viele Versuche</h1>" in page
    assert "Bitte warten Sie 5 Minuten und versuchen Sie es dann erneut." in page


def test_each_window_has_one_event_and_every_page_its_reference(strict: Partner) -> None:
    refused(FEW)
    answers = [scene.send(at(), RUBBISH) for _ in range(5)]
    (event,) = limited()
    assert (event.outcome, event.code, event.partner_slug) == ("refused", 106, "acme")
    assert (event.client_ip, event.facts["count"]) == (OFFICE, str(FEW))
    assert story.sentence(event).startswith(
        "10 requests from 203.0.113.7 for acme in 5 minutes: refused posts."
    )
    for answer in answers:
        assert answer["X-SSO-Reference"] == event.display_reference
        assert event.display_reference in answer.content.decode()
    assert len(scene.attempts()) == FEW + 1


@pytest.mark.django_db(transaction=True)
def test_each_window_has_one_line_in_the_servers_log(
    strict: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sso_gateway")
    refused(FEW)
    caplog.clear()
    refused(5)
    said = [each.getMessage() for each in caplog.records if each.name.startswith("sso_gateway")]
    assert [line.partition(" action")[2].split(" partner")[0] for line in said] == [
        "=sign_in.attempt outcome=refused code=106 key=rate_limited"
    ]
