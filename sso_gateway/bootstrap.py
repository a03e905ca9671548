"""``python -m sso_gateway.bootstrap``: from a fresh clone to a gateway that can be started.

Writes ``.env`` where it is absent, makes our keys, brings the database up to date and, in demo
mode, adds the demo partner. What exists is left as it is; running it again changes nothing.
"""

import os
import secrets
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command

HEADER = "# This machine's settings (docs/reference/settings.md). The environment comes first.\n"


def main() -> None:
    """The steps, in order. Each refuses by an exception."""
    write_env(Path(os.environ.get("ENV_FILE") or ".env"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sso_gateway.settings")
    django.setup()
    call_command("keys", "ensure")
    call_command("migrate", verbosity=0)
    if apps.is_installed("sso_gateway.demo"):
        call_command("demo", "prepare")


def write_env(path: Path) -> None:
    """A new ``.env``, readable by its owner alone, with what the environment does not say.

    A SECRET_KEY of 384 random bits; and demo mode, where nobody said what this gateway is for.
    """
    lines = []
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        lines.append(f"SECRET_KEY={secrets.token_urlsafe(48)}\n")
    if not {"SSO_BASE_URL", "SSO_DEMO"} & os.environ.keys():
        lines.append("SSO_DEMO=1\n")
    if not lines:
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(HEADER + "".join(lines))


if __name__ == "__main__":
    main()
