"""Acme's people and messages for them, each used once."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from sso_gateway.saml import bindings
from tests.faults.gateway import Browser
from tests.idp.server import IdentityProviderStandIn
from tests.signon import scene


@dataclass(frozen=True, slots=True)
class Portal:
    """What a portal does: vouch for people."""

    idp: IdentityProviderStandIn

    def message(self, email: str = scene.EMAIL, in_response_to: str | None = None) -> bytes:
        """A new response about this person."""
        return self.idp.response(
            sp_entity_id=f"{scene.BASE}/saml/acme/metadata/",
            acs_url=f"{scene.BASE}{scene.ACS}",
            email=email,
            in_response_to=in_response_to,
        )

    def answer(self, browser: Browser, email: str = scene.EMAIL) -> bytes:
        """The response to a login that this browser begins at the gateway."""
        asked = browser.get(scene.LOGIN)
        query = urlsplit(asked.headers["Location"]).query
        assert "SAMLRequest" in parse_qs(query), asked
        request = bindings.read_redirect(query, max_bytes=100_000).message
        return self.message(email, str(etree.fromstring(request).get("ID")))
