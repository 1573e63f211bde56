"""What can go wrong, with the data to act on it and the cure in the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist


class GalleryError(Exception):
    """The base of all errors of this package; its text says what to do."""


class ImagesLost(GalleryError):
    """
    Images that were to be shown exist no longer; nothing was written.

    *ids* are their keys in the key's own type.
    """

    def __init__(self, ids: Iterable[Any], message: str | None = None) -> None:
        self.ids = list(ids)
        named = ", ".join(str(pk) for pk in self.ids[:20])
        if len(self.ids) > 20:
            named += f" and {len(self.ids) - 20} more"
        super().__init__(
            message
            or f"These images exist no longer: {named}. Nothing was saved: "
            "take them out of the gallery or upload them again."
        )


class StaleGallery(GalleryError):
    """
    Somebody saved the owner in between, and both changes cannot be had together.

    *expected* is the version the change was made on, *current* the one found.
    *changes* maps each field in conflict to ``(base, mine, theirs)``. Nothing
    was written.
    """

    def __init__(
        self, *, expected: int, current: int, changes: Mapping[str, tuple[Any, Any, Any]]
    ) -> None:
        self.expected = expected
        self.current = current
        self.changes = dict(changes)
        fields = ", ".join(self.changes) or "the whole object"
        super().__init__(
            f"This was changed by somebody else: you worked on version {expected}, "
            f"version {current} is saved now, and both changed {fields}. Nothing was saved: "
            "load it again (refresh_from_db) and repeat the change, or save with "
            "expected_version=None to overwrite theirs."
        )


class UploadRefused(GalleryError):
    """
    A file was not taken; nothing of it was kept.

    *code* is for programs (``"format"``, ``"bytes"``, ``"pixels"``, ...),
    *limit* the bound that was passed, where there is one.
    """

    def __init__(self, message: str, *, code: str, limit: Any = None) -> None:
        self.code = code
        self.limit = limit
        super().__init__(message)


class RenditionFailed(GalleryError):
    """A smaller copy of an image could not be made; *image* still has its file, or a broken one."""

    def __init__(self, image: Any, why: str) -> None:
        self.image = image
        super().__init__(f"No rendition of image {image.pk} could be made: {why}")


class EditRefused(GalleryError):
    """
    An edited image was not made; nothing of it was kept.

    *code* is for programs (``"size"``, ``"crop"``, ``"nothing"``, ``"format"``, ...), *limit* the
    bound that was passed, where there is one.
    """

    def __init__(self, message: str, *, code: str, limit: Any = None) -> None:
        self.code = code
        self.limit = limit
        super().__init__(message)


class SweepRefused(GalleryError):
    """The sweep did not start and touched nothing; *reasons* name each cure."""

    def __init__(self, reasons: Iterable[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__("The sweep was refused: " + " ".join(self.reasons))


class HistoryBypassed(GalleryError):
    """A call would have changed a gallery, or its history, without a record of it."""


class SnapshotDoesNotExist(GalleryError, ObjectDoesNotExist):
    """There is no such snapshot of this owner."""
