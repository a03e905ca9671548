"""One-time use: an assertion opens at most one session, on whichever worker (prof 4.1.4.5).

The claim is the first statement of the transaction that opens the session. A login that fails
afterwards takes its claim back with everything else: nothing was given for the assertion, and the
person may try again with it, for example once the account has been created.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import Error, router

from sso_gateway.refusal import Reason, Refusal
from sso_gateway.signon import rows
from sso_gateway.signon.models import SeenAssertion

KEEP_LONGER: Final = timedelta(days=1)
"""Beyond ``expires``: clocks of several machines differ, and the skew setting may grow."""


@dataclass(frozen=True, slots=True)
class Use:
    """A use of an assertion: by which login, when, and from where."""

    reference: str
    at: datetime
    client_ip: str
    user_agent: str

    @property
    def browser(self) -> str:
        """SHA-256 of the User-Agent, in hexadecimal digits."""
        return hashlib.sha256(self.user_agent.encode()).hexdigest()


def key(issuer: str, assertion_id: str) -> str:
    """The same for the same assertion in whatever envelope; NUL occurs in neither part."""
    return hashlib.sha256(f"{issuer}\0{assertion_id}".encode()).hexdigest()


def claim(assertion_key: str, *, expires: datetime, use: Use) -> SeenAssertion | None:
    """Claims the assertion for this use, inside the caller's transaction.

    You get None, and the assertion is yours; or its first use, and it is not. Refuses
    REPLAY_STORE_DOWN where the ledger cannot be written.
    """
    row = SeenAssertion(
        key=assertion_key,
        expires=expires,
        first_used=use.at,
        reference=use.reference,
        client_ip=use.client_ip,
        browser=use.browser,
    )
    try:
        if rows.insert(row, unless_present=True):
            return None
        return SeenAssertion.objects.using(router.db_for_write(SeenAssertion)).get(pk=row.key)
    except Error as failure:
        raise Refusal(Reason.REPLAY_STORE_DOWN, type(failure).__name__) from failure


def first_use(assertion_key: str) -> SeenAssertion | None:
    """Who has used the assertion; None for one that is new."""
    return SeenAssertion.objects.filter(pk=assertion_key).first()


def same_browser(first: SeenAssertion, use: Use) -> bool:
    """Whether both uses came from one address and one kind of browser. A hint, not a proof."""
    return first.client_ip == use.client_ip and first.browser == use.browser


def forget(now: datetime) -> int:
    """Deletes what nobody would accept any more; returns how many."""
    return SeenAssertion.objects.filter(expires__lt=now - KEEP_LONGER).delete()[0]
