"""Acme's identity provider where it can single logout: what it sends, and what it is sent."""

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.test import Client
from lxml import etree

from sso_gateway.audit.models import Event
from sso_gateway.partners import keys
from sso_gateway.partners.models import Partner
from sso_gateway.refusal import Reason
from sso_gateway.saml import bindings
from sso_gateway.saml.metadata import trusted_key
from sso_gateway.saml.names import SAML, SAMLP, Binding
from sso_gateway.signon.models import LoginSession
from tests.idp import logout as made
from tests.idp.keys import KeyPair
from tests.signon import scene

SLO = "/saml/acme/slo/"
OURS = f"{scene.BASE}{SLO}"
THEIRS = "https://idp.acme.example/slo"
SERVICE = f'<md:SingleLogoutService Binding="{Binding.REDIRECT}" Location="{THEIRS}"/>'
NAME_ID = f"{{{SAML}}}NameID"


def add_partner(slug: str = "acme", service: str = SERVICE, **agreement: Any) -> Partner:
    """A live partner whose metadata has a logout address."""
    return scene.add_partner(slug, document=scene.metadata(logout=service), **agreement)


def request_xml(**changes: Any) -> str:
    """A LogoutRequest of Acme's IdP for Ada's session."""
    return made.request_xml(**{"destination": OURS, **changes})


def response_xml(**changes: Any) -> str:
    """Its LogoutResponse."""
    return made.response_xml(**{"destination": OURS, **changes})


def redirect(
    client: Client, text: str, *, key: KeyPair | None = None, path: str = SLO, **how: Any
) -> Any:
    """What a browser does that was redirected with a signed message."""
    return client.get(f"{path}?{made.query(text, key, **how)}")


def post(
    client: Client, message: bytes, field: str = "SAMLRequest", path: str = SLO, **more: str
) -> Any:
    """What a browser does with the IdP's form."""
    fields = {field: b64encode(message).decode(), **more}
    return scene.send(client, urlencode(fields), path)


def arrive(client: Client, binding: str, **changes: Any) -> Any:
    """A LogoutRequest of Acme's IdP by this binding."""
    text = request_xml(**changes)
    return redirect(client, text) if binding == "redirect" else post(client, made.posted(text))


def sent(location: str) -> tuple[bindings.RedirectMessage, etree._Element]:
    """What we sent to the IdP in an address, its signature verified with our published key."""
    assert location.startswith(f"{THEIRS}?"), location
    message = bindings.read_redirect(urlsplit(location).query, max_bytes=100_000)
    ours = trusted_key(keys.signing().certificate_der)
    assert bindings.verify_redirect(message, (ours,)) == ours
    return message, etree.fromstring(message.message)


def status_of(response: etree._Element) -> str:
    """The top-level status of a LogoutResponse."""
    code = response.find(f"{{{SAMLP}}}Status/{{{SAMLP}}}StatusCode")
    assert code is not None
    return code.get("Value", "").rpartition(":")[2]


def sign_out(client: Client, **fields: str) -> Any:
    """Presses the button of the start page."""
    page = client.get("/").content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    return client.post(
        "/logout/",
        {"csrfmiddlewaretoken": token, **fields},
        headers={"Referer": f"{scene.BASE}/"},
    )


def rows() -> list[Event]:
    """The rows of sign-outs, by what they say; that of the session here says nothing more."""
    return list(Event.objects.filter(action="sign_out").order_by("detail"))


def live() -> int:
    """How many sessions are open."""
    return LoginSession.objects.filter(ended=None).count()


def assert_refused(response: Any, reason: Reason) -> None:
    """Our page, one row that says why, and everybody still signed in."""
    (event,) = rows()
    assert (event.key, response.status_code) == (reason.key, reason.status)
    assert event.outcome == "refused"
    assert response["X-SSO-Reference"] == event.display_reference
    page = response.content.decode()
    assert "We couldn&#x27;t finish signing you out" in page
    assert event.display_reference in page
    assert live() == LoginSession.objects.count() > 0
