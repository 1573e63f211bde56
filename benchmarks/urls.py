"""The addresses that a form tells its script."""

from django.urls import include, path

urlpatterns = [path("gallery/", include("gallery_events.urls"))]
