"""The gateway's addresses, and the demo's, which ``make run`` adds in demo mode."""

from django.urls import URLPattern, URLResolver, include, path

from sso_gateway import urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/", include("sso_gateway.demo.urls")),
    *urls.urlpatterns,
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
