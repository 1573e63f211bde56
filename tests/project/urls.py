"""The admin, which edges are tested through, and the package's own URLs."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("gallery/", include("gallery_events.urls")),
]
