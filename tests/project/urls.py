"""The admin, which edges are tested through, and the package's own URLs."""

from django.contrib import admin
from django.urls import include, path

from audit.admin import TrailMixin
from gallery_events.models import Image
from tests.project.models import Album


@admin.register(Album, Image)
class WithTrail(TrailMixin, admin.ModelAdmin):
    """Any form with the way to the trail."""


urlpatterns = [
    path("admin/", admin.site.urls),
    path("gallery/", include("gallery_events.urls")),
]
