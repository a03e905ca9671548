"""The addresses of django-allauth."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls"))]
