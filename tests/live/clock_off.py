"""The gateway by a clock that is wrong: ``X-Clock-Off`` says by how many seconds, for good."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import time_machine

from sso_gateway.wsgi import application as gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CLOCK: Final = time_machine.travel(datetime.now(UTC)).start()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """One request, and all behind it, at a moment that is not now."""
    right = datetime.fromtimestamp(time_machine.escape_hatch.time.time(), UTC)
    CLOCK.move_to(right + timedelta(seconds=int(environ.get("HTTP_X_CLOCK_OFF", "0"))))
    return gateway(environ, start_response)
