"""An upload that is whole becomes an image: one, however often and by how many it is asked for."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from gallery_events import sql
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import upload as uploading
from gallery_events.flows.resumable.assembled import Assembled, PartLost
from gallery_events.flows.resumable.ending import clear, give_up
from gallery_events.flows.resumable.rows import ChunksLost, Moved, Over, held, locked, rows
from gallery_events.models import PartialUpload

logger = logging.getLogger("gallery_events.upload")


def finish(upload: PartialUpload, *, field: Any, lifetime: timedelta, now: datetime) -> Any:
    """
    Return the image that an upload becomes, made now unless it was made before.

    The image and the word of it on the upload's row are one transaction, so
    that whoever dies or is overtaken leaves either both or none. Raises Moved
    while bytes are missing, ChunksLost when the storage has lost some, Over,
    and :exc:`~gallery_events.exceptions.UploadRefused`: that ends the upload
    too, but for a quota, which may have room later.
    """
    if (image := upload.image()) is not None:
        return image
    if upload.is_over(now):
        raise Over
    if not upload.is_whole:
        raise Moved(upload.offset)
    try:
        with closing(Assembled(upload)) as file:
            image = uploading.make(
                file,
                user=upload.user,
                field=field,
                now=now,
                origin=upload,
                prepare=lambda using: _hold(upload, using=using),
                settle=lambda image: _settle(upload, image, until=now + lifetime, now=now),
            )
    except Over:
        return _made_by_another(upload)
    except UploadRefused as refusal:
        if refusal.code != "quota":
            give_up(upload, now=now, refusal=refusal)
        raise
    except PartLost as lost:
        raise _cut(upload, lost.index) from lost
    clear(upload, keep=True)
    return image


def _hold(upload: PartialUpload, *, using: str) -> None:
    """Lock the row to the end of the transaction that makes the image; nobody makes a second."""
    sql.begin_writing(PartialUpload, using)
    if locked(upload, using=using).ended_at is not None:
        raise Over


def _settle(upload: PartialUpload, image: Any, *, until: datetime, now: datetime) -> None:
    rows().filter(pk=upload.pk).update(image_key=str(image.pk), ended_at=now, expires_at=until)


def _made_by_another(upload: PartialUpload) -> Any:
    again = rows().filter(pk=upload.pk).first()
    image = None if again is None else again.image()
    if image is None:
        raise Over
    return image


def _cut(upload: PartialUpload, index: int) -> ChunksLost:
    """Go back to before the part that is lost: what comes after it is of no use either."""
    with held(upload) as row:
        kept, dropped = row.chunks[:index], row.chunks[index:]
        row.chunks = kept
        row.offset = sum(size for _name, size in kept)
        row.writing = [*row.writing, *(name for name, _size in dropped)]
        row.save(update_fields=["chunks", "offset", "writing"])
    logger.error("The storage %r has lost a part of %s", upload.storage, upload)
    return ChunksLost(row.offset)
