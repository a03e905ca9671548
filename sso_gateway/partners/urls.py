"""Addresses of this room."""

from django.urls import path

from sso_gateway.partners import views

app_name = "partners"

urlpatterns = [path("saml/<slug:slug>/metadata/", views.metadata, name="metadata")]
