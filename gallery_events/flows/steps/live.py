"""Law 3: before anything is purged, look once at what galleries really hold."""

from __future__ import annotations

from typing import Any

from django.db import models

from gallery_events import galleries, owners
from gallery_events.fields import gallery_fields
from gallery_events.flows.drift import drifted
from gallery_events.flows.steps.run import alias

Live = dict[type[models.Model], dict[Any, str]]


def look() -> Live:
    """
    Return the images in galleries that differ from their last snapshot, with the place.

    One join for each owner model; only rows that differ, or have no snapshot,
    are read. They were written past the signals, so no reference names their
    images.
    """
    found: Live = {}
    for model in galleries.owner_models():
        using = alias(model)
        for each in drifted(model, using=using):
            for field in gallery_fields(model):
                place = f"{field.name} of {model._meta.label} {each.pk}"
                images = found.setdefault(field.image_model, {})
                for key in owners.decode(field, each.held[field.name], using):
                    images.setdefault(key, place)
    return found


def place_of(image: models.Model) -> str | None:
    """Return the gallery that shows an image without a reference, or None."""
    return look().get(type(image), {}).get(image.pk)
