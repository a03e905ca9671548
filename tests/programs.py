"""What can be typed: our commands with their verbs and options, and the targets of make."""

import argparse
import re
from functools import cache
from pathlib import Path

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

ROOT = Path(__file__).parent.parent


@cache
def ours() -> dict[str, str]:
    """Our commands, whether or not they are installed here, and the rooms that they are in."""
    files = (ROOT / "sso_gateway").glob("*/management/commands/[a-z]*.py")
    return {path.stem: f"sso_gateway.{path.parents[2].name}" for path in files}


def known() -> set[str]:
    """Ours, and those of Django and of everybody else who is installed."""
    return {*ours(), *get_commands()}


@cache
def parser_of(command: str) -> argparse.ArgumentParser:
    """The command's own parser. ``KeyError`` for a command that does not exist."""
    found = {**get_commands(), **ours()}[command]
    loaded = found if isinstance(found, BaseCommand) else load_command_class(found, command)
    return loaded.create_parser("manage.py", command)


def verbs_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of its verbs; none where it has no verbs."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def arguments(parser: argparse.ArgumentParser) -> tuple[set[str], set[str]]:
    """The options that are the command's own, and the names of its other arguments."""
    common = {action.dest for action in BaseCommand().create_parser("manage.py", "x")._actions}
    own = [action for action in parser._actions if action.dest not in common]
    options = {name for action in own for name in action.option_strings}
    return options, {action.dest for action in own if not action.option_strings}


def described() -> dict[str, argparse.ArgumentParser]:
    """Everything that needs a description: ``partner add``, …, ``housekeeping``."""
    found: dict[str, argparse.ArgumentParser] = {}
    for command in sorted(ours()):
        parser = parser_of(command)
        verbs = {f"{command} {verb}": each for verb, each in verbs_of(parser).items()}
        found |= verbs or {command: parser}
    return found


def make_targets() -> set[str]:
    """The targets that ``make help`` lists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
