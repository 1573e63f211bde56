"""Into the trash and out of it by hand; the sweep does the same on its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, router
from django.utils import timezone

from gallery_events import arguments, conf, uses
from gallery_events.domain.retention import Facts, Step, end_of_grace, review
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.images import take_out
from gallery_events.flows.save import writing
from gallery_events.models import Tombstone
from gallery_events.references import reference_model
from gallery_events.signals import image_rescued, image_trashed

BY_HAND = "rescued by hand"


def trash(
    image: Any, *, reason: str = "put into the trash by hand", now: datetime | None = None
) -> None:
    """
    Put an image that nothing names into the trash at once, without waiting for its review.

    Raises GalleryError naming what still uses it; nothing is written then.
    """
    arguments.refuse_wrong_moment("now", now)
    model, settings = type(image), conf.current()
    using = router.db_for_write(model, instance=image)
    now = now or timezone.now()
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        row = rows.select_for_update().first()
        if row is None:
            raise ImagesLost([image.pk])
        if row.trashed_at is not None:
            return
        references = reference_model(model)._base_manager.using(using).filter(image=row)
        found = uses.find([row], settings=settings, now=now, using=using)
        facts = Facts(
            referenced=references.exists(),
            uses=tuple(found.named.get(row.pk, ())),
            unknown=found.unknown.get(row.pk, ""),
            pinned_until=row.pinned_until,
        )
        verdict = review(facts, settings.retention, now=now)
        if verdict.step is not Step.TRASH:
            places = "; ".join(str(each) for each in references[:5]) or verdict.reason
            message = f"Image {image.pk} stays, because it is still needed: {places}."
            raise GalleryError(message)
        rows.update(trashed_at=now, review_after=verdict.review_after, reviews=0)
        image.trashed_at, image.review_after, image.reviews = now, verdict.review_after, 0
        image_trashed.send(sender=model, image=image, reason=reason)


def rescue(image: Any, *, user: Any = None, now: datetime | None = None) -> Any:
    """
    Take an image out of the trash by hand, and return it; its review follows after an upload grace.

    *image* may be a tombstone: until somebody tries to remove the files, the
    same row comes back under the same key. Raises ImagesLost when it is too late.
    """
    arguments.refuse_wrong_moment("now", now)
    review_after = end_of_grace(conf.current().retention, now=now or timezone.now())
    if isinstance(image, Tombstone):
        return _bring_back(image, user=user, review_after=review_after)
    model = type(image)
    using = router.db_for_write(model, instance=image)
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        if not rows.exists():
            raise ImagesLost([image.pk])
        if take_out(model, [image.pk], using=using, by=BY_HAND, user=user):
            rows.update(review_after=review_after)
    image.refresh_from_db()
    return image


def _bring_back(tombstone: Tombstone, *, user: Any, review_after: datetime) -> Any:
    using = router.db_for_write(Tombstone, instance=tombstone)
    model: Any = apps.get_model(tombstone.image_model)
    with writing(Tombstone, using):
        untouched = Tombstone.objects.using(using).filter(pk=tombstone.pk, attempts=0, done_at=None)
        found = untouched.select_for_update().first()
        if found is None:
            raise ImagesLost([tombstone.image_pk])
        image = model(**_values(model, found.columns))
        image.trashed_at, image.review_after, image.reviews = None, review_after, 0
        _refuse_lost(image, using=using)
        model._base_manager.using(using).bulk_create([image])
        found.delete()
        image_rescued.send(sender=model, image=image, user=user, by=BY_HAND)
    return model._base_manager.using(using).get(pk=image.pk)


def _values(model: type[models.Model], columns: dict[str, Any]) -> dict[str, Any]:
    """Return what a tombstone holds in the fields' own types; columns added since have defaults."""
    return {
        field.attname: field.to_python(columns[field.attname])
        for field in model._meta.concrete_fields
        if field.attname in columns
    }


def _refuse_lost(image: Any, *, using: str) -> None:
    """Clear what may be NULL and names a row that is gone; raise for what may not."""
    for field in image._meta.concrete_fields:
        value = getattr(image, field.attname)
        if not field.is_relation or value is None:
            continue
        target = field.target_field
        rows = target.model._base_manager.using(using).filter(**{target.attname: value})
        if rows.exists():
            continue
        if not field.null or field.name == "original":
            message = f"Image {image.pk} cannot come back without its {field.name} {value}."
            raise GalleryError(message)
        setattr(image, field.attname, None)
