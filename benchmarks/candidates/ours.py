"""Ours: the form field to the judged assertion, everything checked."""

from typing import Final

from benchmarks import messages
from benchmarks.candidates import Accept, Maker
from benchmarks.messages import Kind
from sso_gateway.saml import bindings, response


def _ours(kind: Kind) -> Accept:
    expected = messages.expected()
    return lambda field: response.accept(bindings.decode_post(field, max_bytes=262144), expected)


CANDIDATES: Final[dict[str, Maker]] = {"ours: decode_post, accept": _ours}
