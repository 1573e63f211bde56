"""Pictures in lists of the admin: one of an image, the first ones of a gallery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gallery_events import access, conf
from gallery_events.fields import gallery_fields
from gallery_events.flows.available import tombstones
from gallery_events.templatetags._placeholders import placeholder_svg

#: The look of everything that this package adds to the admin.
STYLE = {"all": ["gallery_events/admin.css"]}
#: Under which name an owner carries its first pictures while a list is made.
READ = "_gallery_first_pictures"


def thumbnail(image: Any, *, style: str = "gallery-thumbnail") -> SafeString:
    """
    Show an image by the thumbnail that its row names: no query, no look at the storage.

    A storage that cannot say where it is costs the picture, not the page.
    """
    words = image.alt or str(image)
    try:
        url = image.rendition_url("thumbnail")
    except Exception:  # noqa: BLE001 - any storage's errors
        return without_picture(words)
    made = image.made().get("thumbnail") or {"width": image.width, "height": image.height}
    return format_html(
        '<img class="{}" src="{}"{} alt="{}" title="{}" loading="lazy">',
        style,
        url,
        _pixels(made["width"], made["height"]),
        words,
        image,
    )


def without_picture(words: str, *, placeholder: str = "") -> SafeString:
    """Return what stands where no picture can be shown, with the reason, or blurred."""
    return format_html(
        '<span class="gallery-thumbnail gallery-blank" role="img" aria-label="{}" title="{}">'
        "{}</span>",
        words,
        words,
        placeholder_svg(placeholder),
    )


def _pixels(width: int, height: int) -> SafeString | str:
    # An image that nobody measured would be shown with no size at all.
    return format_html(' width="{}" height="{}"', width, height) if width and height else ""


class FirstPictures(admin.ModelAdmin):  # type: ignore[type-arg]
    """
    For the ModelAdmin of owners: the column ``first_pictures``, with what each gallery begins with.

    The images of a whole page are read in one query for each image model,
    however long the galleries are. Where images are served by the view that
    guards them (``SERVE``), only those are shown that the policy lets the user
    see; otherwise whoever may see an owner sees what it shows.
    """

    list_display = ("__str__", "first_pictures")
    #: So many pictures of each gallery are shown.
    first_pictures_shown = 6

    class Media:
        css = STYLE

    def get_changelist(self, request: Any, **kwargs: Any) -> type[ChangeList]:
        """Return the page that reads the pictures of all its owners at once."""
        page = super().get_changelist(request, **kwargs)
        return page if issubclass(page, PicturesPage) else type("Page", (PicturesPage, page), {})

    @admin.display(description=gettext_lazy("pictures"))
    def first_pictures(self, owner: Any) -> SafeString:
        """Show the first pictures of each gallery, and how many there are."""
        if READ not in owner.__dict__:
            read_first([owner], most=self.first_pictures_shown)
        strips: list[Strip] = owner.__dict__[READ]
        if len(strips) == 1:
            return strips[0].shown()
        parts = ((each.field.verbose_name, each.shown()) for each in strips)
        return format_html_join("", '<div class="gallery-named">{}: {}</div>', parts)


class PicturesPage(ChangeList):
    """A page of owners whose first pictures are read together."""

    def get_results(self, request: Any) -> None:
        """Read the page, and then what its galleries begin with."""
        super().get_results(request)
        if "first_pictures" in self.list_display:
            most = self.model_admin.first_pictures_shown  # type: ignore[attr-defined]
            # Iterating fills the cache of the queryset: a list would break list_editable.
            read_first(self.result_list, most=most, user=request.user)


class Strip:
    """What one gallery begins with."""

    def __init__(self, field: Any, keys: list[Any], *, most: int) -> None:
        self.field, self.number = field, len(keys)
        self.keys = keys[:most]
        self.rows: dict[Any, Any] = {}
        self.visible: set[Any] = set()
        self.blurred: dict[Any, str] = {}

    def shown(self) -> SafeString:
        """Show the pictures in a row, what is gone included, and how many the gallery has."""
        if not self.number:
            return format_html('<span class="gallery-none">{}</span>', _("no images"))
        pictures = format_html_join("", "{}", ((self._picture(key),) for key in self.keys))
        number = ngettext("%(count)s image", "%(count)s images", self.number)
        return format_html(
            '<span class="gallery-strip">{}</span> <span class="gallery-number">{}</span>',
            pictures,
            number % {"count": self.number},
        )

    def _picture(self, key: Any) -> SafeString:
        image = self.rows.get(key)
        if image is None:
            blurred = self.blurred.get(key, "")
            return without_picture(_("This image exists no longer"), placeholder=blurred)
        if key not in self.visible:
            return without_picture(_("You may not see this image"))
        return thumbnail(image)


def read_first(owners: Iterable[Any], *, most: int, user: Any = None) -> None:
    """
    Read what the galleries of owners begin with: one query for each image model.

    One more is for the tombstones of what is gone, where something is.

    Whole galleries (``galleries.prefetch_images``) would be far more than a
    list shows.
    """
    wanted: dict[tuple[Any, str | None], list[Strip]] = {}
    for owner in owners:
        strips = []
        for field in gallery_fields(type(owner)):
            keys = field.usable_keys(getattr(owner, field.attname))
            strip = Strip(field, list(keys), most=most)
            wanted.setdefault((field.image_model, owner._state.db), []).append(strip)
            strips.append(strip)
        owner.__dict__[READ] = strips
    guard = access.guard(user) if conf.serves_itself() else None
    for (model, using), strips in wanted.items():
        wanted_keys = {key for strip in strips for key in strip.keys}
        rows = model._default_manager.using(using).in_bulk(list(wanted_keys)) if wanted_keys else {}
        visible = set(rows) if guard is None else guard.visible(rows.values())
        blurred = _blurred(model, wanted_keys - set(rows), using=using) if guard is None else {}
        for strip in strips:
            strip.rows, strip.visible, strip.blurred = rows, visible, blurred


def _blurred(model: Any, keys: set[Any], *, using: str | None) -> dict[Any, str]:
    """Return what tombstones keep of pictures that are gone; none is asked for where all are there."""
    if not keys:
        return {}
    return {each.image_pk: each.placeholder for each in tombstones(model, list(keys), using=using)}
