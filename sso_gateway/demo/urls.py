"""The addresses of the demo, below /demo/."""

from django.urls import path

from sso_gateway.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.portal, name="portal"),
    path("send/", views.send, name="send"),
    path("try/<slug:name>/", views.attempt, name="try"),
    path("event/<str:reference>/", views.event, name="event"),
    path("idp/sso/", views.sso, name="sso"),
    path("idp/slo/", views.slo, name="slo"),
    path("idp/metadata/", views.metadata, name="metadata"),
]
