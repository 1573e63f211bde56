"""The JPEGs that lie in a TIFF, one a strip or tile: what they tell becomes zeros, in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import unpack_from

from gallery_events.imaging.header import Data
from gallery_events.imaging.jpeg import (
    END_OF_IMAGE,
    START_OF_FRAME,
    START_OF_SCAN,
    WITHOUT_LENGTH,
)
from gallery_events.imaging.stripping.jpeg import (
    ADOBE,
    APPLICATION,
    COMMENT,
    JFIF,
    MARKER,
    TABLES,
)
from gallery_events.imaging.stripping.parts import Change, Span, Uncertain

TELLING = APPLICATION - {JFIF, ADOBE} | {COMMENT}
#: The segments that say how long they are.
WITH_LENGTH = APPLICATION | TABLES | START_OF_FRAME | {COMMENT, START_OF_SCAN}


#: Segments of all pieces together: encoders write a few in each.
MOST = 200_000


def blanked(data: Data, pieces: Iterable[Span]) -> tuple[list[Span], list[Change]]:
    """
    Return the pieces without what follows the image in them, and the changes that blank the rest.

    Of comments and the like these leave the lengths only. A piece may be said
    to be longer than its JPEG: no decoder reads what lies there. Raises
    :exc:`Uncertain` where the end of an image is not clearly seen, and when
    there are more segments than any encoder writes.
    """
    ended: list[Span] = []
    changes: list[Change] = []
    left = MOST
    for start, end in pieces:
        last = start
        for marker, position, stop in _segments(data, start, min(end, len(data))):
            last = stop
            left -= 1
            if not left:
                message = "its JPEGs have too many segments"
                raise Uncertain(message)
            if marker in TELLING and stop > position:
                changes.append((position, bytes(stop - position)))
        ended.append((start, last))
    return ended, changes


def _segments(data: Data, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Give all up to the end of the image: the marker, and where its content lies."""
    marker = 0
    while marker != END_OF_IMAGE and position < end:
        marker, stop = _segment(data, position, end)
        yield marker, min(position + 4, stop), stop
        position = stop


def _segment(data: Data, position: int, end: int) -> tuple[int, int]:
    """Return the marker that stands here, and where its content ends, compressed data too."""
    marker = data[position + 1] if position + 2 <= end else 0
    if data[position] != 0xFF or (marker in WITH_LENGTH and position + 4 > end):
        message = "a marker is missing in its JPEGs"
        raise Uncertain(message)
    if marker == 0xFF:
        return marker, position + 1
    if marker == END_OF_IMAGE or marker in WITHOUT_LENGTH:
        return marker, position + 2
    if marker not in WITH_LENGTH:
        message = "a segment of its JPEGs is of no known kind"
        raise Uncertain(message)
    (length,) = unpack_from(">H", data, position + 2)
    stop = position + 2 + max(length, 2)
    if marker == START_OF_SCAN:
        found = MARKER.search(data, stop, end)
        stop = found.start() if found else end + 1
    if stop > end:
        message = "the end of its JPEGs is missing"
        raise Uncertain(message)
    return marker, stop
