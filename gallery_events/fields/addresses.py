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
_RENDITION_SALT = "gallery_events.rendition"


def file_address(image: Any, rendition: str = ORIGINAL) -> str:
    """
    Return where our view serves a file of an image, if it may be seen.

    Raises ValueError while the image is not saved: its key is in the address.
    """
    if image.pk is None:
        message = "An image that is not saved has no address yet: save it first."
        raise ValueError(message)
    return reverse("gallery_events:file", args=[*_place(image), rendition])


def lazy_address(image: Any, key: str) -> str:
    """
    Return where our view makes the rendition *key* of a saved image when it is first looked at.

    It is signed: nobody can ask for other sizes, or other images, than our pages name.
    """
    place = _place(image)
    signature = signing.Signer(salt=_RENDITION_SALT).signature(":".join([*place, key]))
    return reverse("gallery_events:rendition", args=[*place, key, signature])


def is_signed(label: str, pk: str, key: str, *, signature: str) -> bool:
    """Tell whether the parts of such an address were put together here."""
    try:
        signing.Signer(salt=_RENDITION_SALT).unsign(f"{label}:{pk}:{key}:{signature}")
    except signing.BadSignature:
        return False
    return True


def _place(image: Any) -> list[str]:
    """Return how an image is named in an address: by its model, and by its key."""
    # Quoted once more: a key that is text may hold slashes.
    return [image._meta.concrete_model._meta.label_lower, quote(str(image.pk), safe="")]


def upload_url(field: GalleryField | None = None) -> str:
    """Return where images for a gallery are uploaded; without one, images of the built-in model."""
    return reverse("gallery_events:upload", args=[] if field is None else [signed(field)])


def resume_url(field: GalleryField | None = None) -> str:
    """Return where uploads in parts begin; those of a gallery, or of the built-in model."""
    return reverse("gallery_events:resume", args=[] if field is None else [signed(field)])


def partial_url(token: str) -> str:
    """Return where an upload in parts goes on."""
    return reverse("gallery_events:partial", args=[token])


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
