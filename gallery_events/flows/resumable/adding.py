"""A part of an upload comes in: named on the row, written, and only then counted."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import storages

from gallery_events import conf
from gallery_events.exceptions import UploadRefused
from gallery_events.fields.acceptance import Acceptance
from gallery_events.fields.addresses import gallery_of
from gallery_events.flows.resumable.ending import give_up
from gallery_events.flows.resumable.rows import Moved, Over, held
from gallery_events.imaging.probe import recognised
from gallery_events.imaging.svg.text import HEAD
from gallery_events.models import PartialUpload

logger = logging.getLogger("gallery_events.upload")

#: Nobody writes one part for longer: who is still at it after so long has died.
LEASE = timedelta(minutes=10)
#: A file in more parts than this is sent by a client that is broken, or means no good.
MOST_CHUNKS = 2000


def add(
    upload: PartialUpload,
    body: IO[bytes],
    *,
    size: int,
    offset: int,
    lifetime: timedelta,
    now: datetime,
) -> PartialUpload:
    """
    Add *size* bytes at *offset* to an upload, which from now on waits a whole lifetime again.

    No row is locked while the storage writes: of two who send the same part
    the first to be done counts, and the other's is removed again. Raises
    Moved, Over, or :exc:`~gallery_events.exceptions.UploadRefused` for what
    is no picture by its first bytes, which ends the upload.
    """
    if upload.offset != offset:
        raise Moved(upload.offset)
    if offset == 0 and size:
        _refuse_by_content(upload, body, size=size, now=now)
    name = f"{upload.folder}/{secrets.token_hex(8)}.part"
    row = _announced(upload, name, offset=offset, until=now + lifetime, now=now, size=size)
    if not size:
        return row
    names = [name]
    try:
        body.seek(0)
        file = File(body)
        file.size = size  # a spooled file does not tell
        names.append(storages[upload.storage].save(name, file))
        return _counted(upload, names, size=size, offset=offset)
    except BaseException:
        _take_back(upload, names)
        raise


def _refuse_by_content(upload: PartialUpload, body: IO[bytes], *, size: int, now: datetime) -> None:
    """Refuse what is no picture before the rest of it is sent, where so much of it can tell."""
    if size < min(HEAD, upload.length):
        return
    gallery = gallery_of(upload.gallery) if upload.gallery else None
    accepted = Acceptance() if gallery is None else gallery.acceptance
    body.seek(0)
    try:
        recognised(body.read(HEAD), accepted.limits(conf.current()))
    except UploadRefused as refusal:
        give_up(upload, now=now, refusal=refusal)
        raise


def _announced(
    upload: PartialUpload,
    name: str,
    *,
    offset: int,
    until: datetime,
    now: datetime,
    size: int,
) -> PartialUpload:
    """Write the name onto the row before there is such a file: no crash leaves an unknown one."""
    with held(upload) as row:
        _refuse_moved(row, offset)
        if row.is_over(now):
            raise Over
        if len(row.chunks) + len(row.writing) >= MOST_CHUNKS:
            message = "This file comes in too many parts: begin again with larger ones."
            raise UploadRefused(message, code="parts", limit=MOST_CHUNKS)
        row.expires_at = until
        if size:
            row.writing = [*row.writing, name]
            row.busy_until = now + LEASE
        row.save(update_fields=["writing", "busy_until", "expires_at"])
    return row


def _counted(upload: PartialUpload, names: list[str], *, size: int, offset: int) -> PartialUpload:
    """Let a part count that is written, if nobody else's does in its place."""
    name, stored = names
    with held(upload) as row:
        if row.ended_at is not None:
            raise Over
        _refuse_moved(row, offset)
        row.chunks = [*row.chunks, [stored, size]]
        row.offset += size
        _forget(row, name)
        row.save(update_fields=["chunks", "offset", "writing", "busy_until"])
    return row


def _take_back(upload: PartialUpload, names: list[str]) -> None:
    """Remove a part that does not count; what cannot be removed stays named for the sweep."""
    try:
        for name in dict.fromkeys(names):
            storages[upload.storage].delete(name)
        with held(upload) as row:
            _forget(row, names[0])
            row.save(update_fields=["writing", "busy_until"])
    except Over:
        return
    except Exception:
        logger.exception("A part of %s stays in %r until the sweep", upload, upload.storage)


def _forget(row: Any, name: str) -> None:
    row.writing = [each for each in row.writing if each != name]
    if not row.writing:
        row.busy_until = None


def _refuse_moved(row: PartialUpload, offset: int) -> None:
    if row.offset != offset:
        raise Moved(row.offset)
