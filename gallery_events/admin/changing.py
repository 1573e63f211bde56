"""The change form: what others saved at the same moment is merged, and what happened is said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gallery_events.exceptions import ImagesLost, StaleGallery
from gallery_events.flows.storing import withdraw
from gallery_events.forms import GalleryModelForm, tell
from gallery_events.forms.uploads import RECEIVED

#: So often is a save tried that others overtake.
TRIES = 2
#: Where a request notes that all of them were overtaken.
OVERTAKEN = "_gallery_overtaken"


class SaysWhatHappened(admin.ModelAdmin):  # type: ignore[type-arg]
    """
    For the admin of an owner, or of a model with owners as inlines.

    A save that was overtaken between its checks and its writing is tried once
    more: then the form sees what was saved, and merges or asks. If that is
    overtaken too, the form is shown again with everything in it.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer as Django does, after a second try where somebody came in between."""
        for _try in range(TRIES):
            try:
                return super().changeform_view(request, object_id, form_url, extra_context)
            except (ImagesLost, StaleGallery):
                withdraw(request.__dict__.pop(RECEIVED, ()))
        setattr(request, OVERTAKEN, True)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the form; after the last try one that says that it was overtaken."""
        form = super().get_form(request, *args, **kwargs)
        return _refusing(form) if getattr(request, OVERTAKEN, False) else form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Save what belongs to it, and say what others did meanwhile."""
        super().save_related(request, form, formsets, change)
        forms = [form, *(each for formset in formsets for each in formset.forms)]
        tell(request, *forms)


def _refusing(form: Any) -> Any:
    """Return the same form, never valid."""

    def full_clean(self: Any) -> None:
        form.full_clean(self)
        if self.is_bound:
            message = _("Others save this at the same moment. Nothing was saved yet: save again.")
            self.add_error(None, message)

    return type(form.__name__, (form,), {"full_clean": full_clean})


class GalleryStackedInline(admin.StackedInline):  # type: ignore[type-arg]
    """Owners below another object: their other fields, too, are merged and never overwritten."""

    form = GalleryModelForm


class GalleryTabularInline(admin.TabularInline):  # type: ignore[type-arg]
    """The same, a row each."""

    form = GalleryModelForm


class GalleryFormAdmin(SaysWhatHappened):
    """The admin of an owner: all its fields are merged, not only its galleries."""

    form = GalleryModelForm
