"""Into the trash and out of it by hand; the sweep does the same on its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import router
from django.utils import timezone

from gallery_events import conf, uses
from gallery_events.domain.retention import Facts, Step, review
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.images import take_out
from gallery_events.flows.save import writing
from gallery_events.references import reference_model
from gallery_events.signals import image_trashed


def trash(
    image: Any, *, reason: str = "put into the trash by hand", now: datetime | None = None
) -> None:
    """
    Put an image that nothing names into the trash at once, without waiting for its review.

    Raises GalleryError naming what still uses it; nothing is written then.
    """
    model, settings = type(image), conf.current()
    using = router.db_for_write(model, instance=image)
    now = now or timezone.now()
    with writing(model, using):
        row = model._base_manager.using(using).select_for_update().filter(pk=image.pk).first()
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
        model._base_manager.using(using).filter(pk=row.pk).update(
            trashed_at=now, review_after=verdict.review_after, reviews=0
        )
        image.trashed_at, image.review_after, image.reviews = now, verdict.review_after, 0
        image_trashed.send(sender=model, image=image, reason=reason)


def rescue(image: Any, *, user: Any = None) -> None:
    """
    Take an image out of the trash by hand; a review follows after a whole upload grace.

    Raises ImagesLost when it was purged in the meantime.
    """
    model = type(image)
    using = router.db_for_write(model, instance=image)
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        if not rows.exists():
            raise ImagesLost([image.pk])
        if take_out(model, [image.pk], using=using, by="rescued by hand", user=user):
            rows.update(review_after=model._meta.get_field("review_after").get_default())
    image.refresh_from_db()
