"""HTTP in, HTTP out. What is decided is decided in ``flows``."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    UnreadablePostError,
)
from django.shortcuts import render
from django.urls import get_script_prefix, resolve, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from sso_gateway import clock
from sso_gateway.partners import trust as trusted
from sso_gateway.partners.trust import Trust
from sso_gateway.refusal import Reason, Refusal, fill
from sso_gateway.signon import (
    discovery,
    flows,
    form,
    guard,
    leaving,
    limit,
    refusal_page,
    relay_state,
    replay,
    requests,
    sessions,
    single_logout,
)
from sso_gateway.signon.asking import Question
from sso_gateway.signon.attempt import SIGN_OUT, Attempt
from sso_gateway.signon.guard import guarded


class SeeOther(HttpResponseRedirect):
    """303: the browser follows with GET, and its history keeps no POST."""

    status_code = 303


@login_not_required
@transaction.non_atomic_requests
@csrf_exempt
@sensitive_post_parameters()
def acs(request: HttpRequest, slug: str) -> HttpResponse:
    """AssertionConsumerService (prof 4.1.4.5): 303 and a session, or a page that says why not."""
    return _arrive(request, partial(trusted.for_slug, slug), slug)


@login_not_required
@transaction.non_atomic_requests
@csrf_exempt
@sensitive_post_parameters()
def takeover(request: HttpRequest) -> HttpResponse:
    """Every address that nobody else has: perhaps the ACS of a service provider we replaced."""
    path = request.path_info
    if not path.isprintable():
        return _nowhere(request)
    find = partial(trusted.for_acs_path, path)
    try:
        found = find()
    except Refusal as refusal:
        unknown = refusal.reason is Reason.PARTNER_UNKNOWN
        return _nowhere(request) if unknown else _arrive(request, find, path)
    except Error as failure:
        return guard.failed(request, failure)
    return _arrive(request, lambda: found, path)


@login_not_required
@transaction.non_atomic_requests
@guarded
def login(request: HttpRequest, attempt: Attempt, slug: str) -> HttpResponse:
    """SP-initiated login: on to the IdP, with a question that only this browser can bring back.

    Also where a discovery service sends the browser back to (disco 2.4.3).
    """
    _admitted(request, attempt, slug)
    attempt.trust = trusted.for_slug(slug)
    wish = discovery.wish(request.GET)
    question, nonce = flows.begin_login(request, attempt, attempt.trust, wish)
    response = _asked(request, attempt.trust, question)
    requests.set_cookie(response, nonce)
    return response


@login_not_required
@transaction.non_atomic_requests
@guarded
def again(request: HttpRequest, attempt: Attempt, slug: str, reference: str) -> HttpResponse:
    """Where the back button leads after a login: already signed in, or used already."""
    _admitted(request, attempt, slug)
    attempt.trust = trusted.for_slug(slug)
    login = sessions.current(request)
    continue_url = replay.came_again(attempt, attempt.trust, login, reference)
    if login is None or continue_url is None:
        attempt.reference = reference
        return guard.page(request, attempt, Refusal(Reason.REPLAYED))
    context = {"initials": login.email[:1].upper(), "continue_url": continue_url}
    away = single_logout.address_of(login, attempt.received)
    return _page_to(request, "already_signed_in", context, away)


@login_not_required
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, for programs. 200 always."""
    if not request.user.is_authenticated:
        return JsonResponse({"authenticated": False})
    login = sessions.current(request)
    expires = login.expires if login else request.session.get_expiry_date()
    return JsonResponse(
        {
            "authenticated": True,
            "email": login.email if login else _email(request),
            "partner": login.partner.slug if login else None,
            "method": "saml" if login else "password",
            "expires_at": expires.isoformat(timespec="seconds"),
        }
    )


@login_not_required
@never_cache
def logout(request: HttpRequest) -> HttpResponse:
    """POST signs out here, then at the IdP unless ``only=here``. GET says what has ended."""
    if request.method == "POST":
        wanted = request.POST.get("next", "")
        wanted = wanted if relay_state.is_local(wanted) else ""
        ended = leaving.sign_out(request)
        if ended and request.POST.get("only") != "here":
            away = single_logout.begin(ended, landing=wanted, now=clock.now())
            if away:
                return SeeOther(away)
        query = f"?from={leaving.signed_slug(ended.partner.slug)}" if ended else ""
        return SeeOther(wanted or f"{reverse('logout')}{query}")
    return _signed_out(request)


@login_not_required
@transaction.non_atomic_requests
@csrf_exempt
@sensitive_post_parameters()
@guarded
def slo(request: HttpRequest, attempt: Attempt, slug: str) -> HttpResponse:
    """SingleLogoutService (prof 4.4): a LogoutRequest is answered, a LogoutResponse is shown."""
    attempt.action = SIGN_OUT
    _admitted(request, attempt, slug)
    attempt.trust = trusted.for_slug(slug)
    received = form.read_logout(request)
    return SeeOther(single_logout.arrive(request, attempt, attempt.trust, received))


@login_not_required
@never_cache
def slo_done(request: HttpRequest, slug: str) -> HttpResponse:
    """Where single logout ends: the page that says what has ended."""
    return _signed_out(request)


@login_not_required
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """A small start page: who, through which partner, since when; or how to sign in."""
    if not request.user.is_authenticated:
        return _page(request, "landing", {"email": ""})
    login = sessions.current(request)
    context: dict[str, object] = {"email": login.email if login else _email(request)}
    if login is not None:
        context |= {"organisation": login.partner.name, "since": login.opened}
    context["until"] = login.expires if login else None
    if request.GET.get("notice") == relay_state.NOTICE:
        context["notice"] = fill(gettext(Reason.RELAY_REFUSED.user_text), {})
    away = single_logout.address_of(login, clock.now()) if login else ""
    return _page_to(request, "landing", {**context, "single_logout": bool(away)}, away)


bad_request = refusal_page.bad_request
forbidden = refusal_page.permission_denied
not_found = refusal_page.page_not_found
server_error = refusal_page.server_error
csrf_failure = refusal_page.csrf_failure


@guarded
def _arrive(
    request: HttpRequest, attempt: Attempt, find: Callable[[], Trust], address: str
) -> HttpResponse:
    _admitted(request, attempt, address)
    attempt.trust = find()
    ending = flows.finish_login(request, attempt, attempt.trust, form.read(request))
    response = SeeOther(ending.url)
    if ending.signed_in:
        sessions.set_cookie(request, response)
    return response


def _admitted(request: HttpRequest, attempt: Attempt, address: str) -> None:
    attempt.address = address
    try:
        limit.admit(attempt)
    except Refusal:
        with suppress(UnreadablePostError):
            form.drain(request)
        raise


def _asked(request: HttpRequest, trust: Trust, question: Question) -> HttpResponse:
    if question.choices:
        choosing = {"choices": question.choices, "organisation": trust.name}
        return _page(request, "choose_idp", choosing)
    if not question.fields:
        return SeeOther(question.url)
    context = {"action": question.url, "fields": question.fields, "organisation": trust.name}
    return _page_to(request, "autosubmit", context, question.url)


def _signed_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return SeeOther(get_script_prefix())
    said = leaving.farewell(request.GET.get("from", ""))
    partner = said.partner
    context = {
        "organisation": partner.name if partner else "",
        "everywhere": said.everywhere,
        "portal_url": refusal_page.web_address(partner.portal_url) if partner else "",
    }
    return _page(request, "signed_out", context)


def _page_to(
    request: HttpRequest, name: str, context: Mapping[str, object], away: str
) -> HttpResponse:
    """A page whose form leads to ``away``, the address of an IdP; "" leads nowhere else.

    Browsers apply form-action to every redirect that follows the form, and an IdP may send the
    person on to another of its hosts; so any https address, and this one.
    """
    if not away:
        return _page(request, name, context)
    idp = urlsplit(away)
    policed = csp_update({"form-action": ["https:", f"{idp.scheme}://{idp.netloc}"]})
    shown = policed(partial(_page, name=name, context=context))
    return cast(HttpResponse, shown(request))


def _page(request: HttpRequest, name: str, context: Mapping[str, object]) -> HttpResponse:
    return render(request, f"sso_gateway/{name}.html", {"app": settings.SSO_APP_NAME, **context})


def _email(request: HttpRequest) -> str:
    user = request.user
    return str(getattr(user, "email", "") or user.get_username())


def _nowhere(request: HttpRequest) -> HttpResponse:
    """The page for a wrong address; one that only lacks its last slash is corrected.

    Django's own correction does not see that, because this catch-all has an answer for everything.
    """
    path = request.path_info
    correctable = request.method in {"GET", "HEAD"} and not path.endswith("/")
    if correctable and settings.APPEND_SLASH and resolve(f"{path}/").func is not takeover:
        return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
    return refusal_page.page_not_found(request)
