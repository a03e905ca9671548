"""SimpleSAMLphp vouches for Acme's people; a person types a password in Chromium; we judge."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sso_gateway.partners import keyfiles
from sso_gateway.partners.models import Partner
from tests.browser.conftest import chromium_running
from tests.idp.keys import key_pair
from tests.live import gateway, simplesamlphp
from tests.live.configuration import EMAIL_AS_NAME_ID
from tests.live.gateway import Gateway
from tests.live.person import PASSWORD, Person
from tests.live.simplesamlphp import SimpleSamlPhp
from tests.signon import scene

HERE = Path(__file__).parent

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.needs_chromium)
            item.add_marker(pytest.mark.needs_simplesamlphp)


@pytest.fixture(scope="session", autouse=True)
def our_keys() -> None:
    keyfiles.ensure()


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleSamlPhp]:
    with simplesamlphp.running(tmp_path_factory.mktemp("simplesamlphp")) as idp:
        yield idp


@pytest.fixture
def idp(started: SimpleSamlPhp) -> SimpleSamlPhp:
    """Acme's identity provider. It knows Ada and Grace, who has one name more, and not yet us."""
    grace = {
        "uid": "grace",
        "mail": "grace@acme.example",
        "eduPersonPrincipalName": "g@acme.example",
    }
    started.admin.people(PASSWORD, ada={"uid": "ada", "mail": "ada@acme.example"}, grace=grace)
    started.admin.keys(key_pair("rsa-2048", "idp"))
    started.admin.choices(EMAIL_AS_NAME_ID)
    started.admin.meet(None)
    return started


@pytest.fixture(scope="module")
def place(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The gateway as it is installed, over the database that the tests of a module empty."""
    with gateway.running(tmp_path_factory.mktemp("gateway")) as ours:
        yield ours


# Not for longer than a module: while it runs, Django believes itself in an event loop, which none
# of its queries here are in.
@pytest.fixture(scope="module")
def browser(place: Gateway) -> Iterator[Browser]:
    ours = f"MAP {gateway.NAME}:443 127.0.0.1:{place.port}"
    rules = f"--host-resolver-rules={ours}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with pytest.MonkeyPatch.context() as patch, chromium_running(rules) as chromium:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield chromium


@pytest.fixture
def acme(browser: Browser, place: Gateway, transactional_db: None, idp: SimpleSamlPhp) -> Partner:
    """A live partner that may create accounts; each side has what the other one publishes."""
    partner = scene.add_partner(document=idp.metadata(), policy={"provision": "create"})
    idp.admin.meet(place.metadata())
    return partner


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody new. It ends with no complaint about a Content-Security-Policy."""
    fresh = browser.new_context(ignore_https_errors=True)
    fresh.set_default_timeout(20_000)
    said: list[str] = []
    fresh.on("console", lambda message: said.append(message.text))
    yield fresh
    fresh.close()
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def ada(page: Page, idp: SimpleSamlPhp) -> Person:
    """Somebody whom Acme employs, in front of a browser."""
    return Person(page, "ada", idp.portal_link(f"{scene.BASE}/saml/acme/metadata/"))
