"""Log lines: what they say, and what they never say."""

import json
import logging
import sys
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError

from sso_gateway.logs import JsonFormatter, PlainFormatter


def record(message: str, *arguments: object, error: Exception | None = None) -> logging.LogRecord:
    caught = None
    if error is not None:
        try:
            raise error
        except Exception:
            caught = sys.exc_info()
    made = logging.LogRecord("sso_gateway.x", 30, __file__, 1, message, arguments, caught)
    made.created = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
    return made


def test_a_plain_line_has_time_level_name_and_message() -> None:
    line = PlainFormatter().format(record("slow: %s", "acme"))
    assert line == "2026-01-31T12:00:00.000Z WARNING sso_gateway.x: slow: acme"


def test_a_json_line_is_one_object() -> None:
    assert json.loads(JsonFormatter().format(record("ü"))) == {
        "time": "2026-01-31T12:00:00.000Z",
        "level": "WARNING",
        "logger": "sso_gateway.x",
        "message": "ü",
    }


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()])
def test_an_event_is_one_line_whatever_it_quotes(formatter: logging.Formatter) -> None:
    line = formatter.format(record("%s", "a\nb\r\x1b[31m\u2028\u202e", error=ValueError("x\ny")))
    assert line.isprintable()


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()])
def test_an_error_is_named_and_placed_without_its_words(formatter: logging.Formatter) -> None:
    error = IntegrityError("Key (email)=(ada@acme.example) already exists")
    line = formatter.format(record("failed", error=error))
    assert "IntegrityError at " in line
    assert "test_logs.py" in line
    assert "ada" not in line


def test_an_error_of_the_machine_keeps_its_words() -> None:
    line = PlainFormatter().format(record("failed", error=OperationalError("no such host")))
    assert "OperationalError: no such host at " in line


def test_pysaml2_cannot_log_the_messages_it_handles() -> None:
    assert settings.LOGGING["loggers"]["saml2"]["level"] == "CRITICAL"
    assert not logging.getLogger("saml2.response").isEnabledFor(logging.ERROR)
