"""Signing out here, and the page that says what that did and what it did not do."""

from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.db import transaction
from django.http import HttpRequest

from sso_gateway.audit.record import record
from sso_gateway.partners.models import Partner
from sso_gateway.signon import sessions
from sso_gateway.signon.attempt import Attempt
from sso_gateway.signon.models import LoginSession

_SALT: Final = "sso_gateway.signon.signed_out"
_MINUTES: Final = 60
_EVERYWHERE: Final = ":everywhere"
"""A slug has no colon."""


@dataclass(frozen=True, slots=True)
class Farewell:
    """What the page may say. ``everywhere``: the partner's IdP told us that all has ended."""

    partner: Partner | None
    everywhere: bool = False


def sign_out(request: HttpRequest) -> LoginSession | None:
    """Ends and records the session of this browser; returns it, if a partner opened it."""
    attempt = Attempt.of(request)
    user_id = request.user.pk
    with transaction.atomic():
        login = sessions.close(request, attempt.received)
        if user_id is not None:
            record(attempt.signed_out(login, user_id))
    return login


def follow(request: HttpRequest) -> None:
    """Where a project's own page signs somebody out: ends and records what a partner opened."""
    login = sessions.current(request)
    if login is None:
        return
    attempt = Attempt.of(request)
    with transaction.atomic():
        sessions.end(request, attempt.received)
        record(attempt.signed_out(login, login.user_id))


def signed_slug(slug: str, *, everywhere: bool = False) -> str:
    """For the address of the signed-out page: nobody can ask that page which partners exist, or
    make it say that a session ended there.
    """
    return signing.TimestampSigner(salt=_SALT).sign(slug + (_EVERYWHERE if everywhere else ""))


def farewell(signed: str) -> Farewell:
    """What a ``signed_slug`` of the last hour allows to say; nothing for anything else."""
    try:
        said = signing.TimestampSigner(salt=_SALT).unsign(signed, max_age=60 * _MINUTES)
    except signing.BadSignature:
        return Farewell(None)
    slug = said.removesuffix(_EVERYWHERE)
    return Farewell(Partner.objects.filter(slug=slug).first(), everywhere=slug != said)
