"""Which certificates do verify sign-ins, so that people know which of them may go (O6)."""

from datetime import datetime
from functools import partial

from django.db import transaction

from sso_gateway.partners import flows as partner_flows
from sso_gateway.partners.flows.use import PRECISION
from sso_gateway.partners.trust import Trust
from sso_gateway.saml.model import Assertion

_told: dict[int, datetime] = {}
"""When this process last wrote it: most logins then cost no statement at all."""


def remember(trust: Trust, assertion: Assertion, now: datetime) -> None:
    """Remembers, in the caller's transaction and to the hour, the keys that verified."""
    for key in assertion.verified_by:
        certificate_id = trust.certificate_ids.get(key.sha256)
        if certificate_id is None:
            continue
        last = _told.get(certificate_id)
        if last is None or not last <= now < last + PRECISION:
            partner_flows.certificate_verified(certificate_id, now)
            transaction.on_commit(partial(_told.__setitem__, certificate_id, now))


def forget() -> None:
    """Empties this process's memory. Never needed for correctness: it is written once more."""
    _told.clear()
