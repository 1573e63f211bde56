"""The rows of uploads that come in parts: found, and held while they change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gallery_events.flows.save import writing
from gallery_events.flows.steps.run import alias
from gallery_events.models import PartialUpload


class Over(Exception):
    """The upload has ended, or its time is over: it must be begun again."""


class Moved(Exception):
    """The upload is at another *offset* by now than whoever sent this part knew."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"The upload is at {offset}.")


class ChunksLost(Moved):
    """The storage has lost a part; what comes from *offset* on must be sent again."""


def found(token: str, *, user: Any) -> PartialUpload | None:
    """
    Return the upload of a token, to nobody but the user who began it.

    What somebody began who was not logged in is for whoever knows the token.
    """
    if "\x00" in token:
        return None  # no database takes the character
    upload: PartialUpload | None = rows().filter(token=token).first()
    if upload is None or upload.user_id not in (None, user.pk):
        return None
    return upload


def rows() -> Any:
    """Return all uploads, where they are written."""
    return PartialUpload.objects.using(alias(PartialUpload))


@contextmanager
def held(upload: PartialUpload) -> Iterator[PartialUpload]:
    """
    Give the row as it is now, locked to the end of the block; raise Over when it is gone.

    Nothing slow may be done within: everybody who wants the row waits.
    """
    using = alias(PartialUpload)
    with writing(PartialUpload, using):
        row = locked(upload, using=using)
        yield row


def locked(upload: PartialUpload, *, using: str) -> PartialUpload:
    """Lock the row in a transaction that is open; raise Over when it is gone."""
    row: PartialUpload | None = (
        PartialUpload.objects.using(using).select_for_update().filter(pk=upload.pk).first()
    )
    if row is None:
        raise Over
    return row
