"""One event, one line, without anything that a partner or a browser sent."""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.template import TemplateDoesNotExist

from sso_gateway.audit.printable import printable

LIMIT: Final = 8000
"""Characters of one line's message, and of its error."""

_SPEAKABLE: Final = (
    ImportError,
    ImproperlyConfigured,
    InterfaceError,
    OperationalError,
    OSError,
    TemplateDoesNotExist,
)
"""Errors of ours or of the machine. The text of any other may quote a row, a name or a message."""


class PlainFormatter(logging.Formatter):
    """``2026-01-31T12:00:00.000Z WARNING sso_gateway.signon: text``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows its message on the same line."""
        words = (moment(record), record.levelname, f"{record.name}:", *sentence(record))
        return " ".join(words)


class JsonFormatter(logging.Formatter):
    """``{"time": …, "level": …, "logger": …, "message": …, "error": …}``."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object in ASCII."""
        message, *error = sentence(record)
        line = {
            "time": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        return json.dumps({**line, **({"error": error[0]} if error else {})})


def moment(record: logging.LogRecord) -> str:
    """When it was logged, in UTC, with milliseconds."""
    created = datetime.fromtimestamp(record.created, UTC)
    return created.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sentence(record: logging.LogRecord) -> tuple[str, ...]:
    """The message and, where there is one, the error with the places it came through."""
    message = printable(record.getMessage(), LIMIT)
    if not record.exc_info or record.exc_info[1] is None:
        return (message,)
    _, error, trace = record.exc_info
    return message, printable(f"{name_of(error)} at {places(trace)}", LIMIT)


def name_of(error: BaseException) -> str:
    """The error's class, and its text where that cannot quote what was sent."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, _SPEAKABLE) else name


def places(trace: TracebackType | None) -> str:
    """The frames, innermost first: file name, line and function, without source or values."""
    frames = reversed(traceback.extract_tb(trace))
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
