"""Print docs/reference/refusals.md: ``python -m sso_gateway.refusal.reference``."""

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from sso_gateway.refusal.catalogue.row import Heading
from sso_gateway.refusal.reason import Reason

_HUNDREDS: Final = {
    1: "What arrived over HTTP is no SAML message yet",
    2: "The message is not the XML we read",
    3: "Whose message it is, and whether we take messages from them now",
    4: "Who signed it, and for whom it is encrypted",
    5: "Too early, too late, too long ago",
    6: "Whom it was meant for, what it answers, and that it is used once",
    7: "Who they say the person is",
    8: "The account here, and the way into the application",
    9: "The partner's IdP said no, or we cannot work",
}

_INTRODUCTION: Final = """\
# Refusals

Every reason to refuse a sign-in: what the person reads, what staff read, and what to do about it.
Codes and keys are stable. This page is generated: `python -m sso_gateway.refusal.reference`.

The person sees a heading, one sentence with a next step, and a reference such as `K7QF-2M9D`. The
event with that reference holds the code, what was expected and what was received. Braces stand for
values of the case at hand. ⚠ marks a security alert.

A code in brackets is the one the page shows to outsiders where the true one would tell them more
than the sentence does, for example whether an account exists.

Clauses: core, bind, prof and meta are the SAML 2.0 specifications, xmldsig is XML Signature, IIP
and SDP are the Kantara implementation and SAML2int deployment profiles. "Our rule" is ours.
"""


def page() -> str:
    """The reference page, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield from ("## Headings", "", "| | heading |", "|---|---|")
    yield from (f"| {heading.letter} | {heading.text} |" for heading in Heading)
    reasons = sorted(Reason, key=lambda reason: reason.code)
    for hundred, rows in groupby(reasons, key=lambda reason: reason.code // 100):
        yield from ("", f"## {hundred}xx: {_HUNDREDS[hundred]}", "")
        yield "| code | key | status | alert | user | admin | fix | clause |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from map(_row, rows)
    yield ""


def _row(reason: Reason) -> str:
    shown = "" if reason.public_code == reason.code else f" ({reason.public_code})"
    cells = (
        f"{reason.code}{shown}",
        f"`{reason.key}`",
        str(reason.status),
        "⚠" if reason.alert else "",
        f"**{reason.heading.letter}** {reason.user_text}",
        reason.admin_text,
        reason.fix,
        reason.clause,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
