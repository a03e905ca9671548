"""A second opinion on every signature: libxmlsec, which the product itself does not ask."""

import pytest
from lxml import etree

from sso_gateway.saml.model import TrustedKey
from tests.opinions import ask_xmlsec
from tests.opinions.disagreements import XMLSEC, XMLSEC_NOT_ASKED
from tests.recorded.recordings import ABSENT, FOLDER, Recording, sign_ins
from tests.recorded.test_recorded import by_name, expected
from tests.saml.rows import Row
from tests.saml.test_accept_table import ACCEPTED, REFUSED

ROWS = [row for row in REFUSED + ACCEPTED if row.name not in XMLSEC_NOT_ASKED]


def keys_of(row: Row) -> tuple[TrustedKey, ...]:
    return next(iter(row.expected().identity_providers.values())).keys


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_each_signature_of_the_table(row: Row) -> None:
    try:
        theirs = ask_xmlsec.theirs(row.message(), keys_of(row))
    except etree.XMLSyntaxError:
        assert row.verdict is not None, "not even XML, and yet it should be accepted"
        return
    ours = ask_xmlsec.ours(row.message(), keys_of(row))
    assert (theirs != ours) == (row.name in XMLSEC), f"libxmlsec {theirs}, we {ours}"


def test_we_believe_no_signature_that_libxmlsec_does_not() -> None:
    for row in ACCEPTED:
        theirs = ask_xmlsec.theirs(row.message(), keys_of(row))
        assert all(theirs), row.name


def test_every_disagreement_names_a_row() -> None:
    assert set(XMLSEC) | set(XMLSEC_NOT_ASKED) <= {row.name for row in REFUSED + ACCEPTED}


@pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("recording", sign_ins(), ids=by_name)
def test_each_signature_of_the_recordings(recording: Recording) -> None:
    keys = next(iter(expected(recording).identity_providers.values())).keys
    theirs = ask_xmlsec.theirs(recording.message, keys)
    ours = ask_xmlsec.ours(recording.message, keys)
    assert all(theirs), "what an identity provider sends verifies"
    assert ours == tuple("sha1" not in recording.name for _ in theirs)
