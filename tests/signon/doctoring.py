"""The doctor asked: by its command, or one question alone."""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management import call_command

from sso_gateway.signon.doctor import Finding


def command(*arguments: str) -> tuple[int, str]:
    """Exit status and output of ``manage.py doctor``."""
    out, status = io.StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    return status, out.getvalue()


def report() -> tuple[int, dict[str, Any]]:
    """Exit status, and what ``--json`` prints."""
    status, printed = command("--json")
    return status, json.loads(printed)


def ids(question: Callable[[], Iterable[Finding]]) -> list[str]:
    """The ids of a question's answers, without our name before them."""
    return [finding.id.removeprefix("sso_gateway.") for finding in question()]
