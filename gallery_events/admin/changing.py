"""The change form: what others saved at the same moment is merged, and what happened is said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from gallery_events.exceptions import ImagesLost, StaleGallery
from gallery_events.forms import GalleryModelForm, tell


class SaysWhatHappened(admin.ModelAdmin):  # type: ignore[type-arg]
    """
    For the admin of an owner, or of a model with owners as inlines.

    A save that was overtaken between its checks and its writing is tried once
    more: then the form sees what was saved, and merges or asks.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer as Django does, after a second try where somebody came in between."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ImagesLost, StaleGallery):
            try:
                return super().changeform_view(request, object_id, form_url, extra_context)
            except (ImagesLost, StaleGallery):
                messages.error(
                    request,
                    _("Others save this at the same moment. Nothing was saved: try again."),
                )
                return HttpResponseRedirect(request.get_full_path())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Save what belongs to it, and say what others did meanwhile."""
        super().save_related(request, form, formsets, change)
        forms = [form, *(each for formset in formsets for each in formset.forms)]
        tell(request, *forms)


class GalleryFormAdmin(SaysWhatHappened):
    """The admin of an owner: all its fields are merged, not only its galleries."""

    form = GalleryModelForm
