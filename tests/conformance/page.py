"""docs/reference/conformance.md, written from the rows."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.conformance.rows import ROWS, SECTIONS
from tests.conformance.rows.row import Row, Standing

_INTRODUCTION: Final = """\
# Conformance

Requirement by requirement: what is asked, how we stand to it, where the code is, and which tests
prove it. This page is generated: `python -m tests.conformance > docs/reference/conformance.md`.
It is not written where a test that it names does not exist.

Sources: the SAML V2.0 Implementation Profile (IIP) and Deployment Profile (SDP) for Federation
Interoperability of the Kantara Initiative, the errata of SAML 2.0 (E), and the eGovernment
profile 2.0 (eGov). The words are shortened; the profiles' own count.

**Result.** Every test named here is part of the suite, `make test`, and one that fails makes the
suite fail. A few read recorded messages and metadata of others, and are skipped where those are
absent. A name in brackets is one case of a table; without brackets, all its cases count.

**Standing.** *met*: done and proved. *partly*: proved as far as the tests go; the remark says
what is missing. *not yet*: wanted and absent. *deliberately not*: against what we promise. *not
ours*: asked of somebody else, or of something that does not exist here.
"""


def page() -> str:
    """The reference page, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    counted = Counter(row.standing for row in ROWS)
    yield "| standing | requirements |"
    yield "|---|---|"
    yield from (f"| {standing} | {counted[standing]} |" for standing in Standing)
    for title, rows in SECTIONS.items():
        yield from ("", f"## {title}", "")
        yield "| id | asks | standing | where | tests | remark |"
        yield "|---|---|---|---|---|---|"
        yield from map(_row, rows)
    yield ""


def _row(row: Row) -> str:
    cells = (
        row.id,
        row.asks,
        f"**{row.standing}**" if row.standing is Standing.OPEN else str(row.standing),
        "<br>".join(_place(place) for place in row.where),
        "<br>".join(map(_test, row.tests)),
        row.why,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _place(place: str) -> str:
    return f"[{place}](../../sso_gateway/{place})"


def _test(node: str) -> str:
    """The file as a link, and the test's name."""
    file, _, name = node.partition("::")
    return f"[{file.removeprefix('tests/')}](../../{file}) `{name}`"
