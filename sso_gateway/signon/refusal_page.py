"""The page a person sees when we say no, and every other page that could not be shown.

Nothing here touches the database, the session or the user, so the page also comes when they fail.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.cache import patch_vary_headers
from django.utils.translation import (
    get_language_from_request,
    gettext,
    gettext_noop,
    ngettext,
    override,
)

from sso_gateway.audit.references import display
from sso_gateway.refusal import Heading, Reason, Refusal, fill

_LOOK: Final = {
    Heading.NOT_FINISHED: ("warning", "care"),
    Heading.START_AGAIN: ("restart", "calm"),
    Heading.ACCOUNT_NOT_READY: ("person", "calm"),
    Heading.NOT_ALLOWED: ("lock", "care"),
    Heading.PAUSED: ("pause", "calm"),
    Heading.OUR_SIDE: ("tools", "care"),
    Heading.TOO_MANY: ("hourglass", "calm"),
    Heading.ALREADY_SIGNED_IN: ("check", "good"),
    Heading.SIGNED_IN: ("check", "good"),
    Heading.NOT_FOUND: ("search", "calm"),
}
"""Heading → icon and tone. The icon repeats what the heading says in words."""

_THEIRS: Final = frozenset({Heading.NOT_FINISHED, Heading.NOT_ALLOWED})
_NO_USE_TO_RETRY: Final = _THEIRS | {Heading.ACCOUNT_NOT_READY, Heading.PAUSED}
_GOES_ON_TO_APP: Final = frozenset({Heading.ALREADY_SIGNED_IN, Heading.SIGNED_IN})

_ERRORS: Final = {
    400: (
        Heading.NOT_FINISHED,
        gettext_noop("We couldn't understand this request"),
        gettext_noop("Please go back and try again."),
    ),
    403: (
        Heading.NOT_ALLOWED,
        gettext_noop("You can't open this page"),
        gettext_noop("Please go back and try again, or ask your contact at {app}."),
    ),
    404: (Heading.NOT_FOUND, Heading.NOT_FOUND.text, Reason.PARTNER_UNKNOWN.user_text),
    500: (
        Heading.OUR_SIDE,
        Heading.OUR_SIDE.text,
        gettext_noop("Please try again in a few minutes."),
    ),
    503: (
        Heading.PAUSED,
        gettext_noop("We can't answer right now"),
        gettext_noop("Please try again in a few minutes."),
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words; without ``url`` only words. ``primary``: the step that helps now."""

    text: str
    url: str
    primary: bool = True


def render(
    request: HttpRequest,
    refusal: Refusal,
    *,
    reference: str,
    at: datetime,
    organisation: str | None,
    portal_url: str | None,
    app_url: str | None = None,
    error_url: str = "",
    signing_out: bool = False,
) -> HttpResponse:
    """The page for this refusal, in the language the browser asks for.

    ``organisation`` only where the URL named the partner. ``error_url`` is where the identity
    provider explains, of https; ``portal_url`` and ``app_url`` become links only if they are of
    the web (``app_url`` also a local path). Nothing of the refusal but its reason is shown.
    """
    shown = display(reference)
    if refusal.reason is Reason.PARTNER_UNKNOWN:
        response = error(request, status=404)
        response["X-SSO-Reference"] = shown
        return response
    with override(get_language_from_request(request)):
        context = _context(refusal, organisation=organisation or "") | {
            "reference": shown,
            "at": at,
            "organisation": organisation or "",
            "link": _next_step(refusal.reason, portal_url=portal_url, app_url=app_url),
            "details": _details(refusal.reason, reference=shown, at=at),
            "contact": _contact(shown),
            "explained": _explained(error_url),
            "demo_url": f"/demo/event/{shown}/" if settings.SSO_DEMO else "",
        }
        context |= _still_signed_in() if signing_out and refusal.reason.status < 500 else {}
        response = _page("sso_gateway/refused.html", context, status=refusal.reason.status)
    response["X-SSO-Reference"] = shown
    if refusal.reason is Reason.RATE_LIMITED:
        response["Retry-After"] = str(60 * (_minutes(refusal) or 1))
    return response


def error(
    request: HttpRequest, exception: object = None, *, status: int, reason: str = ""
) -> HttpResponse:
    """The plain page for 400, 403, 404, 500 or 503, the same for every cause.

    ``exception`` and ``reason`` are what Django hands to its error views; they are not shown.
    """
    heading, title, sentence = _ERRORS[status]
    with override(get_language_from_request(request)):
        values = {"app": settings.SSO_APP_NAME}
        context = _look(heading) | {
            "app": settings.SSO_APP_NAME,
            "heading": fill(gettext(title), values, translate=gettext),
            "sentence": fill(gettext(sentence), values, translate=gettext),
        }
        return _page("sso_gateway/error.html", context, status=status)


bad_request = partial(error, status=400)
permission_denied = partial(error, status=403)
csrf_failure = partial(error, status=403)
page_not_found = partial(error, status=404)
server_error = partial(error, status=500)


def web_address(url: str | None) -> str:
    """The address if a person may be sent there with a link: http or https with a host; else ""."""
    if not url or not url.isprintable() or "\\" in url or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return url


def _page(template: str, context: dict[str, object], *, status: int) -> HttpResponse:
    # Without the request no context processor runs, and none of them asks for the user.
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _look(heading: Heading) -> dict[str, object]:
    icon, tone = _LOOK[heading]
    return {"icon_file": f"sso_gateway/icons/{icon}.svg", "tone": tone}


def _context(refusal: Refusal, *, organisation: str) -> dict[str, object]:
    heading = refusal.reason.heading
    values = {
        "app": settings.SSO_APP_NAME,
        "organisation": organisation,
        "wait": _wait(refusal),
        "until": refusal.facts.get("until", ""),
    }
    return _look(heading) | {
        "app": settings.SSO_APP_NAME,
        "heading": fill(gettext(heading.text), values, translate=gettext),
        "sentence": fill(gettext(refusal.reason.user_text), values, translate=gettext),
        "theirs": heading in _THEIRS,
    }


def _still_signed_in() -> dict[str, object]:
    """What matters to the person; why it was refused is for staff."""
    values = {"app": settings.SSO_APP_NAME}
    sentence = gettext("You may still be signed in to {app}. Open it and sign out there.")
    return _look(Heading.NOT_FINISHED) | {
        "link": Link(fill(gettext("Open {app}"), values), get_script_prefix()),
        "heading": gettext("We couldn't finish signing you out"),
        "sentence": fill(sentence, values),
        "theirs": True,
    }


def _minutes(refusal: Refusal) -> int:
    minutes = refusal.facts.get("minutes", "")
    return int(minutes) if re.fullmatch("[0-9]{1,3}", minutes) else 0


def _wait(refusal: Refusal) -> str:
    minutes = _minutes(refusal)
    if not minutes:
        return ""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def _next_step(reason: Reason, *, portal_url: str | None, app_url: str | None) -> Link | None:
    app, portal = _app_address(app_url), web_address(portal_url)
    names = {"app": settings.SSO_APP_NAME}
    to_app = fill(gettext("Open {app}"), names)
    if reason.heading in _GOES_ON_TO_APP:
        return Link(fill(gettext("Continue to {app}"), names), app or "/")
    if reason is Reason.HANDOFF_FAILED:
        return Link(gettext("Try again"), app) if app else None
    if reason is Reason.IDP_INITIATED_OFF:
        return Link(to_app, app) if app else None
    if portal:
        return Link(gettext("Try again"), portal, reason.heading not in _NO_USE_TO_RETRY)
    if app and reason.heading is Heading.START_AGAIN:
        return Link(to_app, app)
    return None


def _app_address(url: str | None) -> str:
    if url and url.startswith("/") and not url.startswith("//"):
        return url if url.isprintable() and "\\" not in url else ""
    return web_address(url)


def _details(reason: Reason, *, reference: str, at: datetime) -> str:
    """What a person may paste anywhere, in English for whoever looks it up."""
    return "\n".join(
        (
            f"Reference: {reference}",
            f"Time: {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"Application: {settings.SSO_APP_NAME}",
            f"Code: {reason.public_code}",
        )
    )


def _explained(error_url: str) -> Link | None:
    """The link that names the host it leads to, which is not ours."""
    address = web_address(error_url)
    if not address.startswith("https://"):
        return None
    return Link(urlsplit(address).hostname or "", address)


def _contact(reference: str) -> Link | None:
    contact = settings.SSO_SUPPORT_CONTACT
    if not contact:
        return None
    if "@" in contact and "/" not in contact and " " not in contact:
        return Link(contact, f"mailto:{quote(contact, safe='@+')}?subject={quote(reference)}")
    return Link(contact, web_address(contact))
