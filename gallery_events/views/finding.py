"""The image that an address names: found for whoever may see it, and for nobody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest

from gallery_events import access, galleries
from gallery_events.fields.keys import key_or_none
from gallery_events.models import AbstractImage, Image


def visible_image(request: HttpRequest, label: str | None, key: str) -> AbstractImage | None:
    """
    Return the image of a model, by default the built-in one, that the requester may see.

    None stands for all that has no answer: unknown models, malformed keys,
    images that are not there, and those that may not be seen. Nobody learns
    which it was.
    """
    image = named_image(label, key)
    if image is None or not access.guard_of(request).may_see(image):
        return None
    return image


def named_image(label: str | None, key: str) -> AbstractImage | None:
    """Return the image that an address names, whoever asks; None when there is none."""
    model = Image if label is None else _image_model(label)
    return None if model is None else _image(model, unquote(key))


def _image_model(label: str) -> Any:
    return next(
        (each for each in galleries.image_models() if each._meta.label_lower == label), None
    )


def _image(model: Any, text: str) -> AbstractImage | None:
    key = key_or_none(text, model._meta.pk)
    # No database takes the character, and only a key that is text could hold it.
    if key is None or "\x00" in text:
        return None
    found: AbstractImage | None = model._base_manager.filter(pk=key).first()
    return found
