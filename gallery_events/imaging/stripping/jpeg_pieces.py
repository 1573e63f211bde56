"""The JPEGs that lie in a TIFF, one a strip or tile: what they tell becomes zeros, in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import unpack_from

from gallery_events.imaging.header import Data
from gallery_events.imaging.jpeg import END_OF_IMAGE, START_OF_SCAN, WITHOUT_LENGTH
from gallery_events.imaging.stripping.jpeg import ADOBE, APPLICATION, COMMENT, JFIF
from gallery_events.imaging.stripping.parts import Change, Span, Uncertain

TELLING = APPLICATION - {JFIF, ADOBE} | {COMMENT}


#: Segments of all pieces together: encoders write a few in each.
MOST = 200_000


def blanked(data: Data, pieces: Iterable[Span]) -> Iterator[Change]:
    """
    Give the changes that leave of comments and the like their lengths only.

    Raises :exc:`Uncertain` when there are more segments than any encoder writes.
    """
    left = MOST
    for start, end in pieces:
        for marker, position, stop in _segments(data, start, min(end, len(data))):
            left -= 1
            if not left:
                message = "its JPEGs have too many segments"
                raise Uncertain(message)
            if marker in TELLING and stop > position:
                yield position, bytes(stop - position)


def _segments(data: Data, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give what comes before the compressed data: the marker, and where its content lies."""
    while position + 4 <= end and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in (START_OF_SCAN, END_OF_IMAGE):
            return
        if marker == 0xFF or marker in WITHOUT_LENGTH:
            stop = position + (1 if marker == 0xFF else 2)
            yield marker, stop, stop
        else:
            (length,) = unpack_from(">H", data, position + 2)
            stop = position + 2 + max(length, 2)
            if stop > end:
                return
            yield marker, position + 4, stop
        position = stop
