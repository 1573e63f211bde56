"""The header of a GIF: its blocks, frame by frame, without a look at the pixels."""

from __future__ import annotations

from struct import unpack_from

from gallery_events.imaging.header import BrokenHeader, Data, Header

EXTENSION, FRAME, TRAILER = 0x21, 0x2C, 0x3B
#: Encoders fill sub-blocks with 255 bytes; a file of nearly empty ones costs time only.
SMALLEST_BLOCKS = 64
FREE_BLOCKS = 10_000


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read size and number of frames; counting stops just past *max_frames*.

    As in browsers the first frame may enlarge the canvas. Raises
    :exc:`BrokenHeader` when a block is cut off or the trailer is missing.
    """
    width, height, flags = unpack_from("<HHB", data, 6)
    walk = Walk(data, 13 + palette(flags))
    frames = 0
    right, bottom = width, height
    while (kind := data[walk.position]) != TRAILER:
        if kind == FRAME:
            frames += 1
            if frames > max_frames:
                break
            left, top, across, down, flags = unpack_from("<HHHHB", data, walk.position + 1)
            right, bottom = max(right, left + across), max(bottom, top + down)
            if frames == 1:
                width, height = right, bottom
            walk.skip(11 + palette(flags))
        elif kind == EXTENSION:
            walk.skip(2)
        else:
            message = "a block is of no known kind"
            raise BrokenHeader(message)
    if not frames or (right, bottom) != (width, height):
        message = "it has no frame" if not frames else "a later frame is larger than the first"
        raise BrokenHeader(message)
    return Header(width, height, frames, 16.0 if frames > 1 else 1.0)


def palette(flags: int) -> int:
    """Return how many bytes the colours take that flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class Walk:
    """A position that steps over sub-blocks, and gives up when there are too many."""

    def __init__(self, data: Data, position: int) -> None:
        self.data = data
        self.position = position
        self.left = FREE_BLOCKS + len(data) // SMALLEST_BLOCKS

    def skip(self, length: int) -> None:
        """Step over so many bytes, and over the sub-blocks that follow."""
        data = self.data
        position = self.position + length
        while size := data[position]:
            position += size + 1
            self.left -= 1
            if self.left < 0:
                message = "its blocks are too small"
                raise BrokenHeader(message)
        self.position = position + 1
