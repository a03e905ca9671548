"""The addresses of djangosaml2."""

from django.urls import include, path

urlpatterns = [path("saml2/", include("djangosaml2.urls"))]
