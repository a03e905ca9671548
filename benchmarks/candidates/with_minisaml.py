"""minisaml: one signature, and the checks that need no profile."""

from typing import Final

from minisaml.response import validate_response

from benchmarks import messages
from benchmarks.candidates import Accept, CannotRunError, Maker
from benchmarks.messages import Kind
from tests.idp import workshop


def _minisaml(kind: Kind) -> Accept:
    if kind is not Kind.ASSERTION:
        raise CannotRunError("reads one signature, in the clear")
    certificate = workshop.idp_key().certificate
    return lambda field: validate_response(
        data=field,
        certificate=certificate,
        expected_audience=messages.ENTITY_ID,
        idp_issuer=messages.IDENTITY_PROVIDER,
    )


CANDIDATES: Final[dict[str, Maker]] = {"minisaml": _minisaml}
