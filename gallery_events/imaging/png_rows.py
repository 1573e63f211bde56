"""Whether a PNG holds all the rows that it says: decoders show what is missing as black."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from struct import unpack_from

from gallery_events.imaging.header import BrokenHeader, Data

#: So much is unpacked at a time, and thrown away.
STEP = 1 << 20
#: Numbers a pixel, by the kind of colour.
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
#: The seven passes of an interlaced picture: first column and row, and the steps to the next.
PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def check_rows(data: Data) -> None:
    """
    Unpack the picture of a PNG whose header was read, and count.

    Raises :exc:`BrokenHeader` when there are fewer rows than it says, or when
    they cannot be unpacked.
    """
    width, height, depth, colour, _, _, interlaced = unpack_from(">IIBBBBB", data, 16)
    bits = depth * CHANNELS.get(colour, 1)
    passes = PASSES if interlaced else ((0, 0, 1, 1),)
    left = sum(
        rows * (1 + -(-columns * bits // 8))
        for left, top, across, down in passes
        if (columns := -(-(width - left) // across)) > 0
        and (rows := -(-(height - top) // down)) > 0
    )
    for unpacked in _unpacked(data):
        left -= unpacked
        if left <= 0:
            return
    message = "rows are missing"
    raise BrokenHeader(message)


def _unpacked(data: Data) -> Iterator[int]:
    """Yield how many bytes come out, step by step."""
    packed = zlib.decompressobj()
    for part in _parts(data):
        rest = part
        while rest and not packed.eof:
            try:
                yield len(packed.decompress(rest, STEP))
            except zlib.error as error:
                message = "its rows cannot be unpacked"
                raise BrokenHeader(message) from error
            rest = packed.unconsumed_tail
    yield len(packed.flush())


def _parts(data: Data) -> Iterator[bytes]:
    position = 8
    while position + 8 <= len(data):
        length, kind = unpack_from(">I4s", data, position)
        if kind == b"IDAT":
            yield data[position + 8 : position + 8 + length]
        elif kind == b"IEND":
            return
        position += 12 + length
