"""What stays of a GIF: its frames and their times, how often it plays, its colour profile."""

from __future__ import annotations

from gallery_events.imaging.gif import FRAME, TRAILER, Walk, palette
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Parts

CONTROL, APPLICATION = 0xF9, 0xFF
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
PROFILE = b"ICCRGBG1012"
#: A block says how often: its length, its kind, a number.
LOOP = 4


def cut(data: Data, *, orientation: int) -> Parts:
    """Leave out comments, text, XMP and what else programs add, and what lies behind the end."""
    parts = Parts()
    walk = Walk(data, 13 + palette(data[10]))
    parts.keep(0, walk.position)
    while (kind := data[walk.position]) != TRAILER:
        start = walk.position
        if kind == FRAME:
            walk.skip(11 + palette(data[start + 9]))
            parts.keep(start, walk.position)
            continue
        walk.skip(2)
        label = data[start + 1]
        if label == CONTROL:
            parts.keep(start, walk.position)
        elif label == APPLICATION:
            _keep_application(data, parts, start, walk.position)
    parts.keep(walk.position, walk.position + 1)
    return parts


def _keep_application(data: Data, parts: Parts, start: int, end: int) -> None:
    name = data[start + 3 : start + 14]
    if name == PROFILE:
        parts.keep(start, end)
    elif name in LOOPS and data[start + 14] >= LOOP - 1:
        blocks = b"\x03" + data[start + 15 : start + 18]
        if data[start + 14 : end] == blocks + b"\0":
            parts.keep(start, end)
        else:
            parts.keep(start, start + 14)
            parts.add(blocks + b"\0")
