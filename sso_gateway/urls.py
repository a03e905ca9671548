"""Every URL of the stand-alone gateway: docs/reference/urls.md."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from sso_gateway import health
from sso_gateway.signon.urls import root_urlpatterns, takeover_urlpatterns

admin.site.site_header = admin.site.site_title = _("SSO gateway")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sso_gateway.partners.urls")),  # /saml/<partner>/metadata/
    path("", include("sso_gateway.signon.urls")),  # /saml/<partner>/acs/, login/ and slo/
    path("", include(root_urlpatterns)),  # /, /session/, /logout/
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # Browsers ask for it on pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=static("sso_gateway/mark.svg")), name="favicon"),
]
if settings.SSO_DEMO:
    urlpatterns += [path("demo/", include("sso_gateway.demo.urls"))]

# Last, because it asks the database about every path that is nobody else's: ACS addresses that
# partners knew before us.
urlpatterns += takeover_urlpatterns

handler400 = "sso_gateway.signon.views.bad_request"
handler403 = "sso_gateway.signon.views.forbidden"
handler404 = "sso_gateway.signon.views.not_found"
handler500 = "sso_gateway.signon.views.server_error"
