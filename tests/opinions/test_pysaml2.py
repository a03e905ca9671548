"""A second opinion on whole messages: pysaml2's client, with the xmlsec1 program."""

import logging

import pytest

from tests.idp.workshop import sp_key
from tests.opinions import ask_pysaml2
from tests.opinions.disagreements import PYSAML2, PYSAML2_NOT_ASKED
from tests.saml.rows import Row
from tests.saml.test_accept_table import ACCEPTED, REFUSED

ROWS = [row for row in REFUSED + ACCEPTED if row.name not in PYSAML2_NOT_ASKED]


@pytest.mark.needs_xmlsec1
@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_pysaml2_agrees_or_the_disagreement_is_argued(
    row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL + 1)  # it logs whole messages
    ours = row.verdict is None
    keys = row.expect.get("decryption_keys", (sp_key(),))
    theirs = ask_pysaml2.accepts(row.message(), row.expected(), keys)
    assert (theirs != ours) == (row.name in PYSAML2), f"pysaml2 {theirs}, we {ours}"


def test_every_disagreement_names_a_row() -> None:
    assert set(PYSAML2) | set(PYSAML2_NOT_ASKED) <= {row.name for row in REFUSED + ACCEPTED}
