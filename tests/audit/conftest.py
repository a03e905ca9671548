"""What the tests of the log share."""

from collections.abc import Iterator

import pytest

from tests.audit.pruning import forget_everything


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
    forget_everything()
