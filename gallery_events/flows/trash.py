"""Into the trash and out of it by hand; the sweep does the same on its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import router
from django.utils import timezone

from gallery_events import arguments, conf, uses
from gallery_events.domain.retention import Facts, Step, end_of_grace, review
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.images import take_out
from gallery_events.flows.pins import pin, unpin
from gallery_events.flows.revival import bring_back
from gallery_events.flows.save import writing
from gallery_events.models import Tombstone
from gallery_events.references import reference_model
from gallery_events.signals import image_trashed

__all__ = ["pin", "rescue", "trash", "unpin"]

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
    same row comes back under the same key. Raises ImagesLost when it is too
    late, GalleryError when nobody can say whether the files are there.
    """
    arguments.refuse_wrong_moment("now", now)
    user = arguments.authenticated(user)
    review_after = end_of_grace(conf.current().retention, now=now or timezone.now())
    if isinstance(image, Tombstone):
        return bring_back(image, user=user, by=BY_HAND, review_after=review_after)
    model = type(image)
    using = router.db_for_write(model, instance=image)
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        row = rows.select_for_update(no_key=True).first()
        if row is None:
            raise ImagesLost([image.pk])
        if row.trashed_at is not None:
            # Before it is announced: receivers see the row as it will be.
            rows.update(review_after=review_after)
            take_out(model, [image.pk], using=using, by=BY_HAND, user=user)
    image.refresh_from_db()
    return image
