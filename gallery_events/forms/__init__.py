"""Galleries in forms: what came in is operations on the list that was shown."""

from gallery_events.forms.cleaned import CleanedGallery
from gallery_events.forms.fields import GalleryFormField, form_field
from gallery_events.forms.models import GalleryModelForm
from gallery_events.forms.telling import notices, tell

__all__ = [
    "CleanedGallery",
    "GalleryFormField",
    "GalleryModelForm",
    "form_field",
    "notices",
    "tell",
]
