"""What the tests of the pages share: a refusal that is shown, and what a browser sees of it."""

from datetime import UTC, datetime
from html.parser import HTMLParser

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.signon import refusal_page

AT = datetime(2026, 11, 20, 13, 5, 7, tzinfo=UTC)
REFERENCE, SHOWN = "K7QF2M9D", "K7QF-2M9D"
PORTAL = "https://portal.acme.example/apps?id=1"


class Page(HTMLParser):
    """What a browser would see: the elements, and the text of each."""

    def __init__(self, response: HttpResponse | str) -> None:
        super().__init__()
        self.html = response if isinstance(response, str) else response.content.decode()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.handle_data(" ")
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag] = self.texts.get(tag, "") + data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag: str) -> str:
        return " ".join(self.texts.get(tag, "").split())


def request(language: str = "en") -> HttpRequest:
    # A bare request: no session and no user, as when everything else is down.
    return RequestFactory(headers={"Accept-Language": language}).post("/saml/acme/acs/")


def refuse(
    reason: Reason,
    *,
    organisation: str | None = "Acme Logistics",
    portal_url: str | None = PORTAL,
    app_url: str | None = None,
    error_url: str = "",
    language: str = "en",
    **facts: str,
) -> HttpResponse:
    return refusal_page.render(
        request(language),
        Refusal(reason, "a detail for staff", expected="we-want", received="they-sent", **facts),
        reference=REFERENCE,
        at=AT,
        organisation=organisation,
        portal_url=portal_url,
        app_url=app_url,
        error_url=error_url,
    )


def buttons(page: Page) -> list[str]:
    return [link["href"] for link in page.all("a") if "button" in link.get("class", "")]
