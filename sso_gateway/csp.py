"""The Content-Security-Policy of our pages, and of the one room with scripts."""

from csp.constants import HEADER, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """``CONTENT_SECURITY_POLICY``, under which nothing runs; Django's admin may run its own files.

    The admin's scripts are static files of ours and ask nobody but us, so 'self' suffices: no
    inline script, no inline style, no nonce. The rest of the site has no script at all.
    """

    _usual: str | None = None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The header. Most responses have the same, which django-csp would build anew for each."""
        if _is_special(request, response):
            return super().process_response(request, response)
        if self._usual is None:
            written = super().process_response(request, response)
            self._usual = written.get(HEADER)
            return written
        response.headers.setdefault(HEADER, self._usual)
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The configured policy; the admin's pages add ``script-src`` and ``connect-src``."""
        parts = super().get_policy_parts(request, response, report_only)
        if _is_admin(request):
            parts.update = {"script-src": [SELF], "connect-src": [SELF], **(parts.update or {})}
        return parts


def _is_admin(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "admin"


def _is_special(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this response's policy may differ: django-csp's decorators mark those."""
    marked = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
    return marked or settings.DEBUG or HEADER in response or _is_admin(request)
