"""Alt texts and captions: of the images, shared by their galleries, and in no snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models, router, transaction

from gallery_events.fields import gallery_fields
from gallery_events.fields.gallery import TEXTS

#: By image model and key: the columns to write, ``alt`` and ``caption``.
Described = dict[type[models.Model], dict[Any, Mapping[str, str]]]


def described_by(owner: Any) -> Described:
    """Return what the next save of an owner is to write into its images."""
    found: Described = {}
    for each in gallery_fields(type(owner)):
        if texts := owner.__dict__.get(TEXTS, {}).get(each.name):
            found.setdefault(each.image_model, {}).update(texts)
    return found


def write(owner: Any, *, using: str) -> None:
    """Write them, and forget them: the next save has nothing more to say."""
    for model, texts in described_by(owner).items():
        describe(model, texts, using=using)
    owner.__dict__.pop(TEXTS, None)


def describe(
    image_model: type[models.Model],
    texts: Mapping[Any, Mapping[str, str]],
    *,
    using: str | None = None,
) -> None:
    """
    Change alt texts and captions by key, in key order; an image that is gone is passed over.

    For a plain form: ``describe(Image, form.cleaned_data["photos"].texts)``.
    Whoever calls this is trusted: forms have asked the access policy.
    """
    using = using or router.db_for_write(image_model)
    with transaction.atomic(using=using, savepoint=False):
        for key in sorted(texts):
            image_model._base_manager.using(using).filter(pk=key).update(**texts[key])
