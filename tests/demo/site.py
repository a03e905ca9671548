"""A browser between Acme's portal and the gateway: reads forms, follows them to the other site."""

from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client

from sso_gateway.audit.models import Event

GATEWAY = "http://localhost:8000"
PORTAL = "http://127.0.0.1:8000"
ACS = f"{GATEWAY}/saml/acme/acs/"
FORM = "application/x-www-form-urlencoded"


class Forms(HTMLParser):
    """The forms of a page: where each goes, and its hidden fields."""

    def __init__(self, page: HttpResponse) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((values["action"], {}))
        if tag == "input":
            self.found[-1][1][values["name"]] = values["value"]


class Site:
    """One browser."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)

    def get(self, url: str, **headers: str) -> HttpResponse:
        """Asks for an absolute address."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer: Any = self.client.get(target, headers={"Host": parts.netloc, **headers})
        return cast(HttpResponse, answer)

    def post(self, url: str, fields: dict[str, str]) -> HttpResponse:
        """Posts a form to an absolute address."""
        parts = urlsplit(url)
        answer: Any = self.client.post(
            parts.path, urlencode(fields), content_type=FORM, headers={"Host": parts.netloc}
        )
        return cast(HttpResponse, answer)

    def form(self, path: str, **wanted: str) -> dict[str, str]:
        """The one form on a page of the portal that has these values."""
        forms = Forms(self.get(f"{PORTAL}{path}")).found
        (found,) = [fields for _, fields in forms if wanted.items() <= fields.items()]
        return found

    def form_in(self, page: HttpResponse) -> dict[str, str]:
        """The one form on this page."""
        ((_, found),) = Forms(page).found
        return found

    def press(self, fields: dict[str, str]) -> HttpResponse:
        """The gateway's answer to a form of the portal, which goes there by way of a 307."""
        onward = self.post(f"{PORTAL}/demo/send/", fields)
        assert onward.status_code == 307, onward.content
        return self.post(onward["Location"], fields)

    def who(self) -> str | None:
        """Whom the gateway takes this browser for."""
        answer = self.client.get("/session/", headers={"Host": urlsplit(GATEWAY).netloc})
        email: str | None = answer.json().get("email")
        return email


def attempts() -> list[Event]:
    """The rows of sign-ins, oldest first."""
    return list(Event.objects.filter(action="sign_in.attempt").order_by("time", "id"))
