"""Ours, with nothing demanded beyond what it always demands."""

from sso_gateway.saml import response
from tests.compared.asked import Agreement


def ask(message: bytes, agreement: Agreement) -> frozenset[str]:
    """What the core reads from it."""
    found = response.accept(message, agreement.expected)
    values = {value for attribute in found.attributes for value in attribute.values}
    return frozenset(values | ({found.name_id.value} if found.name_id else set()))
