"""A process of the embedding project that answers a browser: a request a line, an answer a line.

Run as ``python -m tests.embed.browser`` with the project's settings.
"""

import json
import sys
from typing import Any

import django
from django.test import Client

FORM = "application/x-www-form-urlencoded"


def answer(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    """What the project says, in JSON's words."""
    client.cookies.load(asked.get("cookies", {}))
    response = client.generic(
        asked["method"],
        asked["path"],
        asked.get("body", ""),
        content_type=FORM,
        secure=True,
        headers={"Referer": "https://office.example.com/", **asked.get("headers", {})},
    )
    return {
        "status": response.status_code,
        "location": response.headers.get("Location", ""),
        "body": response.content.decode(),
        "cookies": {name: morsel.value for name, morsel in client.cookies.items()},
    }


def main() -> None:
    """Until the input ends."""
    django.setup()
    client = Client(
        enforce_csrf_checks=True,
        raise_request_exception=False,
        SERVER_NAME="office.example.com",
        SERVER_PORT="443",
    )
    for line in sys.stdin:
        print(json.dumps(answer(client, json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
