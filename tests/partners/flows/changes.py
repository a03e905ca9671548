"""What a change has left behind."""

from typing import Any

import pytest

from sso_gateway.audit.models import Event
from sso_gateway.partners.models import Partner
from sso_gateway.partners.problems import Declined


def declined(problem: str) -> Any:
    """A context in which this problem must arise."""
    return pytest.raises(Declined, check=lambda raised: problem in keys_of(raised))


def keys_of(raised: Declined) -> list[str]:
    return [problem.key for problem in raised.problems]


def actions() -> list[str]:
    return list(Event.objects.order_by("id").values_list("action", flat=True))


def trusted(partner: Partner) -> dict[str, set[str]]:
    """Entity IDs with the fingerprints that may verify."""
    return {
        row.entity_id: set(row.certificates.filter(retired=None).values_list("sha256", flat=True))
        for row in partner.identity_providers.filter(retired=None)
    }
