"""The header of a BMP: which of its seven kinds, how deep, and whether its pixels are all there."""

from __future__ import annotations

from struct import unpack_from

from gallery_events.imaging.header import BrokenHeader, Data, Header

#: The size of the header is its kind: OS/2 1 and 2, Windows 3, its two extensions, 4 and 5.
CORE = 12
KINDS = frozenset([CORE, 40, 52, 56, 64, 108, 124])
DEPTHS = frozenset([1, 4, 8, 16, 24, 32])
RAW, RLE8, RLE4, BITFIELDS = 0, 1, 2, 3
#: The depth that each compression wants; the others take any of theirs.
DEEP = {RLE8: (8,), RLE4: (4,), BITFIELDS: (16, 24, 32)}
#: Run lengths are undone byte by byte: so many bytes a pixel keep the time down, not the memory.
RLE_MEMORY = 50.0


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read size, depth and compression; rows may stand from above or from below.

    Raises :exc:`BrokenHeader` when the header is of no known kind, a BMP that
    holds a JPEG or PNG, or when pixels are missing.
    """
    start, kind = unpack_from("<II", data, 10)
    if kind not in KINDS:
        message = "its header is of no known kind"
        raise BrokenHeader(message)
    width, height, depth, compression = measures(data, kind)
    if depth not in DEEP.get(compression, DEPTHS) or compression > BITFIELDS:
        message = "its pixels are stored in no known way"
        raise BrokenHeader(message)
    if width < 0:
        message = "it has no size"
        raise BrokenHeader(message)
    smallest = 2 if compression in (RLE8, RLE4) else (width * depth + 31) // 32 * 4 * abs(height)
    if max(start, 14 + kind) + smallest > len(data):
        message = "its end is missing"
        raise BrokenHeader(message)
    if compression in (RLE8, RLE4):
        return Header(width, abs(height), memory=RLE_MEMORY)
    return Header(width, abs(height), memory=1.0 if depth <= 8 else 4.0)


def measures(data: Data, kind: int) -> tuple[int, int, int, int]:
    """Return width, height (negative from above), depth and compression."""
    if kind == CORE:
        width, height, _, depth = unpack_from("<HHHH", data, 18)
        return width, height, depth, RAW
    return unpack_from("<iixxHI", data, 18)
