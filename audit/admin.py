"""The trail in the admin: to be read by those who may, and changed by nobody."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpResponse
from django.template.loader import select_template
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import filters, wording
from audit.faces import Face, Faces
from audit.labels import label_and_key
from audit.models import Entry
from audit.pages import TrailPage, TrailPaginator
from audit.sight import Sight
from gallery_events import galleries
from gallery_events.models import GalleryModel, Tombstone

#: By what an image is searched for.
NAME = "detail__name"
#: How large a thumbnail is shown, in pixels.
SIDE = 48


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who did what, when, to which gallery and which images."""

    list_display = ("when", "what", "who", "owner", "images", "summary", "whole_request")
    list_filter = (
        filters.OwnerFilter,
        filters.ImageFilter,
        filters.RequestFilter,
        filters.KindFilter,
        ("at", filters.TimeFilter),
        filters.PersonFilter,
        filters.SourceFilter,
    )
    search_fields = ("owner_key__exact", "image_key__exact", "actor", NAME)
    search_help_text = gettext_lazy("Key of an owner or an image, name of a person or an image")
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = TrailPaginator
    change_form_template = "audit/entry.html"
    fields = readonly_fields = (
        *("when", "what", "who", "owner", "version", "images", "summary"),
        *("source", "whole_request", "address", "told"),
    )

    class Media:
        css = {"all": ("audit/trail.css",)}

    def get_changelist(self, request: Any, **kwargs: Any) -> type[TrailPage]:
        """Return the page that knows what its entries name."""
        return TrailPage

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        """Return one entry with what it names."""
        entry: Any = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.faces = Faces([entry], request=request, site=self.admin_site)
        return entry

    def get_search_fields(self, request: Any) -> Any:
        """Leave names of images out for those who may not see every image: a search would tell."""
        sight = Sight(request=request, site=self.admin_site)
        named: list[type[Model]] = [*galleries.image_models(), Tombstone]
        if all(map(sight.allows_all, named)):
            return self.search_fields
        return [name for name in self.search_fields if name != NAME]

    def has_add_permission(self, request: Any) -> bool:
        """Refuse: entries are written beside their deeds."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse, superusers included."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse, superusers included: the way is ``audit_prune``."""
        return False

    @admin.display(description=gettext_lazy("time"))
    def when(self, entry: Any) -> str:
        """Return when it happened, to the second: a request does several things in one."""
        at = timezone.localtime(entry.at) if timezone.is_aware(entry.at) else entry.at
        return f"{date_format(at, 'SHORT_DATE_FORMAT')} {date_format(at, 'H:i:s')}"

    @admin.display(description=gettext_lazy("what"))
    def what(self, entry: Any) -> str:
        """Return what happened."""
        return wording.kind_of(entry)

    @admin.display(description=gettext_lazy("who"))
    def who(self, entry: Any) -> str:
        """Return who did it, with the way to all that they did."""
        if not entry.actor_key:
            return str(entry.actor) or self.get_empty_value_display()
        return self._narrowed("person", entry.actor_key, entry.actor or entry.actor_key)

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, entry: Any) -> str:
        """Return the owner, with the ways to it and to its trail."""
        face = entry.faces.owner(entry)
        return self.get_empty_value_display() if face is None else self._face(face, "owner")

    @admin.display(description=gettext_lazy("images"))
    def images(self, entry: Any) -> str:
        """Return the images, with the ways to them and to their trails."""
        faces = ((self._face(face, "image"),) for face in entry.faces.pictures(entry))
        return format_html_join(" ", "{}", faces) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("summary"))
    def summary(self, entry: Any) -> str:
        """Return what the entry tells, in words."""
        return wording.summary(entry) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("request"))
    def whole_request(self, entry: Any) -> str:
        """Return the way to everything that the same request did."""
        if not entry.request_id:
            return self.get_empty_value_display()
        return self._narrowed("request", entry.request_id, _("everything of this request"))

    @admin.display(description=gettext_lazy("detail"))
    def told(self, entry: Any) -> str:
        """Return the detail as it is stored."""
        text = json.dumps(entry.faces.detail(entry), indent=1, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)

    def _face(self, face: Face, parameter: str) -> SafeString:
        shown: str = face.text
        if face.thumbnail:
            shown = format_html(
                '<img src="{}" alt="{}" title="{}" height="{}" loading="lazy">',
                *(face.thumbnail, face.text, face.text, SIDE),
            )
        if face.url:
            shown = format_html('<a href="{}">{}</a>', face.url, shown)
        trail = self._narrowed(parameter, filters.joined(face.label, face.key), _("trail"))
        return format_html('<span class="trail-face">{} ({})</span>', shown, trail)

    def _narrowed(self, parameter: str, value: str, text: str) -> SafeString:
        url = trail_url(self.admin_site, parameter, value)
        return format_html('<a href="{}">{}</a>', url, text)


class TrailMixin:
    """
    For the ModelAdmin of an owner or an image model: a way from each object to its trail.

    It is shown to those who may see the trail, above whatever template the
    form has.
    """

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Put the way to the trail beside the other tools of the form."""
        response: HttpResponse = super().render_change_form(  # type: ignore[misc]
            request, context, *args, **kwargs
        )
        url = self._trail_of(request, kwargs.get("obj"))
        if url and isinstance(response, TemplateResponse):
            names = response.template_name
            base = select_template([names] if isinstance(names, str) else names)  # type: ignore[arg-type]
            response.context_data |= {"trail_url": url, "trail_base": base}  # type: ignore[operator]
            response.template_name = "audit/change_form.html"
        return response

    def _trail_of(self, request: Any, row: Any) -> str:
        site: Any = self.admin_site  # type: ignore[attr-defined]
        trail = site._registry.get(Entry)  # noqa: SLF001 - Django's own templates read it
        if row is None or row.pk is None or trail is None:
            return ""
        if not trail.has_view_permission(request):
            return ""
        parameter = "owner" if isinstance(row, GalleryModel) else "image"
        return trail_url(site, parameter, filters.joined(*label_and_key(row)))


def trail_url(site: Any, parameter: str, value: str) -> str:
    """Return where the trail is shown, narrowed to one value; nothing where it is not shown."""
    try:
        address = reverse(f"{site.name}:gallery_audit_entry_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({parameter: value})}"
