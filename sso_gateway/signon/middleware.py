"""At every request: is the session that a partner's word opened still alive?"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sso_gateway import clock
from sso_gateway.signon import guard, sessions


class GatewaySessionMiddleware:
    """Belongs behind Django's session and authentication middleware; a system check says so.

    It looks before any view does, and only where a session cookie came along. A database that
    does not answer means that nobody is signed in: the request ends here with our page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.sso_login = None  # type: ignore[attr-defined]
        _drop_unprintable(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            try:
                request.sso_login = sessions.resume(request, clock.now())  # type: ignore[attr-defined]
            except Exception as failure:
                return guard.failed(request, failure)
        return self.get_response(request)


def _drop_unprintable(request: HttpRequest) -> None:
    """A quoted cookie may carry NUL, at which PostgreSQL fails. It is no session, and no fault."""
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME, "").isprintable():
        del request.COOKIES[settings.SESSION_COOKIE_NAME]
        request.session = type(request.session)()
