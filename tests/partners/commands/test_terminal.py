"""What a partner wrote into its files does not move the cursor of who reads about it."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import time_machine
from django.core.management import CommandError

from sso_gateway.partners import flows, our_metadata
from tests.partners.commands.running import run
from tests.partners.factory import ACTOR, ENTITY_ID, acme_key, idp_metadata, make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("our_keys")]

IN_XML = "\x9b2J\x9d0;title\x9c\u202e\u2066\u2028\u2029\x85\u200b\r\nLive."
"""C1 escapes, bidi controls and line ends: XML may carry all of them."""
ANYWHERE = f"\x1b[2J\x1b]0;title\x07{IN_XML}"

DOCUMENTS = {
    "names": idp_metadata(name=escape(IN_XML)),
    "an entity ID": idp_metadata(escape(f"https://idp.acme.example/{IN_XML}"), [acme_key()]),
    "an address": idp_metadata(sign_on=escape(f"https://{IN_XML}")),
    "a role": idp_metadata().replace(b'use="signing"', f'use="{IN_XML}"'.encode()),
    "no metadata": f"<x>{IN_XML}</x>".encode(),
    "another root": f"<x:{'y' * 20} xmlns:x='{IN_XML}'/>".encode(),
    "no XML": ANYWHERE.encode(),
}


def said(*arguments: str) -> str:
    """What it prints, or why it declines."""
    try:
        return run(*arguments)
    except CommandError as declined:
        return str(declined)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_metadata_is_told_in_lines_of_ours(tmp_path: Path, name: str) -> None:
    make_partner(metadata=False, state="draft")
    file = tmp_path / "\x1b[2J\u202eidp\nLive.xml"
    file.write_bytes(DOCUMENTS[name])
    verbs = (
        ("metadata", "import", "acme", str(file)),
        ("partner", "show", "acme"),
        ("partner", "list"),
        ("partner", "activate", "acme"),
    )
    for arguments in verbs:
        told = said(*arguments).split("\n")
        assert all(line.isprintable() for line in told), (arguments, told)
        assert not [line for line in told if line.startswith("Live.xml")]


def test_what_colleagues_wrote_is_told_so_too() -> None:
    make_partner()
    flows.pause("acme", reason=ANYWHERE, actor=ACTOR)
    assert all(line.isprintable() for line in said("partner", "show", "acme").split("\n"))
    assert said("partner", "show", ANYWHERE).isprintable()
    assert said("metadata", "import", "acme", f"/nonexistent/{ANYWHERE}").isprintable()
    assert ENTITY_ID in said("partner", "show", "acme")


def test_our_own_document_is_printed_as_it_is() -> None:
    with time_machine.travel("2026-11-20T12:34Z", tick=False):
        document = our_metadata.as_file(make_partner())
        assert run("metadata", "print", "acme") == f"{document.decode()}\n"
