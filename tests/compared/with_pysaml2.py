"""pysaml2's client, as strict as it can be set and still read the partner's genuine message."""

import atexit
import functools
import logging
import tempfile
from pathlib import Path
from typing import Any

from tests.compared.answers import RefusedError
from tests.compared.asked import Agreement
from tests.idp.backend import InProcessBackend
from tests.opinions import ask_pysaml2

logging.getLogger("saml2").setLevel(logging.CRITICAL + 1)  # it logs what it refuses, at length


def ask(message: bytes, agreement: Agreement) -> frozenset[str]:
    """The NameID and every value of an attribute."""
    answer = ask_pysaml2.answer(_client(agreement), message, agreement.expected)
    found = answer.session_info() if answer is not None else None
    if not found:
        raise RefusedError
    values = {str(value) for values in found["ava"].values() for value in values}
    name = found["name_id"]
    return frozenset(values | ({str(name.text)} if name is not None else set()))


@functools.cache
def _client(agreement: Agreement) -> Any:
    folder = tempfile.TemporaryDirectory(prefix="compared-")
    atexit.register(folder.cleanup)
    client = ask_pysaml2.client(
        agreement.strictest,
        agreement.decryption_keys,
        Path(folder.name),
        allow_unknown_attributes=True,
    )
    client.sec.crypto = InProcessBackend()
    return client
