"""What stays of a BMP: all of it, for it holds nothing else; but not what was put behind it."""

from __future__ import annotations

from struct import pack, unpack_from

from gallery_events.imaging.bmp import RLE4, RLE8, measures
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Parts

#: The newest kind may hold a colour profile behind its pixels: where, and how long, says this.
NEWEST, PROFILE = 124, 112


def cut(data: Data, *, orientation: int) -> Parts:
    """Leave out what lies behind the pixels; where only decoding tells their end, all stays."""
    parts = Parts()
    start, kind = unpack_from("<II", data, 10)
    width, height, depth, compression = measures(data, kind)
    end = start + (width * depth + 31) // 32 * 4 * abs(height)
    if kind == NEWEST:
        where, length = unpack_from("<II", data, 14 + PROFILE)
        end = max(end, 14 + where + length if where and length else 0)
    if compression in (RLE8, RLE4) or end >= len(data) or start < 14 + kind:
        parts.keep(0, len(data))
        return parts
    parts.keep(0, 2)
    size = pack("<I", end)
    parts.keep(2, 6) if data[2:6] == size else parts.add(size)
    parts.keep(6, end)
    return parts
