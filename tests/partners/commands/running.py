"""Running a command and reading what it prints."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def run(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def run_json(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return answer


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    return raised.value


def refused_json(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command(*arguments, "--json", stdout=out)
    assert raised.value.returncode == 1
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer
