"""The header of a PNG: its chunks, each with its checksum."""

from __future__ import annotations

import zlib
from struct import unpack_from

from gallery_events.imaging.exif import orientation
from gallery_events.imaging.header import NOWHERE, BrokenHeader, Data, Header

MAX_CHUNKS = 100_000
GREY, PALETTE = 0, 3


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read size and, of an animated PNG, the number of frames.

    Raises :exc:`BrokenHeader` when a chunk is cut off, changed or missing:
    browsers show such a file in part or not at all.
    """
    width, height, depth, colour = _size(data)
    frames = controls = 0
    pixels = False
    turned, exif = 1, NOWHERE
    position = 8
    for _ in range(MAX_CHUNKS):
        length, kind = unpack_from(">I4s", data, position)
        _check_sum(data, position, length)
        if kind == b"acTL" and not pixels:
            if frames or not (frames := unpack_from(">I", data, position + 8)[0]):
                message = "it contradicts itself about its frames"
                raise BrokenHeader(message)
            if frames > max_frames:
                break
        controls += kind == b"fcTL"
        if kind == b"eXIf":
            exif = (position + 8, position + 8 + length)
            turned = orientation(data[slice(*exif)])
        pixels = pixels or kind == b"IDAT"
        if kind == b"IEND":
            break
        position += 12 + length
    if frames <= max_frames and not (kind == b"IEND" and pixels and frames in (0, controls)):
        message = "its picture is not all there"
        raise BrokenHeader(message)
    memory = _memory(depth, colour, animated=frames > 0)
    return Header(width, height, max(frames, 1), memory, turned, exif=exif)


def _size(data: Data) -> tuple[int, int, int, int]:
    length, kind, width, height, depth, colour = unpack_from(">I4sIIBB", data, 8)
    if kind != b"IHDR" or length != 13:
        message = "it does not begin with its size"
        raise BrokenHeader(message)
    return width, height, depth, colour


def _check_sum(data: Data, position: int, length: int) -> None:
    end = position + 8 + length
    if end + 4 > len(data):
        message = "its end is missing"
        raise BrokenHeader(message)
    if zlib.crc32(data[position + 4 : end]) != unpack_from(">I", data, end)[0]:
        message = "a checksum is wrong"
        raise BrokenHeader(message)


def _memory(depth: int, colour: int, *, animated: bool) -> float:
    if animated:
        return 16.0
    if colour in (GREY, PALETTE):
        return 1.0 if depth <= 8 else 2.0
    return 4.0
