"""Around every page of the demo: its own site, its own policy, nothing kept."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import override

from sso_gateway.demo import place
from sso_gateway.refusal import Refusal
from sso_gateway.signon.views import SeeOther

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def at_home(view: View[Parameters]) -> View[Parameters]:
    """A page on the demo's own site: asked for on the gateway's, the browser is sent over.

    A refusal, for example of a question to Acme's identity provider, becomes a page of Acme's.
    """

    @wraps(view)
    def here(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponse:
        if request.get_host() != urlsplit(place.origin()).netloc:
            return SeeOther(f"{place.origin()}{request.get_full_path()}")
        # In English, as the texts for staff and the tutorial are, whatever the browser prefers:
        # half a page in another language would help nobody.
        with override("en"):
            try:
                response = view(request, *args, **kwargs)
            except Refusal as refusal:
                response = page(request, "no", {"refusal": refusal}, status=refusal.reason.status)
        add_never_cache_headers(response)
        return response

    return here


def page(
    request: HttpRequest, name: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """A page whose forms may lead to the gateway, which is another site, and to nowhere else."""
    known = {
        "app": settings.SSO_APP_NAME,
        "partner": place.NAME,
        "gateway": settings.SSO_BASE_URL,
        "portal": place.address("portal"),
    }
    rendered = partial(
        render,
        template_name=f"sso_demo/{name}.html",
        context={**known, **context},
        status=status,
    )
    policed = csp_update({"form-action": [settings.SSO_BASE_URL]})(rendered)
    return cast(HttpResponse, policed(request))
