"""Acme's portal, as the gateway meets it: metadata, messages, and the form that a browser posts."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.test import Client
from lxml import etree

from sso_gateway.audit import ladder
from sso_gateway.audit.models import Event
from sso_gateway.partners import flows, keys
from sso_gateway.partners.models import Partner
from sso_gateway.partners.recognise import Received
from sso_gateway.refusal import Reason
from sso_gateway.saml import bindings
from sso_gateway.signon.models import LoginSession, SeenAssertion
from tests.idp import workshop
from tests.idp.encryption import Encryption
from tests.idp.keys import KeyPair
from tests.idp.recipe import IDP, NOW

BASE = "https://sso.example.com"
ACS = "/saml/acme/acs/"
LOGIN = "/saml/acme/login/"
EMAIL = "ada@acme.example"
ACTOR = "command:test"


def metadata(
    *keys: KeyPair,
    entity_id: str = IDP,
    sign_on: str = "https://idp.acme.example/sso",
    logout: str = "",
) -> bytes:
    """What an IdP with these keys would publish; ``logout`` is XML of its SingleLogoutService."""
    descriptors = "".join(
        '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{b64encode(key.certificate_der).decode()}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for key in keys or (workshop.idp_key(),)
    )
    services = "".join(
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}"'
        f' Location="{sign_on}/{binding}"/>'
        for binding in ("HTTP-Redirect", "HTTP-POST")
    )
    return (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
        ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
        f' entityID="{entity_id}"><md:IDPSSODescriptor'
        ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"{descriptors}{logout}{services}</md:IDPSSODescriptor></md:EntityDescriptor>"
    ).encode()


def add_partner(
    slug: str = "acme",
    *,
    domains: tuple[str, ...] = ("acme.example",),
    document: bytes | None = None,
    live: bool = True,
    **agreement: Any,
) -> Partner:
    """A partner as staff would add it."""
    flows.add_partner(slug=slug, name=slug.title(), actor=ACTOR, email_domains=domains, **agreement)
    received = Received(document or metadata(), "idp.xml")
    flows.import_metadata(slug, received, actor=ACTOR)
    if live:
        flows.activate(slug, actor=ACTOR)
    return Partner.objects.get(slug=slug)


def message(slug: str = "acme", **changes: Any) -> bytes:
    """A response that this partner's ACS must accept, but for these changes."""
    acs = f"{BASE}/saml/{slug}/acs/"
    ours: dict[str, Any] = {
        "recipient": acs,
        "destination": acs,
        "audience": f"{BASE}/saml/{slug}/metadata/",
    }
    return workshop.response(**{**ours, **changes})


def for_us() -> Encryption:
    """For the key in our metadata."""
    pair = keys.pair(keys.Purpose.ENCRYPTION)
    key = load_pem_private_key(keys.read_private(pair.private), None)
    assert isinstance(key, RSAPrivateKey)
    certificate = x509.load_der_x509_certificate(keys.certificate_der(pair))
    return Encryption(recipient=KeyPair(key, certificate))


def form(document: bytes, **fields: str) -> dict[str, str]:
    """The fields of the HTTP-POST binding."""
    return {"SAMLResponse": b64encode(document).decode(), **fields}


def post(client: Client, document: bytes, path: str = ACS, **fields: str) -> Any:
    """What a browser does with the IdP's form."""
    return send(client, urlencode(form(document, **fields)), path)


def send(client: Client, body: str | bytes, path: str = ACS, **extra: Any) -> Any:
    """A form as it stands, already encoded."""
    return client.post(path, body, content_type="application/x-www-form-urlencoded", **extra)


def ask(client: Client, query: str = "", slug: str = "acme") -> str:
    """Begins a login here; returns the ID of the AuthnRequest that went to the IdP."""
    response = client.get(f"/saml/{slug}/login/{query}")
    assert response.status_code == 303, response.content
    parsed = bindings.read_redirect(urlsplit(response["Location"]).query, max_bytes=100_000)
    request_id = etree.fromstring(parsed.message).get("ID")
    assert isinstance(request_id, str)
    return request_id


def relay_state(location: str) -> str:
    """The RelayState in a redirect to the IdP."""
    return parse_qs(urlsplit(location).query)["RelayState"][0]


def attempts() -> list[Event]:
    """The rows of sign-ins, oldest first; those of one moment by their reason, "" first."""
    return list(Event.objects.filter(action="sign_in.attempt").order_by("time", "key"))


def the_attempt() -> Event:
    """The one row there is."""
    (event,) = attempts()
    return event


def rungs(event: Event) -> list[dict[str, str]]:
    """The ladder of a row, as staff read it."""
    return ladder.read(event.checks)


def the_reference_of(outcome: str) -> str:
    """The reference, as shown, of the one attempt that ended so."""
    return Event.objects.get(action="sign_in.attempt", outcome=outcome).display_reference


def assert_refused(client: Client, response: Any, reason: Reason) -> None:
    """The page, the row, the reference that joins them, and no session."""
    event = the_attempt()
    assert (event.key, response.status_code) == (reason.key, reason.status)
    assert event.outcome == ("error" if reason.status >= 500 else "refused")
    assert response["X-SSO-Reference"] == event.display_reference
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "<h1>" in page and "Traceback" not in page
    if reason is not Reason.PARTNER_UNKNOWN:
        assert event.display_reference in page
    assert not client.cookies
    assert not LoginSession.objects.exists() and not SeenAssertion.objects.exists()


def signed_in_as(client: Client) -> str | None:
    """Whom /session/ names for this browser."""
    answer = client.get("/session/").json()
    email: str | None = answer.get("email")
    return email


def later(**by: float) -> datetime:
    """A moment after the good message arrived."""
    return NOW + timedelta(**by)
