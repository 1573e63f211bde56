"""The header of a WebP: its chunks."""

from __future__ import annotations

from struct import unpack_from
from typing import IO

from gallery_events.imaging.exif import orientation
from gallery_events.imaging.header import NOWHERE, BrokenHeader, Data, Header

MAX_OTHER_CHUNKS = 1000
ANIMATED = 0x02
#: The decoder keeps two canvases, and hands over a third that becomes the picture.
MEMORY = 16.0


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read size and number of frames; counting stops just past *max_frames*.

    Raises :exc:`BrokenHeader` when a chunk is cut off or holds no picture.
    """
    end = unpack_from("<I", data, 4)[0] + 8
    if end > len(data):
        message = "its end is missing"
        raise BrokenHeader(message)
    width, height, animated = _size(data)
    frames = stills = 0
    turned, exif = 1, NOWHERE
    position = 12
    for _ in range(MAX_OTHER_CHUNKS + max_frames):
        if position + 8 > end or frames > max_frames:
            break
        kind, length = unpack_from("<4sI", data, position)
        frames += kind == b"ANMF"
        stills += kind in (b"VP8 ", b"VP8L")
        if kind == b"EXIF":
            exif = (position + 8, position + 8 + length)
            turned = orientation(data[slice(*exif)])
        position += 8 + length + length % 2
    unread = frames <= max_frames and not end <= position + 7 <= end + 8
    if unread or not (frames if animated else stills):
        message = "its picture is not all there"
        raise BrokenHeader(message)
    return Header(width, height, frames if animated else 1, MEMORY, turned, exif=exif)


def is_lossless(file: IO[bytes]) -> bool:
    """Tell whether no picture in a WebP that was found sound has lost anything."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        kind, length = unpack_from("<4sI", head)
        if kind == b"VP8 ":
            return False
        # A frame begins with its place and duration, and holds chunks of its own.
        file.seek(16 if kind == b"ANMF" else length + length % 2, 1)
    return True


def _size(data: Data) -> tuple[int, int, bool]:
    kind = data[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
            bool(data[20] & ANIMATED),
        )
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, False
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF, False
    message = "it does not begin with its size"
    raise BrokenHeader(message)
