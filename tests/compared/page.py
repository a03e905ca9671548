"""docs/reference/compared.md, written from the figures of a run."""

import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Final

from tests.attacks import genuine
from tests.attacks.catalogue import CLASSES
from tests.attacks.collection import ALL
from tests.compared.answers import Outcome
from tests.compared.asked import FAMILIES
from tests.compared.run import ASKED, OURS, Count, Figures
from tests.compared.worker import LIMIT_SECONDS

PEERS: Final = tuple(who for who in ASKED if who != OURS)
PACKAGES: Final = ("python3-saml", "pysaml2", "xmlsec", "lxml")
"""The peers, and what their verdicts depend on."""
INTRODUCTION: Final = """\
# Compared

The attacks and the genuine messages that our tests are made of, put to two libraries that many
Python applications use, and to ours beside them. This page is generated: `make compared`. It holds
counts by class and nothing about a single case: what is wrong with somebody else's software is
told to those who maintain it first.

Every attack is a change of a genuine message that a service provider must refuse, or that ours
refuses by a rule of its own. There are {attacks:,} attacks; on {shapes} shapes of messages, each
signed in up to three ways, they make {cases:,} cases. The classes are those of the
[catalogue](../../tests/attacks/catalogue.py).

## How they are asked

Every library gets the same octets, at the same moment, with the keys, the issuers and the clock
skew that we have too, and is as strict as it can be set while it still reads the partner's genuine
message:

- **python3-saml**: `strict`, `rejectDeprecatedAlgorithm`, and each of `wantAssertionsSigned`,
  `wantMessagesSigned`, `wantAssertionsEncrypted`, `wantNameId`, `wantNameIdEncrypted` and
  `wantAttributeStatement` where the genuine message has what it demands;
  `allowRepeatAttributeName` only where the genuine message repeats a name. It knows one identity
  provider at a time.
- **pysaml2**: `want_assertions_signed` and `want_response_signed` as the genuine message is signed,
  `want_assertions_or_response_signed` always, `allow_unsolicited` only where we asked for nothing,
  and `conv_info`, without which it does not compare the recipient. Its cryptography is libxmlsec in
  process, in place of the program `xmlsec1`.
- **ours**: its defaults. It is not told what is signed, or whether anything is encrypted.

`make compared` needs nothing but Python and make, and asks with one process for each library, of
which two are busy. A library has {limit} seconds of the processor for a message. With

{versions}

## How to read it

- **accepted, as somebody else**: the name or an address that comes out is the victim's, whom the
  partner never named in this message. Whoever signs people in by it has let a forger in. Some of
  these attacks need a partner that signs in a way in which nobody is known to sign; a forger cannot
  bring that about alone.
- **accepted, as the person named**: all that comes out of the message is what the partner said of
  somebody. The message is one to refuse: too old, for another service, signed in a way that SAML
  does not know, damaged, or of two meanings.
- **by our rule alone**: accepted, as the person named, where it is a rule of our own that refuses,
  and the specifications leave it open or even allow it: a comment in a value that is read as a
  whole, say, or a message that was issued long ago. This need not be a fault; what is in doubt is
  counted here.
- **other exception**: refused, but by an exception that is not one of the library's own, such as
  that of an XML parser, or a bare `Exception`. An application that catches the library's exceptions
  alone answers with an error page. It counts as refused.
- **no answer**: nothing within the time limit, or the end of the process. It counts as refused.
  What takes about as long as the limit differs from run to run.
- **not asked**: the library does not read the genuine message either, so its refusal says nothing.

A small number is not a verdict on a library: one mistake may make many cases or few, applications
check more than a library does, and the attacks are ours. They were written against our own code,
which is why our column proves less than the others: it is what the tests hold at nought.
Which attack it was, and as whom somebody was taken in which class, is left out on purpose.
"""
SAMPLE: Final = """\
**This is a sample**, `make compared ARGS=--sample`: each attack wherever the signature may stand,
in the clear and in ciphertext, on one shape of message and not on all. `make compared` asks all.
"""
CLASSES_HEAD: Final = """\
## Attacks, by class

An attack belongs to one class or to several, so the classes add up to more than the whole. Classes
that no change of a message's octets can show are not here.
"""
GENUINE_HEAD: Final = """\
## Genuine messages that are refused

Messages that the specifications allow, in the style of products and with features that some
identity provider uses, each signed in up to three ways. Refusing one is safe, and somebody cannot
sign in.
"""


def page(figures: Figures) -> str:
    """The reference page, in Markdown."""
    return "\n".join(_lines(figures))


def _lines(figures: Figures) -> Iterator[str]:
    yield INTRODUCTION.format(
        attacks=len(ALL),
        shapes=len(genuine.SHAPES),
        cases=sum(len(genuine.targets(attack)) for _, attack in ALL),
        versions="\n".join(f"- {name} {version(name)}" for name in PACKAGES)
        + f"\n- Python {platform.python_version()}",
        limit=LIMIT_SECONDS,
    )
    if figures.sample:
        yield SAMPLE
    yield "## Attacks, in all\n"
    yield from _table(("", *ASKED), _totals(figures))
    yield "\n" + CLASSES_HEAD
    columns = ("asked", "accepts", "– by our rule alone", "other exception")
    head = ("", "class", "cases", "ours accepts")
    yield from _table(
        (*head, *(f"{who}: {column}" for who in PEERS for column in columns)), _classes(figures)
    )
    yield "\n" + GENUINE_HEAD
    yield from _table(("", "messages", *(f"{who} refuses" for who in ASKED)), _genuine(figures))
    yield ""


def _table(head: Sequence[object], rows: Iterator[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(map(str, head))} |"
    yield f"|{'---|' * (len(head) - 1)}--:|"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _totals(figures: Figures) -> Iterator[Sequence[object]]:
    """One line for each way that an attack can end."""
    found = figures.attacks

    def line(title: str, *counts: Count) -> Sequence[object]:
        return (title, *(sum(found[who, count] for count in counts) for who in ASKED))

    yield line("cases", *Count)
    yield line("not asked", Count.NOT_ASKED)
    yield line("refused", Count.REFUSED, Count.STRAY, Count.LOST)
    yield line("– of these by another exception", Count.STRAY)
    yield line("– of these without an answer", Count.LOST)
    yield line("**accepted, as somebody else**", Count.SOMEBODY_ELSE)
    yield line("**accepted, as the person named**", Count.NAMED)
    yield ("– of these by our rule alone", *(figures.our_rules[who] for who in ASKED))


def _classes(figures: Figures) -> Iterator[Sequence[object]]:
    """One line for each class that is met by attacks."""
    found = figures.by_class
    for number, title in CLASSES.items():
        cases = sum(found[number, OURS, count] for count in Count)
        if not cases:
            continue
        row: list[object] = [number, title, cases]
        row.append(_accepted(figures, number, OURS))
        for who in PEERS:
            row.append(cases - found[number, who, Count.NOT_ASKED])
            row.append(_accepted(figures, number, who))
            row.append(figures.our_rules_by_class[number, who])
            row.append(found[number, who, Count.STRAY])
        yield row


def _accepted(figures: Figures, number: int, who: str) -> int:
    """As whom is not told by class: where it happens in one class, that would be the recipe."""
    return sum(figures.by_class[number, who, how] for how in (Count.SOMEBODY_ELSE, Count.NAMED))


def _genuine(figures: Figures) -> Iterator[Sequence[object]]:
    """One line for each family, and their sum."""
    sums = [0] * (1 + len(ASKED))
    for family in FAMILIES:
        row = [sum(figures.genuine[family, OURS, outcome] for outcome in Outcome)]
        row += [row[0] - figures.genuine[family, who, Outcome.ACCEPTED] for who in ASKED]
        sums = [have + more for have, more in zip(sums, row, strict=True)]
        yield (family, *row)
    yield ("**all**", *sums)
