"""Many browsers behind one address."""

from typing import Final

from django.test import Client

from sso_gateway.audit.models import Event
from tests.signon import scene

FEW: Final = 10
"""The lowest that a policy may say."""
OFFICE: Final = "203.0.113.7"
RUBBISH: Final = "SAMLResponse=%21"


def at(address: str = OFFICE, **headers: str) -> Client:
    """A browser at that address."""
    return Client(REMOTE_ADDR=address, **headers)  # type: ignore[arg-type]


def refused(times: int, address: str = OFFICE, path: str = scene.ACS) -> list[int]:
    """So many posts of rubbish, each by another browser; their statuses."""
    return [scene.send(at(address), RUBBISH, path).status_code for _ in range(times)]


def signs_in(address: str = OFFICE, assertion_id: str = "_good") -> bool:
    """Whether a good message from that address opens a session."""
    status = scene.post(at(address), scene.message(assertion_id=assertion_id)).status_code
    assert status in {303, 429}
    return bool(status == 303)


def limited() -> list[Event]:
    """The rows that say that somebody has to wait."""
    return [event for event in scene.attempts() if event.key == "rate_limited"]
