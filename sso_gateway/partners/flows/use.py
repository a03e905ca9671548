"""What is learnt from sign-ins about certificates, so that people know which key may go."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from sso_gateway.partners.models import Certificate

PRECISION: Final = timedelta(hours=1)


def certificate_verified(certificate_id: int, now: datetime) -> None:
    """Remembers that this certificate verified a sign-in; to the hour, so most calls write nothing.

    No event and no new version: nothing about trust has changed.
    """
    stale = Q(last_verified=None) | Q(last_verified__lt=now - PRECISION)
    Certificate.objects.filter(stale, pk=certificate_id).update(last_verified=now)
