"""The office's pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """For whoever is signed in, however that happened."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    login = getattr(request, "sso_login", None)
    through = login.partner.slug if login else "a password"
    visits = request.session["visits"]
    return HttpResponse(f"{request.user.get_username()} through {through}, visit {visits}")
