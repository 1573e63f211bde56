"""What images say: of the images, shared by their galleries, and in no snapshot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, router, transaction

from gallery_events.exceptions import StaleGallery
from gallery_events.fields import gallery_fields
from gallery_events.fields.gallery import TEXTS

#: By image model and key: each text to write, by its column, after what it was decided on.
Described = dict[type[models.Model], dict[Any, dict[str, tuple[Any, Any]]]]


def described_by(owner: Any, names: Collection[str] | None = None) -> Described:
    """Return what a save of an owner is to write into its images; *names* are its columns."""
    found: Described = {}
    for each in gallery_fields(type(owner)):
        texts = owner.__dict__.get(TEXTS, {}).get(each.name)
        if texts and (names is None or each.name in names):
            found.setdefault(each.image_model, {}).update(texts)
    return found


def refuse_overtaken(owner: Any, described: Described, *, using: str) -> None:
    """Raise StaleGallery where somebody has changed a text since; the images are locked."""
    for model, texts in described.items():
        rows = model._base_manager.using(using).in_bulk(list(texts))
        for key, image in rows.items():
            for kind, (before, after) in texts[key].items():
                theirs = getattr(image, kind)
                if theirs not in (before, after):
                    version = owner.gallery_version
                    change = {f"{kind} of image {key}": (before, after, theirs)}
                    raise StaleGallery(expected=version, current=version, changes=change)


def write(owner: Any, described: Described, *, using: str) -> None:
    """Write them, and forget them: the next save has nothing more to say."""
    for model, texts in described.items():
        after = {
            key: {kind: text for kind, (_, text) in each.items()} for key, each in texts.items()
        }
        describe(model, after, using=using)
    if described:
        owner.__dict__.pop(TEXTS, None)


def describe(
    image_model: type[models.Model],
    texts: Mapping[Any, Mapping[str, Any]],
    *,
    using: str | None = None,
) -> None:
    """
    Change alt texts, captions and what is decorative by key; who is gone is passed over.

    For a plain form: ``describe(Image, form.cleaned_data["photos"].texts)``.
    Whoever calls this is trusted: forms have asked the access policy.
    """
    using = using or router.db_for_write(image_model)
    with transaction.atomic(using=using, savepoint=False):
        rows = image_model._base_manager.using(using).filter(pk__in=list(texts))
        # In key order, as everybody locks them.
        images = list(rows.select_for_update(no_key=True).order_by("pk"))
        for image in images:
            for kind, text in texts[image.pk].items():
                setattr(image, kind, text)
        kinds = sorted({kind for each in texts.values() for kind in each})
        if images and kinds:
            image_model._base_manager.using(using).bulk_update(images, kinds)
