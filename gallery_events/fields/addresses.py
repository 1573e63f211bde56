"""Addresses in our own URLs: where an image is served, and where one is uploaded for a gallery."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.core import signing
from django.urls import reverse

from gallery_events.fields.gallery import GalleryField, gallery_fields

#: The name under which the file itself is served, beside its renditions.
ORIGINAL = "original"

_SALT = "gallery_events.upload"


def file_address(image: Any, rendition: str = ORIGINAL) -> str:
    """
    Return where our view serves a file of an image, if it may be seen.

    Raises ValueError while the image is not saved: its key is in the address.
    """
    if image.pk is None:
        message = "An image that is not saved has no address yet: save it first."
        raise ValueError(message)
    label = image._meta.concrete_model._meta.label_lower
    # Quoted once more: a key that is text may hold slashes.
    return reverse("gallery_events:file", args=[label, quote(str(image.pk), safe=""), rendition])


def upload_url(field: GalleryField | None = None) -> str:
    """Return where images for a gallery are uploaded; without one, images of the built-in model."""
    return reverse("gallery_events:upload", args=[] if field is None else [signed(field)])


def signed(field: GalleryField) -> str:
    """Return the label of a gallery, signed: a client cannot make one for another gallery."""
    return signing.Signer(salt=_SALT).sign(f"{field.model._meta.label_lower}.{field.name}")


def gallery_of(label: str) -> GalleryField | None:
    """Return the gallery that a signed label names; None when it was not signed here, or is gone."""
    try:
        model_label, _, name = signing.Signer(salt=_SALT).unsign(label).rpartition(".")
        model = apps.get_model(model_label)
    except (signing.BadSignature, LookupError, ValueError):
        return None
    return next((field for field in gallery_fields(model) if field.name == name), None)
