"""What every test may count on: nothing leaves the machine, and what it needs is there."""

import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings as hypothesis_settings

# No deadline: nothing here is timed. The same examples every time: a red build stays red.
hypothesis_settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("house")


def _service(variable: str, prefix: str) -> str | None:
    value = os.environ.get(variable, "")
    return value if value.startswith(prefix) else None


def _program(*names: str) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)


def _simplesamlphp() -> str | None:
    folder = Path("/usr/share/simplesamlphp")
    there = (folder / "www" / "saml2" / "idp" / "SSOService.php").is_file()
    return str(folder) if there and _program("php") else None


def _peers() -> str | None:
    """The Python of `make bench` and `make compared`, with everything that is asked there."""
    folder = Path(__file__).parents[1] / ".venv-bench"
    packages = [folder.glob(f"lib/*/site-packages/{name}") for name in ("onelogin", "time_machine")]
    return str(folder / "bin" / "python") if all(map(any, packages)) else None


FOUND: Final[dict[str, str | None]] = {
    "chromium": _program("chromium", "chromium-browser", "google-chrome"),
    "peers": _peers(),
    "postgresql": _service("TEST_DATABASE_URL", "postgres"),
    "redis": _service("TEST_REDIS_URL", "redis"),
    "simplesamlphp": _simplesamlphp(),
    "xmlsec1": _program("xmlsec1"),
}
"""The path or address of each thing that a test may need, or None where it is absent."""

ABSENT: Final = {
    "chromium": "Chromium is not installed",
    "peers": "the peers are not installed (make .venv-bench)",
    "postgresql": "TEST_DATABASE_URL names no PostgreSQL",
    "redis": "TEST_REDIS_URL names no Redis",
    "simplesamlphp": "SimpleSAMLphp 1.19 is not installed, or php is not",
    "xmlsec1": "the xmlsec1 program is not installed",
}


def required() -> set[str]:
    """What TEST_REQUIRE lists, by commas: where it is absent, a test fails instead of skipping."""
    return {word.strip() for word in os.environ.get("TEST_REQUIRE", "").split(",") if word.strip()}


def pytest_configure(config: pytest.Config) -> None:
    """Refuses a TEST_REQUIRE that would require nothing because of a misspelling."""
    if unknown := required() - FOUND.keys():
        raise pytest.UsageError(f"TEST_REQUIRE: unknown: {', '.join(sorted(unknown))}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips, or fails where it is required, a test whose need is absent."""
    for need, found in FOUND.items():
        if item.get_closest_marker(f"needs_{need}") and found is None:
            if need in required():
                pytest.fail(f"{ABSENT[need]}, but TEST_REQUIRE lists {need}", pytrace=False)
            pytest.skip(ABSENT[need])


def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = arguments[1][0]
    try:
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass  # A name other than localhost is elsewhere.
    raise RuntimeError(f"A test tried to reach {host}; nothing but loopback may be reached.")


sys.addaudithook(_stay_at_home)


@pytest.fixture
def chromium() -> str:
    """The browser's path, for tests marked ``needs_chromium``."""
    return FOUND["chromium"] or pytest.fail("mark this test with needs_chromium")


@pytest.fixture
def peers() -> str:
    """The Python that has the peers, for tests marked ``needs_peers``."""
    return FOUND["peers"] or pytest.fail("mark this test with needs_peers")


@pytest.fixture
def redis_url() -> str:
    """The address of a Redis, for tests marked ``needs_redis``."""
    return FOUND["redis"] or pytest.fail("mark this test with needs_redis")


@pytest.fixture
def xmlsec1() -> str:
    """The program's path, for tests marked ``needs_xmlsec1``."""
    return FOUND["xmlsec1"] or pytest.fail("mark this test with needs_xmlsec1")


@pytest.fixture(autouse=True)
def events_leave_before_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with real transactions ends in a flush, which the log refuses while it has events."""
    marker = request.node.get_closest_marker("django_db")
    transactional = marker is not None and marker.kwargs.get("transaction", False)
    if not transactional and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    # Here, because the module needs the applications to be loaded.
    from tests.audit.pruning import forget_everything

    forget_everything()


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Each test has a new database, whose rows may have the numbers of the last one's."""
    from sso_gateway.partners import our_metadata, trust
    from sso_gateway.signon import certificates, tally

    trust.forget()
    our_metadata.forget()
    certificates.forget()
    tally.forget()
