"""Pins: an image that nothing names stays all the same, until a day and for a reason."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import router
from django.utils import timezone

from gallery_events import arguments, conf
from gallery_events.domain.retention import end_of_grace, review_of_pinned, review_of_unpinned
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.images import take_out
from gallery_events.flows.save import writing

logger = logging.getLogger("gallery_events.trash")

PINNED = "pinned"


def pin(
    image: Any, *, until: datetime, reason: str, user: Any = None, now: datetime | None = None
) -> Any:
    """
    Keep an image until a moment, whatever its use, and return it.

    One in the trash comes out of it. When the pin ends it is looked at again.
    Raises GalleryError unless *until* lies ahead and there is a reason,
    ImagesLost when the image is purged; nothing is written then.
    """
    arguments.refuse_wrong_moment("now", now)
    now = now or timezone.now()
    _refuse_wrong_end(until, now=now)
    reason = _reason(reason, longest=type(image)._meta.get_field("pin_reason").max_length)
    user = arguments.authenticated(user)
    model = type(image)
    using = router.db_for_write(model, instance=image)
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        row = _locked(rows, image)
        rows.update(
            pinned_until=until,
            pin_reason=reason,
            review_after=review_of_pinned(
                row.review_after,
                until=until,
                before=row.pinned_until,
                in_trash=row.trashed_at is not None,
            ),
        )
        take_out(model, [row.pk], using=using, by=PINNED, user=user)
    logger.info("Image %s was pinned until %s by %s: %s", image.pk, until, user, reason)
    image.refresh_from_db()
    return image


def unpin(image: Any, *, user: Any = None, now: datetime | None = None) -> Any:
    """
    Take a pin away, and return the image; when nothing names it, an upload grace is left to it.

    Raises ImagesLost when it is purged.
    """
    arguments.refuse_wrong_moment("now", now)
    grace = end_of_grace(conf.current().retention, now=now or timezone.now())
    user = arguments.authenticated(user)
    model = type(image)
    using = router.db_for_write(model, instance=image)
    with writing(model, using):
        rows = model._base_manager.using(using).filter(pk=image.pk)
        row = _locked(rows, image)
        if row.pinned_until is not None:
            moment = review_of_unpinned(row.review_after, pinned=row.pinned_until, grace=grace)
            rows.update(pinned_until=None, pin_reason="", review_after=moment)
    logger.info("Image %s was unpinned by %s", image.pk, user)
    image.refresh_from_db()
    return image


def _locked(rows: Any, image: Any) -> Any:
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise ImagesLost([image.pk])
    return row


def _refuse_wrong_end(until: Any, *, now: datetime) -> None:
    if until is None:
        message = "until=None is no moment: a pin has an end, which may be far away."
        raise TypeError(message)
    arguments.refuse_wrong_moment("until", until)
    if until <= now:
        message = f"until={until} has passed: pin to a moment that lies ahead, or unpin."
        raise GalleryError(message)


def _reason(given: Any, *, longest: int) -> str:
    reason = given.strip() if isinstance(given, str) else ""
    if not reason:
        message = "A pin needs a reason: say in a few words why the image must stay."
        raise GalleryError(message)
    if len(reason) > longest:
        message = f"The reason of a pin has at most {longest} characters: make it shorter."
        raise GalleryError(message)
    return reason
