"""The addresses of the way in, all of them at the root.

The take-over must come last of all: it answers every address that nobody else has.
"""

from django.urls import path, re_path

from sso_gateway.signon import views

app_name = "signon"

urlpatterns = [
    path("saml/<slug:slug>/acs/", views.acs, name="acs"),
    path("saml/<slug:slug>/login/", views.login, name="login"),
    path("saml/<slug:slug>/slo/", views.slo, name="slo"),
    path("saml/<slug:slug>/slo/done/", views.slo_done, name="slo_done"),
    path("saml/<slug:slug>/again/<str:reference>/", views.again, name="again"),
]

root_urlpatterns = [
    path("session/", views.session, name="session"),
    path("logout/", views.logout, name="logout"),
    path("", views.landing, name="landing"),
]

takeover_urlpatterns = [re_path(r"", views.takeover)]
