"""What stays of a PNG: the chunks that show."""

from __future__ import annotations

import zlib
from struct import pack, unpack_from

from gallery_events.imaging.exif import only_orientation
from gallery_events.imaging.header import Data
from gallery_events.imaging.png import MAX_CHUNKS
from gallery_events.imaging.stripping.parts import Parts, Uncertain

#: Picture, animation, transparency, colours by number and by profile, background, size in print.
SHOWN = frozenset(
    b"IHDR PLTE IDAT IEND acTL fcTL fdAT tRNS bKGD pHYs gAMA cHRM sRGB iCCP sBIT cICP "
    b"mDCV mDCv cLLI cLLi".split()
)


def cut(data: Data, *, orientation: int) -> Parts:
    """Leave out text, time, EXIF and what programs add, and what lies behind the end."""
    parts = Parts()
    parts.keep(0, 8)
    position = 8
    turned = orientation == 1
    for _ in range(MAX_CHUNKS):
        length, kind = unpack_from(">I4s", data, position)
        end = position + 12 + length
        if kind == b"IDAT" and not turned:
            parts.add(_exif(orientation))
            turned = True
        if kind in SHOWN:
            parts.keep(position, end)
        if kind == b"IEND":
            return parts
        position = end
    message = "it has too many chunks"
    raise Uncertain(message)


def _exif(orientation: int) -> bytes:
    says = b"eXIf" + only_orientation(orientation)
    return pack(">I", len(says) - 4) + says + pack(">I", zlib.crc32(says))
