"""The admin, which edges are tested through, and the package's own URLs."""

from django.contrib import admin
from django.urls import include, path

from audit.admin import TrailMixin
from gallery_events.admin import FirstPictures, GalleryAdmin, ImageAdmin
from gallery_events.models import Image
from tests.project.models import Album, Article, Card, Diptych, Photo, Poster


class TrailedImages(TrailMixin, ImageAdmin):
    """Images with the way to the trail."""


@admin.register(Album)
class Albums(TrailMixin, GalleryAdmin):
    """Owners with the way to the trail."""


admin.site.unregister(Image)
admin.site.register(Image, TrailedImages)
admin.site.register(Photo, ImageAdmin)
admin.site.register([Diptych, Poster], FirstPictures)
admin.site.register([Article, Card])

urlpatterns = [
    path("admin/", admin.site.urls),
    path("gallery/", include("gallery_events.urls")),
]
