"""For Django's CreateView and UpdateView: a save that was overtaken is said, not a crash."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from gallery_events.exceptions import ImagesLost, StaleGallery
from gallery_events.forms import tell


class GallerySaveMixin:
    """
    Put before CreateView or UpdateView of an owner of galleries.

    What others did meanwhile is said by Django's messages. Where somebody
    saves in the moment between the form's checks and its writing, and both
    changes cannot be had together, the form is shown again with everything in it.
    """

    request: Any

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, say what others did, and redirect; or show the form again."""
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except (ImagesLost, StaleGallery):
            form.add_error(
                None,
                _("Somebody saved at the same moment. Nothing was saved yet: save again."),
            )
            return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]
        tell(self.request, form)
        return response
