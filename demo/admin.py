"""The admin: albums with their histories, exhibitions, and the way from each to the trail."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.admin import TrailMixin
from demo.models import Album, Exhibition
from gallery_events.admin import GalleryAdmin, ImageAdmin
from gallery_events.admin.pictures import STYLE, thumbnail
from gallery_events.models import Image

admin.site.site_header = "Harbour Photo Club"
admin.site.site_title = "Harbour Photo Club"
admin.site.index_title = "Albums, images, and what became of them"

admin.site.unregister(Image)


@admin.register(Image)
class TrailedImages(TrailMixin, ImageAdmin):
    """The package's own admin of images, with the way to the trail."""


@admin.register(Album)
class AlbumAdmin(TrailMixin, GalleryAdmin):
    list_display = ["title", "first_pictures", "made_by", "gallery_version"]
    list_select_related = ["made_by"]
    search_fields = ["title", "notes"]
    ordering = ["title"]
    fields = ["title", "notes", "photos", "made_by"]
    readonly_fields = ["made_by"]

    def save_model(self, request: HttpRequest, obj: Album, form: Any, change: Any) -> None:
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Exhibition)
class ExhibitionAdmin(admin.ModelAdmin):
    list_display = ["title", "picture"]
    fields = ["title", "picture", "poster"]
    readonly_fields = ["picture"]

    class Media:
        css = STYLE

    @admin.display(description="picture")
    def picture(self, exhibition: Exhibition) -> str:
        return thumbnail(exhibition.poster) if exhibition.poster_id else "none yet"
