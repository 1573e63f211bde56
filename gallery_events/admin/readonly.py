"""Galleries that are only looked at: pictures in place of ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.forms import Media
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from simple_history.admin import SimpleHistoryAdmin

from gallery_events import timelines
from gallery_events.admin.links import AdminLinks
from gallery_events.fields import GalleryField, gallery_fields


class ReadonlyPictures(SimpleHistoryAdmin):  # type: ignore[misc]
    """Shows a gallery as pictures to who may only view it, or where it is in readonly_fields."""

    @property
    def media(self) -> Media:
        """Add the style of thumbnails."""
        found: Media = super().media
        return found + Media(css={"all": ["gallery_events/timeline.css"]})

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """
        Replace each read-only gallery of the form by its pictures.

        Here all names are decided, whatever a subclass says of its fields and
        whatever somebody may do.
        """
        form = context.get("adminform")
        if form is not None:
            shown = {
                each.name: self._shown(request, each)
                for each in gallery_fields(self.model)
                if each.name in form.readonly_fields
            }
            form.fieldsets = [
                (name, {**options, "fields": _swapped(options["fields"], shown)})
                for name, options in form.fieldsets
            ]
            form.readonly_fields = _swapped(form.readonly_fields, shown)
        return super().render_change_form(request, context, *args, **kwargs)

    def _shown(self, request: Any, gallery: GalleryField) -> Callable[[Any], SafeString]:
        """Return what AdminReadonlyField calls with an owner, named as the gallery is."""

        def pictures_of(owner: Any) -> SafeString:
            using = owner._state.db or DEFAULT_DB_ALIAS
            pictures = timelines.Pictures(
                user=request.user, using=using, links=AdminLinks(self, request)
            )
            keys = gallery.usable_keys(getattr(owner, gallery.attname))
            pictures.note(gallery, keys)
            thumbnails = pictures.read().thumbnails(gallery, keys)
            return render_to_string(
                "gallery_events/admin/version_gallery.html", {"thumbnails": thumbnails}, request
            )

        pictures_of.__name__ = f"{gallery.name}_pictures"
        pictures_of.short_description = gallery.verbose_name  # type: ignore[attr-defined]
        return pictures_of


def _swapped(names: Any, shown: dict[str, Any]) -> list[Any]:
    """Return names of fields, some in lines of several, with the galleries among them replaced."""
    return [
        _swapped(each, shown) if isinstance(each, (list, tuple)) else shown.get(each, each)
        for each in names
    ]
