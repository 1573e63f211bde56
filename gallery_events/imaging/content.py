"""The bytes of an upload, taken within a bound and kept where they can be read again."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from mmap import ACCESS_READ, mmap
from typing import IO, Any

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.header import Data

CHUNK = 256 * 1024
#: Up to this size a file is kept in memory, above it in a temporary file.
IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """The bytes of a file: to be read as a *file*, to be searched as *data*."""

    file: IO[bytes]
    data: Data
    sha256: str
    #: Closes what the bytes lie in, and in what is made of them.
    closing: ExitStack

    @property
    def size(self) -> int:
        """The number of bytes that really came."""
        return len(self.data)

    def remade(self, chunks: Iterable[bytes]) -> Content:
        """Return other bytes, to be had as long as these."""
        return _kept(chunks, self.closing)


@contextmanager
def taken(file: Any, *, max_bytes: int) -> Iterator[Content]:
    """
    Copy *file* once, counting and hashing, and give the copy for the time of the block.

    What the file says of its size or type is not asked; it may be one that
    cannot be sought. It is not closed. Raises :exc:`UploadRefused` with the
    code ``not_a_file``, ``empty`` or ``bytes``; no more than *max_bytes* and
    one chunk are ever read.
    """
    with ExitStack() as stack:
        content = _kept(_bounded(_chunks(file), max_bytes), stack)
        refuse_empty(content.size)
        yield content


def refuse_empty(size: int) -> None:
    """Raise UploadRefused for a file without a byte."""
    if not size:
        message = "This file is empty: choose the picture again."
        raise UploadRefused(message, code="empty")


def refuse_too_large(size: int, *, most: int) -> None:
    """Raise UploadRefused for a file of more than *most* bytes."""
    if size > most:
        message = f"This file is too large: at most {_in_words(most)} are accepted."
        raise UploadRefused(message, code="bytes", limit=most)


def _bounded(chunks: Iterable[Any], most: int) -> Iterator[Any]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        refuse_too_large(size, most=most)
        yield chunk


def _kept(chunks: Iterable[Any], stack: ExitStack) -> Content:
    copy: IO[bytes] = BytesIO()
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        if size <= IN_MEMORY < size + len(chunk):
            place = tempfile.TemporaryFile()  # noqa: SIM115 - the stack closes it
            copy = _moved(copy, stack.enter_context(place))
        size += len(chunk)
        digest.update(chunk)
        copy.write(chunk)
    return Content(copy, _data(copy, stack), digest.hexdigest(), stack)


def _chunks(file: Any) -> Iterator[Any]:
    read = getattr(file, "read", None)
    if not callable(read):
        raise _not_a_file(f"it is {type(file).__name__!r}")
    if getattr(file, "closed", False):
        raise _not_a_file("it is closed")
    _rewind(file)
    while chunk := read(CHUNK):
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise _not_a_file("it gives text")
        yield chunk


def _rewind(file: Any) -> None:
    # Validation before us may have read it; a stream is taken from where it stands.
    seekable = getattr(file, "seekable", None)
    if seekable is not None and seekable():
        file.seek(0)


def _moved(copy: IO[bytes], place: IO[bytes]) -> IO[bytes]:
    copy.seek(0)
    shutil.copyfileobj(copy, place)
    return place


def _data(copy: IO[bytes], stack: ExitStack) -> Data:
    if isinstance(copy, BytesIO):
        return copy.getvalue()
    copy.flush()
    return stack.enter_context(mmap(copy.fileno(), 0, access=ACCESS_READ))


def _not_a_file(why: str) -> UploadRefused:
    message = f"This is not a file that can be read ({why}): give an open binary file."
    return UploadRefused(message, code="not_a_file")


def _in_words(size: int) -> str:
    for unit, name in ((1024 * 1024, "MB"), (1024, "KB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} bytes"
