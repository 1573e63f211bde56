"""The parts of an upload, read one after another as the file that they are."""

from __future__ import annotations

from collections.abc import Generator

from django.core.files.storage import storages

from gallery_events.imaging.content import CHUNK
from gallery_events.models import PartialUpload


class PartLost(OSError):
    """A part is not there, or not whole; *index* counts from 0."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"Part {index} of an upload is lost.")


class Assembled:
    """
    A file to be read once from start to end; of no storage is more asked than to open a file.

    To be closed: it holds the part open that it is at.
    """

    def __init__(self, upload: PartialUpload) -> None:
        self.name = upload.name
        self._blocks = _blocks(upload)

    def read(self, size: int = -1) -> bytes:
        """Return some of what is left, whatever *size*; nothing at the end."""
        return next(self._blocks, b"")

    def close(self) -> None:
        """Close what is open."""
        self._blocks.close()


def _blocks(upload: PartialUpload) -> Generator[bytes, None, None]:
    storage = storages[upload.storage]
    for index, (name, size) in enumerate(upload.chunks):
        left = size
        try:
            with storage.open(name, "rb") as file:
                while block := file.read(CHUNK):
                    left -= len(block)
                    yield block
        except FileNotFoundError as error:
            raise PartLost(index) from error
        if left:
            raise PartLost(index)
