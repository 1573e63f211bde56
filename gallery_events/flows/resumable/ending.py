"""The end of an upload in parts: its files go, and where nothing is left to say, its row."""

from __future__ import annotations

import logging
from datetime import datetime

from gallery_events.exceptions import UploadRefused
from gallery_events.flows.resumable.rows import Over, held
from gallery_events.flows.steps import removal
from gallery_events.models import PartialUpload

logger = logging.getLogger("gallery_events.upload")


def give_up(upload: PartialUpload, *, now: datetime, refusal: UploadRefused | None = None) -> None:
    """
    End an upload: by its sender, or by a *refusal*, which is kept for whoever asks again.

    Who is writing a part of it at this moment finds it ended, and removes the part.
    """
    with held(upload) as row:
        row.ended_at = row.ended_at or now
        if refusal is not None:
            row.refusal = {
                "code": refusal.code,
                "message": str(refusal),
                "limit": refusal.limit,
            }
        row.save(update_fields=["ended_at", "refusal"])
    clear(upload, keep=refusal is not None)


def clear(upload: PartialUpload, *, keep: bool) -> None:
    """
    Remove the files of an upload that has ended, and its row unless that is to be kept.

    A part that somebody may be writing keeps its name on the row, which then
    stays until it expires: the sweep looks once more. So it does where a
    storage fails, which is for the log and not for the sender.
    """
    try:
        with held(upload) as row:
            names, busy = row.names(), bool(row.writing)
        removal.remove_parts(row, names)
        with held(upload) as row:
            row.chunks = []
            row.save(update_fields=["chunks"])
            if not (keep or busy or row.writing):
                row.delete()
    except Over:
        return
    except Exception:
        logger.exception("Parts of %s stay in %r until the sweep", upload, upload.storage)
