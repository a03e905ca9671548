"""The gateway's own settings, for the suite: nothing of the machine's environment reaches them."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import dj_database_url

for name in [name for name in os.environ if name.startswith(("SSO_", "SECRET_KEY"))]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
os.environ.pop("CACHE_URL", None)
os.environ.pop("PORT", None)

WORKSHOP = Path(tempfile.mkdtemp(prefix="sso-gateway-tests-"))
"""One folder per process: its keys, its metadata, its database. Gone when the process ends."""

os.environ |= {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SSO_BASE_URL": "https://sso.example.com",
    "SSO_CERTS_DIR": str(WORKSHOP / "certs"),
    "SSO_METADATA_DIR": str(WORKSHOP / "saml_metadata"),
}

from sso_gateway.settings import *  # noqa: E402, F403
from sso_gateway.settings import DATABASES, SQLITE_OPTIONS  # noqa: E402

SSO_CERTS_DIR.mkdir()  # noqa: F405
SSO_METADATA_DIR.mkdir()  # noqa: F405
_owner = os.getpid()


@atexit.register
def _clear_up() -> None:
    # A forked child inherits the hook, but the folder is its parent's.
    if os.getpid() == _owner:
        shutil.rmtree(WORKSHOP, ignore_errors=True)


ALLOWED_HOSTS = ["sso.example.com", "testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if url := os.environ.get("TEST_DATABASE_URL"):
    DATABASES["default"] = dj_database_url.parse(url)
else:
    # A file and not memory: as in production, connections wait for one another's transactions.
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": WORKSHOP / "gateway.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
        "TEST": {"NAME": WORKSHOP / "test.sqlite3"},
    }
