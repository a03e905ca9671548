"""The frame of our commands: verbs, ``--json``; exit codes 0 done, 1 declined, 2 misused."""

import getpass
import json
from collections.abc import Callable
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from sso_gateway.audit.printable import printable
from sso_gateway.partners import problems
from sso_gateway.refusal import Refusal

_LINE: Final = 4000
"""Characters of one line."""
Answer = dict[str, Any]
"""What ``--json`` prints. ``said`` holds the lines for people and is left out of it, and so is
``said_as_it_is``, what we wrote ourselves for other programs."""


class Declined(CommandError):  # noqa: N818 - the word stands before its text on the terminal
    """Nothing was changed; the text says why and what to do."""


class VerbCommand(BaseCommand):
    """A command made of verbs. Each verb returns an ``Answer``; nobody is ever asked anything."""

    verbs: dict[str, Callable[..., Answer]]

    def add_arguments(self, parser: CommandParser) -> None:
        """One subparser a verb; ``add_<verb>`` adds its arguments."""
        chosen = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb in self.verbs:
            summary = (self.verbs[verb].__doc__ or "").partition("\n")[0]
            subparser = chosen.add_parser(verb, help=summary, description=summary)
            subparser.add_argument("--json", action="store_true", help=_("print JSON"))
            add = getattr(self, f"add_{verb}", None)
            if add:
                add(subparser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the verb and prints its answer."""
        as_json = options.pop("json", False)
        verb = options.pop("verb")
        try:
            answer = self.verbs[verb](self, **options)
        except problems.Declined as declined:
            said = "\n".join(_line(str(problem)) for problem in declined.problems)
            found = [problem.as_dict() for problem in declined.problems]
            self._decline(said, found, as_json=as_json)
        except Refusal as refusal:
            problem = {"key": refusal.reason.key, "happened": refusal.detail}
            self._decline(_line(str(refusal)), [problem], as_json=as_json)
        else:
            self._print(answer, as_json=as_json)

    def _print(self, answer: Answer, *, as_json: bool) -> None:
        said = [*map(_line, answer.pop("said", [])), *answer.pop("said_as_it_is", [])]
        if as_json:
            outcome = "declined" if answer.get("declined") else "done"
            said = [json.dumps({"outcome": outcome, **answer}, default=str, indent=2)]
        for line in said:
            self.stdout.write(line)
        if answer.get("declined"):
            raise Declined(_("Not everything could be done; see above."), returncode=1)

    def _decline(self, text: str, found: list[dict[str, str]], *, as_json: bool) -> None:
        if as_json:
            answer = {"outcome": "declined", "problems": found}
            self.stdout.write(json.dumps(answer, indent=2))
        raise Declined(text, returncode=1)


def _line(text: str) -> str:
    """What a partner wrote into its files must not move the reader's cursor."""
    return printable(text, _LINE)


def actor() -> str:
    """Who runs this program, for the events."""
    try:
        return f"command:{getpass.getuser()}"
    except (KeyError, OSError):
        return "command"
