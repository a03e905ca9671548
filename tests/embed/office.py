"""The office with the gateway in it: a folder of its own, and real processes."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from lxml import etree

from sso_gateway.saml import bindings
from tests.embed import page
from tests.idp.server import IdentityProviderStandIn

BASE = "https://office.example.com"
ACS = "/saml/acme/acs/"
DESK = "/desk/"
SIGN_IN = "/sign-in/"
ADA = "ada@acme.example"
GRACE = "grace@office.example"
PASSWORD = "a-password-of-the-office"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Office:
    """The project in ``home``, which holds its database, its keys and its two changed modules."""

    home: Path

    def write(self, *, settings: str = "", urls: str = page.python("urls.py")) -> None:
        """The project as the page makes it; ``settings`` has the last word."""
        whole = [
            "from tests.embed.project.settings import *",
            page.python("settings.py"),
            'ROOT_URLCONF = "office_urls"',
            settings,
        ]
        (self.home / "office_settings.py").write_text("\n".join(whole), encoding="utf-8")
        addresses = f"from tests.embed.project.urls import *\n{urls}"
        (self.home / "office_urls.py").write_text(addresses, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """That of a machine which knows nothing of the gateway's own settings."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("SSO_", "DJANGO_"))}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "office_settings",
            "OFFICE_HOME": str(self.home),
            "PYTHONPATH": f"{self.home}{os.pathsep}{page.ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "error",
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``manage.py`` with these arguments, whatever comes of it."""
        program = page.ROOT / "tests" / "embed" / "project" / "manage.py"
        return subprocess.run(
            [sys.executable, str(program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.environment,
        )

    def done(self, *arguments: str) -> str:
        """What ``manage.py`` says where it succeeds."""
        finished = self.manage(*arguments)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def count(self, table: str, condition: str = "1", *values: str) -> int:
        """How many rows there are in its database."""
        with closing(sqlite3.connect(self.home / "office.sqlite3")) as database:
            query = f"SELECT count(*) FROM {table} WHERE {condition}"  # noqa: S608
            return int(database.execute(query, values).fetchone()[0])

    def browser(self) -> "Browser":
        """A browser of its own, in front of a process of its own."""
        return Browser(self)


@dataclass(frozen=True)
class Page:
    """What the browser was given."""

    status: int
    location: str
    body: str
    cookies: dict[str, str]


class Browser:
    """A browser that keeps its cookies, in front of a process that keeps its caches."""

    def __init__(self, office: Office) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.embed.browser"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=office.home,
            env=office.environment,
        )

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def get(self, path: str, **more: Any) -> Page:
        return self._send(method="GET", path=path, **more)

    def post(self, path: str, fields: dict[str, str]) -> Page:
        return self._send(method="POST", path=path, body=urlencode(fields))

    def arrive(self, message: bytes, relay_state: str = "") -> Page:
        """The form that Acme's portal lets it post."""
        fields = {"SAMLResponse": b64encode(message).decode()}
        return self.post(ACS, fields | ({"RelayState": relay_state} if relay_state else {}))

    def ask(self, path: str) -> str:
        """Begins a login here; the ID of the AuthnRequest that goes to the partner."""
        began = self.get(path)
        assert began.status == 303, began.body
        query = urlsplit(began.location).query
        assert "Signature" in parse_qs(query)
        request = bindings.read_redirect(query, max_bytes=100_000).message
        return str(etree.fromstring(request).get("ID"))

    def sign_in(self, mail: str, password: str) -> Page:
        """Through the office's own login page."""
        fields = {"username": mail, "password": password}
        return self.post(SIGN_IN, fields | self._token(SIGN_IN))

    def sign_out(self) -> Page:
        """Through the office's own view."""
        return self.post("/sign-out/", self._token(SIGN_IN))

    def _token(self, path: str) -> dict[str, str]:
        found = _TOKEN.search(self.get(path).body)
        assert found is not None
        return {"csrfmiddlewaretoken": found[1]}

    def _send(self, **asked: Any) -> Page:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Page(**json.loads(self._process.stdout.readline()))


def message(idp: IdentityProviderStandIn, email: str = ADA, **changes: Any) -> bytes:
    """A response of Acme's identity provider to the office, signed this moment."""
    return idp.response(
        sp_entity_id=f"{BASE}/saml/acme/metadata/", acs_url=f"{BASE}{ACS}", email=email, **changes
    )
