"""Deleting an image in the admin means: into the trash, where it waits; what is in use stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import model_ngettext, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gallery_events import conf
from gallery_events.admin.bases import PicturePages
from gallery_events.admin.explaining import sees_all, told
from gallery_events.admin.eyes import Eyes
from gallery_events.admin.pictures import thumbnail
from gallery_events.admin.states import day
from gallery_events.exceptions import GalleryError
from gallery_events.flows import trash
from gallery_events.flows.steps import changes
from gallery_events.flows.why.reasons import reasons

#: So many images are moved by one action: each is looked at, and moved, on its own.
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """One image that stays, and what is said of it."""

    image: Any
    lines: tuple[str, ...]


class Trashing(PicturePages):
    """
    For the ModelAdmin of images: whoever may delete moves to the trash what nothing names.

    No row and no file is deleted; a sweep does that when the trash period has
    passed and still nothing needs the image.
    """

    trash_template = "gallery_events/admin/image_trash.html"

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        names = [getattr(each, "__name__", each) for each in self.actions or ()]
        # Under the name of the site's own action it takes its place, whatever a subclass adds.
        if self.actions is not None and delete_selected.__name__ not in names:
            self.actions = [delete_selected, *self.actions]

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        """Ask before an image is moved to the trash, or say why it cannot be; move it by POST."""
        image = self.get_object(request, unquote(object_id))
        if image is None:
            return self.to_nowhere(request, object_id)
        if not self.has_delete_permission(request, image):
            raise PermissionDenied
        found = told(image, eyes=Eyes(request, site=self.admin_site))
        if request.method == "POST" and not found.is_used:
            return self._moved(request, image)
        context = {
            "title": _("Cannot move to the trash") if found.is_used else _("Move to the trash"),
            "image": image,
            "picture": thumbnail(image),
            "told": found,
            "gone": gone(timezone.now()),
            **(extra_context or {}),
        }
        return self.page(request, self.trash_template, context)

    def delete_model(self, request: Any, obj: Any) -> None:
        """Move an image to the trash; raises GalleryError naming what still uses it."""
        trash.trash(obj, reason=_reason(request))

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Move images to the trash; raises GalleryError for the first that is still used."""
        for image in queryset:
            self.delete_model(request, image)

    def move_to_trash(self, request: Any, images: Sequence[Any]) -> tuple[int, list[Kept]]:
        """Move images to the trash, each on its own; return how many, and which stay and why."""
        moved = 0
        kept, whole = self.kept(request, images), self._sees_all(request)
        staying = {each.image.pk for each in kept}
        for image in images:
            if image.pk in staying or image.trashed_at is not None:
                continue
            try:
                self.delete_model(request, image)
            except GalleryError as error:
                # Somebody has put it into a gallery since it was looked at.
                kept.append(Kept(image, (str(error),) if whole else ()))
            else:
                moved += 1
                self.log_change(request, image, _("Moved to the trash."))
        return moved, kept

    def kept(self, request: Any, images: Sequence[Any]) -> list[Kept]:
        """Return those of the images that something keeps, with what that is."""
        now = timezone.now()
        settings, _notes = changes.in_effect(conf.current(), now=now)
        if not images:
            return []
        found = reasons(images, settings=settings, now=now, using=images[0]._state.db)
        whole = self._sees_all(request)
        return [
            Kept(image, found[image.pk].lines if whole else ())
            for image in images
            if found[image.pk].state == "in use"
        ]

    def _sees_all(self, request: Any) -> bool:
        return sees_all(self.model, eyes=Eyes(request, site=self.admin_site))

    def _moved(self, request: Any, image: Any) -> HttpResponse:
        moved, kept = self.move_to_trash(request, [image])
        for each in kept:
            self.message_user(request, _refusal(each), messages.ERROR)
        if moved:
            text = _("“%(name)s” is in the trash. %(gone)s")
            told_ = text % {"name": image, "gone": gone(image.trashed_at)}
            self.message_user(request, told_, messages.SUCCESS)
        return self.to_object(request, image)


@admin.action(
    permissions=["delete"],
    description=gettext_lazy("Move selected %(verbose_name_plural)s to the trash"),
)
def delete_selected(model_admin: Any, request: Any, queryset: Any) -> Any:
    """Ask before images are moved to the trash, with those named that stay; move them by POST."""
    images = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
    if len(images) > MOST_AT_ONCE:
        text = _("At most %(count)s images are moved at once: select fewer. Nothing was moved.")
        model_admin.message_user(request, text % {"count": MOST_AT_ONCE}, messages.ERROR)
        return None
    if not all(model_admin.has_delete_permission(request, image) for image in images):
        raise PermissionDenied
    if request.POST.get("post"):
        moved, kept = model_admin.move_to_trash(request, images)
        _tell(model_admin, request, moved=moved, kept=kept)
        return None
    kept = model_admin.kept(request, images)
    staying = {each.image.pk for each in kept}
    moving = [each for each in images if each.pk not in staying and each.trashed_at is None]
    context = {
        "title": _("Move to the trash") if moving else _("Cannot move to the trash"),
        "moving": moving,
        "cards": model_admin.cards(request, moving),
        "kept": kept,
        "trashed": [each for each in images if each.trashed_at is not None],
        "gone": gone(timezone.now()),
        "objects_name": model_ngettext(queryset, len(moving)),
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    return model_admin.page(request, "gallery_events/admin/image_trash_selected.html", context)


def gone(since: datetime) -> str:
    """Say when what is in the trash since a moment may be deleted at the earliest."""
    period = changes.policy(timezone.now()).trash
    if period is None:
        return _("The trash is never emptied; a rescue is possible at any time.")
    text = _("Earliest deletion: %(day)s; until then a rescue is possible.")
    return text % {"day": day(since + period)}


def _tell(model_admin: Any, request: Any, *, moved: int, kept: Iterable[Kept]) -> None:
    if moved:
        text = ngettext(
            "%(count)s image is in the trash. %(gone)s",
            "%(count)s images are in the trash. %(gone)s",
            moved,
        )
        told_ = text % {"count": moved, "gone": gone(timezone.now())}
        model_admin.message_user(request, told_, messages.SUCCESS)
    for each in kept:
        model_admin.message_user(request, _refusal(each), messages.WARNING)


def _refusal(kept: Kept) -> str:
    text = _("“%(name)s” stays, because something keeps it. %(why)s")
    return text % {"name": kept.image, "why": "; ".join(kept.lines)}


def _reason(request: Any) -> str:
    return f"put into the trash by {request.user} in the admin"
