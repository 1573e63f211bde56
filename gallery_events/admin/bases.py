"""What the further pages of a ModelAdmin have in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from gallery_events import access
from gallery_events.admin.pictures import thumbnail


@dataclass(frozen=True, slots=True)
class Card:
    """One image on a page: its thumbnail, its name, and the way to it."""

    name: str
    picture: str
    url: str


class Pages(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ModelAdmin with pages of its own."""

    def page(self, request: Any, template: str, context: dict[str, Any]) -> TemplateResponse:
        """Return a page within the admin."""
        request.current_app = self.admin_site.name
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            **context,
        }
        return TemplateResponse(request, template, whole)

    def address(self, page: str, pk: Any = None) -> str:
        """Return where a page of this ModelAdmin is."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        arguments = None if pk is None else [quote(pk)]
        return reverse(name, args=arguments, current_app=self.admin_site.name)

    def to_object(self, request: Any, obj: Any) -> HttpResponseRedirect:
        """Return the way to an object, or to where somebody may go who may not see it."""
        if self.has_view_permission(request, obj):
            return HttpResponseRedirect(self.address("change", obj.pk))
        return HttpResponseRedirect(reverse("admin:index", current_app=self.admin_site.name))

    def to_nowhere(self, request: Any, object_id: str) -> HttpResponseRedirect:
        """Return Django's own answer for an object that does not exist."""
        return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]
            request, self.opts, object_id
        )


class PicturePages(Pages):
    """A ModelAdmin of images that shows some of them."""

    def cards(self, request: Any, images: Iterable[Any]) -> list[Card]:
        """Return images as cards that lead to their pages, those left out that may not be seen."""
        images = list(images)
        visible = access.guard(request.user).visible(images)
        may_open = self.has_view_permission(request)
        return [
            Card(
                name=str(image),
                picture=thumbnail(image),
                url=self.address("change", image.pk) if may_open else "",
            )
            for image in images
            if image.pk in visible
        ]


class ReadOnly(Pages):
    """To look at: nobody adds, changes or deletes, superusers included."""

    actions = None

    def has_add_permission(self, request: Any) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False
