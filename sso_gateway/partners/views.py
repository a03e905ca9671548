"""Our metadata over HTTP."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from sso_gateway.partners import our_metadata
from sso_gateway.partners.models import Partner


@login_not_required
@require_safe
def metadata(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the partner's IdP has to know of us; for drafts too, which need it to be set up."""
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise Http404
    published = our_metadata.publish(partner)
    modified = published.modified.timestamp()
    response = HttpResponse(
        published.document,
        content_type="application/samlmetadata+xml",
        headers={
            "ETag": published.etag,
            "Last-Modified": http_date(modified),
            "Cache-Control": "max-age=3600",
            "Content-Disposition": f'inline; filename="{slug}-sp-metadata.xml"',
            "X-Content-Type-Options": "nosniff",
        },
    )
    return get_conditional_response(request, published.etag, int(modified), response) or response
