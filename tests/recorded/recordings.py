"""Messages recorded from real identity providers, read from beside the repository."""

import base64
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "recorded"
ABSENT = "the recordings (../shared/recorded) are not part of the repository"
SIGN_IN = frozenset({"solicited", "unsolicited"})
LOGOUT = frozenset({"logout-request", "logout-response"})


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded message; ``name`` is its folder and file."""

    name: str
    said: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return str(self.said["kind"])

    @property
    def message(self) -> bytes:
        return base64.b64decode(self.said["saml_response"])

    @property
    def issued(self) -> datetime:
        return datetime.fromisoformat(self.said["issue_instant"])

    @property
    def request_id(self) -> str | None:
        request = self.said["request"]
        return None if request is None else str(request["id"])

    def beside(self, file: str) -> bytes:
        """A file of the same identity provider."""
        return (FOLDER / self.name).with_name(file).read_bytes()


@functools.cache
def all_messages() -> tuple[Recording, ...]:
    """Every message of every folder, sign-in or not; empty where there are no recordings."""
    files = (path for path in sorted(FOLDER.glob("*/*.json")) if path.name != "product.json")
    return tuple(
        Recording(f"{path.parent.name}/{path.stem}", json.loads(path.read_text())) for path in files
    )


def sign_ins() -> tuple[Recording, ...]:
    return tuple(recording for recording in all_messages() if recording.kind in SIGN_IN)


def logouts() -> tuple[Recording, ...]:
    return tuple(recording for recording in all_messages() if recording.kind in LOGOUT)
