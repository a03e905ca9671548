"""Around every view of the way in: whatever happens, our page, one row, one reference.

``guarded`` is the only place of this room that catches exceptions it does not expect.
"""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error, connections, router, transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from sso_gateway.audit.models import Event
from sso_gateway.audit.record import display, record
from sso_gateway.refusal import Reason, Refusal
from sso_gateway.saml.model import Explanation
from sso_gateway.signon import error_url, limit, refusal_page
from sso_gateway.signon.attempt import SIGN_OUT, Attempt

REFERENCE_HEADER: Final = "X-SSO-Reference"
logger = logging.getLogger("sso_gateway.signon")

Parameters = ParamSpec("Parameters")
Guarded = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]
Walk = Callable[Concatenate[HttpRequest, Attempt, Parameters], HttpResponse]


def guarded(walk: Walk[Parameters]) -> Guarded[Parameters]:
    """A view of a function that takes a request and an attempt.

    ``walk`` records what it grants; every exception ends here as a refusal that is recorded and
    shown. Nothing is cached, and every answer carries its reference.
    """

    @wraps(walk)
    def view(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponse:
        attempt = Attempt.of(request)
        try:
            response = walk(request, attempt, *args, **kwargs)
        except Exception as failure:
            response = refuse(request, attempt, refusal_for(failure, attempt.reference))
        response[REFERENCE_HEADER] = display(attempt.reference)
        add_never_cache_headers(response)
        return response

    return view


def refuse(request: HttpRequest, attempt: Attempt, refusal: Refusal) -> HttpResponse:
    """Counts the refusal, records it in a transaction of its own, and shows it.

    Where the row cannot be written, the page says that we are out of order (screens S1).
    """
    try:
        limit.count(attempt, refusal)
    except Refusal as limited:
        refusal = limited
    if attempt.recorded:
        return page(request, attempt, refusal)
    try:
        entry = attempt.refused(refusal, _explanation(attempt, refusal))
        if refusal.reason.status >= 500:
            _drop_dead_connection()
        with transaction.atomic():
            record(entry)
    except Exception as failure:
        _log(f"no row of {refusal.reason.key} for %s", failure, attempt.reference)
        refusal = Refusal(Reason.STORAGE_DOWN, type(failure).__name__)
    return page(request, attempt, refusal)


def _drop_dead_connection() -> None:
    """Django keeps one that died outside of a transaction until the request ends; no row then."""
    log = connections[router.db_for_write(Event)]
    if log.connection is not None and not log.in_atomic_block and not log.is_usable():
        log.close()


def _explanation(attempt: Attempt, refusal: Refusal) -> Explanation | None:
    """A message that confuses even the explanation still gets its row."""
    try:
        return attempt.explanation(refusal)
    except Exception as failure:
        _log("no explanation for %s", failure, attempt.reference)
        return None


def page(request: HttpRequest, attempt: Attempt, refusal: Refusal) -> HttpResponse:
    """The page of a refusal. It touches no database."""
    trust = attempt.trust
    sign_on_here = trust is not None and refusal.reason is Reason.IDP_INITIATED_OFF
    return refusal_page.render(
        request,
        refusal,
        reference=attempt.reference,
        at=attempt.received,
        organisation=trust.name if trust else "",
        portal_url=trust.portal_url if trust else "",
        app_url=_login_url(trust.slug) if trust and sign_on_here else None,
        error_url=error_url.link(refusal.reason, attempt),
        signing_out=attempt.action == SIGN_OUT,
    )


def failed(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The page for a failure outside of the way in, where no decision was made: no row."""
    attempt = Attempt.of(request)
    response = page(request, attempt, refusal_for(failure, attempt.reference))
    response[REFERENCE_HEADER] = display(attempt.reference)
    add_never_cache_headers(response)
    return response


def refusal_for(failure: Exception, reference: str) -> Refusal:
    """What an exception means to the person, and to the log."""
    kind = type(failure).__name__
    if isinstance(failure, Refusal):
        return failure
    if isinstance(failure, Error):
        _log("the database failed for %s", failure, reference)
        return Refusal(Reason.STORAGE_DOWN, kind)
    if isinstance(failure, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return Refusal(Reason.TOO_LARGE, kind, expected=f"{limit} bytes", received="more")
    if isinstance(failure, TooManyFieldsSent | TooManyFilesSent):
        return Refusal(Reason.NO_RESPONSE_FIELD, kind, fields="too many to list")
    if isinstance(
        failure, MultiPartParserError | UnreadablePostError | BadRequest | SuspiciousOperation
    ):
        return Refusal(Reason.UNDECODABLE, kind, position="0")
    _log("an error of ours for %s", failure, reference)
    return Refusal(Reason.INTERNAL, kind, exception=f"{kind} at {_place(failure)}")


def _log(text: str, failure: Exception, reference: str) -> None:
    """Kind and places, never the exception's own words: they may quote what a partner sent."""
    logger.error(text + ": %s at %s", display(reference), type(failure).__name__, _trace(failure))


def _trace(failure: Exception) -> str:
    frames = traceback.extract_tb(failure.__traceback__)[-8:]
    return " < ".join(f"{PurePath(f.filename).name}:{f.lineno}" for f in reversed(frames))


def _place(failure: Exception) -> str:
    return _trace(failure).partition(" < ")[0]


def _login_url(slug: str) -> str:
    return f"{settings.SSO_BASE_URL}{reverse('signon:login', args=[slug])}"
