"""The boxes of ISO's base media file format (ISO/IEC 14496-12), in which AVIF and HEIC lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from gallery_events.imaging.header import BrokenHeader, Data

#: Cameras write a few hundred at most, of one grid of tiles.
MAX_BOXES = 4096


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind, and where in the data its content begins and ends."""

    kind: bytes
    start: int
    end: int


def boxes(data: Data, start: int, end: int) -> Iterator[Box]:
    """
    Give the boxes between two places, one after the other.

    Raises :exc:`BrokenHeader` when one reaches past the end, or when there
    are more than any camera writes.
    """
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        length, kind = unpack_from(">I4s", data, start)
        content = start + 8
        if length == 1:
            (length,) = unpack_from(">Q", data, content)
            content += 8
        stop = end if length == 0 else start + length
        if not content <= stop <= end:
            message = "its end is missing"
            raise BrokenHeader(message)
        yield Box(kind, content, stop)
        start = stop
    message = f"it has more than {MAX_BOXES:,} boxes"
    raise BrokenHeader(message)


def child(data: Data, box: Box, kind: bytes, *, skip: int = 0) -> Box | None:
    """Return the first box of a kind within another, whose content begins after *skip* bytes."""
    for each in boxes(data, box.start + skip, box.end):
        if each.kind == kind:
            return each
    return None


def descendant(data: Data, box: Box, *kinds: bytes) -> Box:
    """Return a box by the kinds on the way to it; raises :exc:`BrokenHeader` where one is missing."""
    for kind in kinds:
        found = child(data, box, kind)
        if found is None:
            message = f"its box {kind.decode('latin-1')!r} is missing"
            raise BrokenHeader(message)
        box = found
    return box


def brands(data: Data) -> list[bytes]:
    """Return the brands of a file, the major one first; none when it is made of no boxes."""
    if data[4:8] != b"ftyp":
        return []
    # Longer lists are nobody's, and the type is told by the first of them.
    end = min(int.from_bytes(data[:4], "big"), 256, len(data))
    return [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]
