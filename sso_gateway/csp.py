"""The Content-Security-Policy of our pages, and of the one room with scripts."""

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """``CONTENT_SECURITY_POLICY``, under which nothing runs; Django's admin may run its own files.

    The admin's scripts are static files of ours and ask nobody but us, so 'self' suffices: no
    inline script, no inline style, no nonce. The rest of the site has no script at all.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The configured policy; the admin's pages add ``script-src`` and ``connect-src``."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.resolver_match is not None and request.resolver_match.app_name == "admin":
            parts.update = {"script-src": [SELF], "connect-src": [SELF], **(parts.update or {})}
        return parts
