"""Sessions that a partner's word opened: open, resume, close. Nothing else opens or ends one.

Django's session carries the id of a ``LoginSession``, and that row decides at every request. So a
session ends for all workers at once, whatever engine keeps Django's part of it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final, Literal, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.http import http_date

from sso_gateway import clock
from sso_gateway.partners.models import State
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Assertion, NameID
from sso_gateway.signon import backend, meant, rows
from sso_gateway.signon.models import LoginSession

LOGIN_KEY: Final = "sso_login"
"""Where Django's session keeps the id of the ``LoginSession``."""
SameSite = Literal["Lax", "Strict", "None", False]
_SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Swapped:
    """What the request carried before, until the transaction has been committed."""

    session: SessionBase
    user: Any


def open(
    request: HttpRequest,
    user: AbstractBaseUser,
    *,
    trust: Trust,
    assertion: Assertion,
    email: str,
    reference: str,
    now: datetime,
) -> LoginSession:
    """Opens a session under a new key, inside the caller's transaction, and signs the user in.

    It ends at SessionNotOnOrAfter (core 2.7.2) or after the partner's ``session_max``, whichever
    comes first; a SessionNotOnOrAfter that has passed refuses with SESSION_TOO_OLD. The session
    that this browser had before ends. Both rows are written once and complete. Sends Django's
    ``user_logged_in``: a receiver that raises undoes the login. Nothing is opened where our
    middleware did not run, because nothing would end it.
    """
    if not hasattr(request, "sso_login"):
        raise ImproperlyConfigured("GatewaySessionMiddleware is missing from MIDDLEWARE.")
    row = _row(user, trust, assertion, now, email=email, reference=reference)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        _end_row(request.session.get(LOGIN_KEY), now, "replaced")
        request.session.delete()
    rows.insert(row)
    request.session = _stored(user, row)
    request.user = cast(User, user)
    if settings.CSRF_COOKIE_NAME in request.COOKIES:
        rotate_token(request)
    user.backend = backend.PATH  # as Django's own receivers know it
    user_logged_in.send(sender=type(user), request=request, user=user)
    return row


def before(request: HttpRequest) -> Swapped:
    """What ``open`` is about to replace."""
    return Swapped(request.session, getattr(request, "user", None))


def undo(request: HttpRequest, swapped: Swapped) -> None:
    """Takes the session back that a failed transaction did not open."""
    request.session = swapped.session
    request.user = swapped.user or AnonymousUser()


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Hands the browser its session, as Django's middleware would, without storing it again."""
    session = request.session
    max_age = session.get_expiry_age()
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        str(session.session_key),
        max_age=max_age,
        expires=http_date(clock.now().timestamp() + max_age),
        domain=settings.SESSION_COOKIE_DOMAIN,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.SESSION_COOKIE_HTTPONLY,
        samesite=cast(SameSite, settings.SESSION_COOKIE_SAMESITE),
    )


def resume(request: HttpRequest, now: datetime) -> LoginSession | None:
    """The live session of this request; None for a session that no partner opened.

    One query, and a write at most once a minute. A row that is missing, ended, expired or idle for
    too long, or whose partner is not live any more, ends the session before anybody reads it.
    """
    login_id = request.session.get(LOGIN_KEY)
    if login_id is None:
        return None
    row = LoginSession.objects.select_related("partner").filter(pk=login_id).first()
    over = "unknown" if row is None else _over(row, now)
    if row is None or over:
        _end_row(login_id, now, over)
        _flush(request)
        return None
    if now - row.last_seen >= _SEEN_EVERY:
        LoginSession.objects.filter(pk=row.pk).update(last_seen=now)
    return row


def close(request: HttpRequest, now: datetime) -> LoginSession | None:
    """Signs out: ends the row, then Django's session. Returns the row that was open, if any."""
    row = end(request, now)
    logout(request)
    return row


def end(request: HttpRequest, now: datetime) -> LoginSession | None:
    """Ends the row of this request's session, for whoever signs out of Django's. Returns it."""
    row = current(request)
    if row is not None:
        _end_row(row.pk, now, "signed_out")
        request.sso_login = None  # type: ignore[attr-defined]
    return row


def current(request: HttpRequest) -> LoginSession | None:
    """What the middleware found for this request."""
    row: LoginSession | None = getattr(request, "sso_login", None)
    return row


def end_for_partner(partner_id: int, *, now: datetime, because: str) -> int:
    """Ends every live session of a partner at once, for good; returns how many."""
    live = LoginSession.objects.filter(partner_id=partner_id, ended=None)
    return live.update(ended=now, ended_because=because)


def end_named(
    trust: Trust,
    *,
    issuer: str,
    name_id: NameID,
    session_indexes: tuple[str, ...],
    now: datetime,
) -> list[LoginSession]:
    """Ends what a LogoutRequest of this partner's IdP names (core 3.7.3.2); returns it.

    Its own sessions only: partner, issuer and the name's value are equal, and so is what both
    names say of it (``meant``). No ``session_indexes``: all of them.
    """
    named = meant.by(name_id, issuer=issuer, ours=trust.service_provider.entity_id)
    live = LoginSession.objects.filter(
        named, partner_id=trust.partner_id, issuer=issuer, ended=None, expires__gt=now
    )
    if session_indexes:
        live = live.filter(session_index__in=session_indexes).exclude(session_index="")
    found = list(live.order_by("opened"))
    for row in found:
        _end_row(row.pk, now, "single_logout")
    return found


def leave(request: HttpRequest, ended: list[LoginSession]) -> None:
    """Where this browser's own session is among those ended: its part of Django's goes, too."""
    row = current(request)
    if row is not None and row.pk in {each.pk for each in ended}:
        _flush(request)


def forget(now: datetime, keep: timedelta) -> int:
    """Deletes the sessions that were over before ``keep`` ago; returns how many."""
    return LoginSession.objects.filter(expires__lt=now - keep).delete()[0]


def _row(
    user: AbstractBaseUser,
    trust: Trust,
    assertion: Assertion,
    now: datetime,
    *,
    email: str,
    reference: str,
) -> LoginSession:
    return LoginSession(
        id=secrets.token_hex(16),
        user_id=user.pk,
        partner_id=trust.partner_id,
        reference=reference,
        email=email,
        issuer=assertion.issuer,
        session_index=assertion.session_index or "",
        opened=now,
        expires=_end(trust, assertion, now),
        idle_seconds=trust.policy.session_idle,
        last_seen=now,
        sp_provided_id=(assertion.name_id and assertion.name_id.sp_provided_id) or "",
        **_name(assertion.name_id),
    )


def _end(trust: Trust, assertion: Assertion, now: datetime) -> datetime:
    longest = now + timedelta(seconds=trust.policy.session_max)
    theirs = assertion.session_not_on_or_after
    if theirs is not None and theirs <= now:
        # Within the clock skew it passed as not yet over; a session of no length helps nobody.
        raise Refusal(
            Reason.SESSION_TOO_OLD, "SessionNotOnOrAfter has passed", received=theirs.isoformat()
        )
    return min(longest, theirs) if theirs is not None else longest


def _name(name_id: NameID | None) -> dict[str, str]:
    if name_id is None:
        return {}
    return {
        "name_id": name_id.value,
        "name_id_format": name_id.format or "",
        "name_qualifier": name_id.name_qualifier or "",
        "sp_name_qualifier": name_id.sp_name_qualifier or "",
    }


def _stored(user: AbstractBaseUser, row: LoginSession) -> SessionBase:
    """A new session of Django's, stored; never an existing key (session fixation)."""
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = user._meta.pk.value_to_string(user)
    store[BACKEND_SESSION_KEY] = backend.PATH
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[LOGIN_KEY] = row.pk
    store.set_expiry(row.expires)
    if isinstance(store, DatabaseStore):
        # Straight to the row: 128 random bits need no look whether the key is taken, and no
        # savepoint around the insert. A cached_db engine fills its cache at the first read.
        store._session_key = secrets.token_hex(16)
        instance: Model = store.create_model_instance(store._session_cache)  # type: ignore[attr-defined]
        rows.insert(instance)
    else:
        store.save(must_create=True)
    store.modified = False
    return store


def _over(row: LoginSession, now: datetime) -> str:
    """Why this session is over, or ""."""
    if row.ended is not None:
        return row.ended_because or "ended"
    if row.partner.state != State.LIVE:
        return "partner_not_live"
    if now >= row.expires:
        return "expired"
    if row.last_seen - now > timedelta(seconds=settings.SSO_CLOCK_SKEW):
        # The clock was set back, and how long this session has lasted is not known any more.
        return "clock"
    return "idle" if now - row.last_seen > timedelta(seconds=row.idle_seconds) else ""


def _end_row(login_id: object, now: datetime, because: str) -> None:
    live = LoginSession.objects.filter(pk=login_id, ended=None)
    live.update(ended=now, ended_because=because)


def _flush(request: HttpRequest) -> None:
    request.session.flush()
    request.user = AnonymousUser()
    request.sso_login = None  # type: ignore[attr-defined]
