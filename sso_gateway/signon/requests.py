"""AuthnRequests that we sent: remembered in the database, bound to the browser, answered once.

The browser's nonce travels in a cookie of its own, because Django's session cookie is ``Lax`` and
therefore absent from the cross-site POST that brings the answer.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import connections, router
from django.http import HttpRequest, HttpResponse

from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion
from sso_gateway.signon.models import PendingRequest

COOKIE: Final = "__Host-sso-login"
_HANDLE: Final = re.compile(r"_[0-9a-f]{32}")
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOP: Final = timedelta(seconds=60)
_LOOP_LIMIT: Final = 3

_SPEND: Final = (
    'UPDATE "{table}" SET "spent" = %s WHERE "id" = %s AND "partner_id" = %s'
    ' AND "idp_entity_id" = %s AND "browser" = %s AND "expires" > %s AND "spent" IS NULL'
    ' RETURNING "next"'
)


def browser_nonce(request: HttpRequest) -> str:
    """The nonce that this browser already has, so that several tabs share it, or a new one."""
    present = request.COOKIES.get(COOKIE, "")
    return present if _NONCE.fullmatch(present) else secrets.token_urlsafe(32)


def set_cookie(response: HttpResponse, nonce: str) -> None:
    """Hands the browser its nonce, for as long as it runs.

    ``Secure`` always, which SameSite=None and the ``__Host-`` prefix demand: browsers take that
    from http://localhost too, and from no other http origin.
    """
    response.set_cookie(COOKIE, nonce, path="/", secure=True, httponly=True, samesite="None")


def remember(
    trust: Trust, *, idp_entity_id: str, nonce: str, landing: str, now: datetime
) -> PendingRequest:
    """One more question asked. ``landing`` is judged later; empty for the partner's own."""
    return PendingRequest.objects.create(
        id=f"_{secrets.token_hex(16)}",
        partner_id=trust.partner_id,
        idp_entity_id=idp_entity_id,
        browser=_digest(nonce),
        next=landing,
        created=now,
        expires=now + timedelta(seconds=trust.policy.remembered_requests_ttl),
    )


def remember_landing(trust: Trust, *, nonce: str, landing: str, now: datetime) -> str:
    """A handle for where this browser wants to go, while it is away choosing an IdP.

    It is kept as a question to nobody, which no assertion can answer: every issuer has a name.
    """
    return remember(trust, idp_entity_id="", nonce=nonce, landing=landing, now=now).pk


def landing_of(handle: str, *, trust: Trust, nonce: str, now: datetime) -> str:
    """What was remembered for this browser and partner under ``handle``; else ""."""
    if not _HANDLE.fullmatch(handle):
        return ""
    kept = PendingRequest.objects.filter(
        pk=handle,
        partner_id=trust.partner_id,
        idp_entity_id="",
        browser=_digest(nonce),
        expires__gt=now,
    )
    return kept.values_list("next", flat=True).first() or ""


def spend(assertion: Assertion, *, trust: Trust, nonce: str, now: datetime) -> str:
    """The landing of the request that this assertion answers, which this call spends.

    One statement, outside of any transaction: it stays spent whatever happens to the login
    afterwards. Refuses REQUEST_REUSED for one that was answered before, and REQUEST_UNKNOWN for
    one that we never sent, that has expired, that went to another identity provider, or that was
    made in another browser (prof 4.1.4.3). Never is such a response taken for an unsolicited one.
    """
    asked = PendingRequest.objects.filter(
        pk=assertion.in_response_to,
        partner_id=trust.partner_id,
        idp_entity_id=assertion.issuer,
        browser=_digest(nonce),
        expires__gt=now,
    )
    connection = connections[router.db_for_write(PendingRequest)]
    instant = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            _SPEND.format(table=PendingRequest._meta.db_table),
            [
                instant,
                assertion.in_response_to,
                trust.partner_id,
                assertion.issuer,
                _digest(nonce),
                instant,
            ],
        )
        spent = cursor.fetchall()
    if not spent:
        raise Refusal(
            Reason.REQUEST_REUSED if asked.exists() else Reason.REQUEST_UNKNOWN,
            expected="an open request of ours, sent from this browser",
            received=assertion.in_response_to or "",
            period=f"{trust.policy.remembered_requests_ttl} s",
        )
    return str(spent[0][0])


def is_pending(assertion: Assertion, trust: Trust, now: datetime) -> bool:
    """Whether the request that this assertion names is open in some browser; spends nothing."""
    return PendingRequest.objects.filter(
        pk=assertion.in_response_to,
        partner_id=trust.partner_id,
        idp_entity_id=assertion.issuer,
        expires__gt=now,
        spent=None,
    ).exists()


def is_looping(nonce: str, trust: Trust, now: datetime) -> bool:
    """Whether this browser keeps being sent to an IdP that keeps answering unasked."""
    asked = PendingRequest.objects.filter(
        browser=_digest(nonce), partner_id=trust.partner_id, created__gt=now - _LOOP, spent=None
    )
    return asked.exclude(idp_entity_id="").count() >= _LOOP_LIMIT


def forget(now: datetime) -> int:
    """Deletes the requests whose time is over, answered or not; returns how many."""
    return PendingRequest.objects.filter(expires__lt=now - timedelta(hours=1)).delete()[0]


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
