"""The pictures in the docs: ``python -m tests.browser.screenshots`` takes them all again.

They show the demo as it is after a few clicks, so they cannot show what the program does not do.
"""

import sys
import tempfile
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from playwright.sync_api import Page

from tests.browser import server
from tests.browser.conftest import chromium_running
from tests.browser.server import Server

FOLDER: Final = server.ROOT / "docs" / "screenshots"
METADATA: Final = """\
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://login.globex.example/idp">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>
      <ds:X509Certificate>{certificate}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
        Location="https://login.globex.example/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
"""


def main() -> None:
    """All of them, from a gateway that has just been made."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        server.running(Path(folder), port=8000) as demo,
        chromium_running() as browser,
    ):
        _person(browser.new_page(), demo)
        _staff(browser.new_page(), demo)


def _person(page: Page, demo: Server) -> None:
    for name in ("unsigned", "foreign-domain", "replay"):
        _send(page, demo, name)
    _choose(page, demo, "Grace")
    _choose(page, demo, "Ada")
    _keep(page, "landing", height=680, width=800)
    page.goto(demo.portal)
    _keep(page, "portal", height=1100)
    page.goto(f"{demo.portal}try/wrong-audience/")
    _keep(page, "fault", height=1230)
    _send(page, demo, "wrong-audience")
    _keep(page, "refusal", height=860, width=800)


def _staff(page: Page, demo: Server) -> None:
    page.goto(f"{demo.gateway}/admin/sso_audit/event/?q=603")
    page.get_by_label("Username:").fill("admin")
    page.get_by_label("Password:").fill(demo.password)
    page.get_by_role("button", name="Log in").click()
    page.locator("#result_list th a").first.click()
    page.locator("#toggle-nav-sidebar").click()
    _keep(page, "event", height=1270)
    page.goto(f"{demo.gateway}/admin/sso_partners/partner/add/")
    page.locator("[name=slug]").fill("globex")
    page.locator("[name=name]").fill("Globex")
    page.locator("[name=email_domains]").fill("globex.example")
    page.locator("[name=metadata_text]").fill(METADATA.format(certificate=_certificate()))
    page.locator("[name=_save]").first.click()
    _keep(page, "review", height=560)


def _certificate() -> str:
    """A signing certificate of Globex, as base64."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.globex.example")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=214))
        .sign(key, hashes.SHA256())
    )
    return b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _choose(page: Page, demo: Server, name: str) -> None:
    page.goto(demo.portal)
    page.get_by_role("button", name=name).click()


def _send(page: Page, demo: Server, name: str) -> None:
    page.goto(f"{demo.portal}try/{name}/")
    page.get_by_role("button", name="Send it").click()


def _keep(page: Page, name: str, *, height: int, width: int = 1080) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path.name}: {page.title()}, {path.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
