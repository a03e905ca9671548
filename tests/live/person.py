"""A person of Acme: opens a link, types a password, reads what comes."""

import json
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page, expect

from sso_gateway.audit.models import Event
from sso_gateway.refusal import Reason
from tests.signon import scene

PASSWORD: Final = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Person:
    """A browser and the one in front of it."""

    page: Page
    name: str
    portal: str
    """The link in Acme's portal."""

    def arrive(self) -> None:
        """Through the portal, with the right password."""
        self.page.goto(self.portal)
        self.log_in()

    def comes_back_another_day(self) -> None:
        """When neither the identity provider nor we know this browser any more."""
        self.page.context.clear_cookies()
        self.arrive()

    def log_in(self, password: str = PASSWORD) -> None:
        """On the identity provider's page, where the browser is now."""
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Login").click()

    def reads(self, heading: str) -> None:
        """The heading of the page that the browser is on."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def session(self) -> dict[str, Any]:
        """What the gateway says of this browser, asked in another tab."""
        tab = self.page.context.new_page()
        tab.goto(f"{scene.BASE}/session/")
        said: dict[str, Any] = json.loads(tab.inner_text("body"))
        tab.close()
        return said


def assert_admitted(person: Person, email: str, warning: Reason | None = None) -> Event:
    """The page, the session, and the row with its warning, if there is one; you get the row."""
    person.reads("You're signed in")
    expect(person.page.get_by_text(email)).to_be_visible()
    said = person.session()
    assert (said["authenticated"], said["email"]) == (True, email)
    assert (said["partner"], said["method"]) == ("acme", "saml")
    event = scene.attempts()[-1]
    assert event.outcome == Event.Outcome.SUCCESS
    assert (event.code, event.key) == ((warning.code, warning.key) if warning else (None, ""))
    return event


def assert_turned_away(person: Person, reason: Reason, heading: str) -> Event:
    """The page with its reference, no session, and the row with the reason; you get the row."""
    person.reads(heading)
    assert person.session() == {"authenticated": False}
    event = scene.attempts()[-1]
    assert event.outcome == Event.Outcome.REFUSED
    assert (event.code, event.key) == (reason.code, reason.key)
    expect(person.page.get_by_text(event.display_reference, exact=True)).to_be_visible()
    return event
