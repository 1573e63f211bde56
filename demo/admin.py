"""The admin: albums to edit, everything else to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from simple_history.admin import SimpleHistoryAdmin

from audit.admin import TrailMixin
from demo.models import Album, Exhibition
from gallery_events import galleries
from gallery_events.flows import sweep
from gallery_events.models import Image, SweepRun, Tombstone

admin.site.site_header = "Harbour Photo Club"
admin.site.site_title = "Harbour Photo Club"
admin.site.index_title = "Albums, images, and what became of them"

STYLE = {"all": ["demo/gallery.css"]}


def thumbnail(image: Any, *, large: bool = False) -> str:
    """Show one image by the thumbnail that its row names: no query, no look at the disk."""
    shown = image.renditions["thumbnail"]
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="{}" title="{}" loading="lazy">',
        "gallery-large" if large else "gallery-thumbnail",
        image.file.storage.url(shown["name"]),
        shown["width"],
        shown["height"],
        image.alt,
        image,
    )


def strip(images: list[Any]) -> str:
    """Show images in a row."""
    if not images:
        return "none"
    shown = format_html_join("", "{}", ((thumbnail(image),) for image in images))
    return format_html('<span class="gallery-strip">{}</span>', shown)


class AlbumList(admin.views.main.ChangeList):
    """Reads the images of all albums of a page in one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        galleries.prefetch_images(self.result_list, "photos")


@admin.register(Album)
class AlbumAdmin(TrailMixin, SimpleHistoryAdmin):
    FIRST = 6

    list_display = ["title", "first_photographs", "how_many", "gallery_version"]
    search_fields = ["title", "notes"]
    ordering = ["title"]
    fields = ["title", "notes", "photographs", "photos", "gallery_version"]
    readonly_fields = ["photographs", "gallery_version"]
    history_list_display = ["version", "event", "photographs"]
    object_history_template = "demo/album_history.html"

    class Media:
        css = STYLE

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AlbumList]:
        return AlbumList

    @admin.display(description="photographs")
    def first_photographs(self, album: Album) -> str:
        return strip(album.photos.images()[: self.FIRST])

    @admin.display(description="how many")
    def how_many(self, album: Album) -> int:
        return len(album.photos)

    @admin.display(description="photographs")
    def photographs(self, album: Any) -> str:
        """Show the gallery of an album or of one of its snapshots, gaps included."""
        galleries.prefetch_images([album], "photos")
        shown = strip(album.photos.images())
        missing = album.photos.missing()
        return format_html("{} {} purged", shown, len(missing)) if missing else shown

    @admin.display(description="version")
    def version(self, record: Any) -> int:
        return int(record.gallery_version)

    @admin.display(description="event")
    def event(self, record: Any) -> str:
        return str(record.gallery_event).replace("_", " ")


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at; what happens to images is decided by galleries and the sweep."""

    class Media:
        css = STYLE

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InTheTrash(admin.SimpleListFilter):
    title = "place"
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "outside the trash"), ("yes", "in the trash")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(trashed_at__isnull=self.value() == "no")


@admin.register(Image)
class ImageAdmin(TrailMixin, ReadOnlyAdmin):
    list_display = ["picture", "__str__", "state", "uses", "uploaded_by"]
    list_display_links = ["picture", "__str__"]
    list_filter = [InTheTrash, "uploaded_by"]
    search_fields = ["name", "alt"]
    ordering = ["pk"]
    fields = [
        "large_picture",
        "name",
        "alt",
        "state",
        "uses",
        ("width", "height"),
        "size",
        "content_type",
        "sha256",
        "uploaded_by",
        "uploaded_at",
        "review_after",
        "trashed_at",
    ]
    readonly_fields = ["large_picture", "state", "uses"]

    @admin.display(description="")
    def picture(self, image: Image) -> str:
        return thumbnail(image)

    @admin.display(description="picture")
    def large_picture(self, image: Image) -> str:
        return format_html('<a href="{}">{}</a>', image.file.url, thumbnail(image, large=True))

    @admin.display(description="state")
    def state(self, image: Image) -> str:
        return self._explanation(image).state

    @admin.display(description="why")
    def uses(self, image: Image) -> str:
        lines = self._explanation(image).lines
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines))

    def _explanation(self, image: Any) -> sweep.Explanation:
        # Asked once for both columns.
        if not hasattr(image, "demo_explanation"):
            image.demo_explanation = sweep.explain(image)
        return image.demo_explanation


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


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnlyAdmin):
    list_display = ["name", "size", "reason", "purged_at", "due", "done_at"]
    ordering = ["-purged_at"]


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "expired", "trashed", "purged", "files", "rescued"]
    ordering = ["-judged_at"]

    @admin.display(description="references expired")
    def expired(self, run: SweepRun) -> Any:
        return run.report.get("expired", "")

    @admin.display(description="trashed")
    def trashed(self, run: SweepRun) -> Any:
        return run.report.get("trashed", "")

    @admin.display(description="files removed")
    def files(self, run: SweepRun) -> Any:
        return run.report.get("files_removed", "")

    @admin.display(description="rescued")
    def rescued(self, run: SweepRun) -> Any:
        return run.report.get("rescued", "")
