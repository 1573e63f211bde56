"""The body of a part, taken off the wire within its bounds, and checked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

from django.http import HttpRequest, UnreadablePostError

from gallery_events.domain.tus import Checksum
from gallery_events.imaging.content import CHUNK, IN_MEMORY


class TooLong(Exception):
    """More comes than the upload has room for."""


class WithoutLength(Exception):
    """Nobody has said how long the body is, and this server does not read such ones."""


class Mismatch(Exception):
    """The body is not what its checksum is of, or only a part of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a part, to be read as a *file*."""

    file: IO[bytes]
    size: int


@contextmanager
def received(request: HttpRequest, *, most: int, checksum: Checksum | None) -> Iterator[Body]:
    """
    Read the body of a request, of *most* bytes, and give it for the time of the block.

    Where the line breaks off, what has come counts, unless a checksum tells
    what should have. Raises TooLong, WithoutLength or Mismatch.
    """
    length = declared(request)
    if length is None and "Transfer-Encoding" in request.headers:
        raise WithoutLength
    if (length or 0) > most:
        raise TooLong
    hashed: Any = None if checksum is None else checksum.hash()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        size = 0
        for block in _blocks(request):
            size += len(block)
            if size > most:
                raise TooLong
            file.write(block)
            if hashed is not None:
                hashed.update(block)
        if checksum is not None and hashed.digest() != checksum.digest:
            raise Mismatch
        file.seek(0)
        yield Body(cast("IO[bytes]", file), size)


def declared(request: HttpRequest) -> int | None:
    """Return how long the body is said to be."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdecimal() else None


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    try:
        while block := request.read(CHUNK):
            yield block
    except UnreadablePostError:
        # The client is gone; it asks again how far it came.
        return
