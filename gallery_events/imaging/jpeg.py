"""The header of a JPEG: its segments up to the first scan."""

from __future__ import annotations

import re
from struct import unpack_from

from gallery_events.imaging.exif import orientation
from gallery_events.imaging.header import NOWHERE, BrokenHeader, Data, Header

START_OF_SCAN = 0xDA
END_OF_IMAGE = 0xD9
APPLICATION_1 = 0xE1
#: How the segment begins in which EXIF follows.
EXIF = b"Exif\0\0"
#: Markers that stand alone: TEM, the restarts, the start of the image, and stuffed zeros.
WITHOUT_LENGTH = frozenset([0x00, 0x01, *range(0xD0, 0xD9)])
#: Start of frame: all of C0 to CF but DHT, JPG and DAC.
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = frozenset([0xC2, 0xC6, 0xCA, 0xCE])

SCAN_OR_END = re.compile(rb"\xff[\xd9\xda]")

MAX_SEGMENTS = 2000
#: Libraries skip stray bytes between segments one by one: a few are common, millions an attack.
MAX_STRAY = 64
#: Every scan of a progressive JPEG passes over all pixels; common encoders write 10.
MAX_SCANS = 32


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read size and kind; a phone's second picture (MPO) is not looked at.

    Raises :exc:`BrokenHeader` when the first scan is not reached or the end
    of the image is missing.
    """
    size: tuple[int, int] | None = None
    turned, exif = 0, NOWHERE
    samples: list[float] = []
    progressive = False
    position = 2
    for _ in range(MAX_SEGMENTS):
        marker, position = _next_marker(data, position)
        if marker in WITHOUT_LENGTH:
            continue
        if marker == END_OF_IMAGE:
            break
        (length,) = unpack_from(">H", data, position)
        if marker == START_OF_SCAN and size is not None:
            _check_scans(data, position)
            whole = progressive or data[position + 2] < len(samples)
            kept = 2 * sum(samples) if whole else 0.0
            pixels = 4.0 if len(samples) > 1 else 1.0
            memory = kept or 0.5
            return Header(*size, 1, memory, turned or 1, whole=kept + pixels, exif=exif)
        if marker in START_OF_FRAME:
            size, samples = _frame(data, position)
            progressive = marker in PROGRESSIVE
        if marker == APPLICATION_1 and not turned:
            content = data[position + 2 : position + length]
            if content.startswith(EXIF):
                turned = orientation(content)
                exif = (position + 2 + len(EXIF), position + length)
        position += max(length, 2)
    message = "no picture was found in it"
    raise BrokenHeader(message)


def _next_marker(data: Data, position: int) -> tuple[int, int]:
    found = data.find(b"\xff", position, position + MAX_STRAY)
    if found < 0:
        message = "a marker is missing"
        raise BrokenHeader(message)
    for at in range(found + 1, found + MAX_STRAY):
        if data[at] != 0xFF:
            return data[at], at + 1
    message = "a marker is missing"
    raise BrokenHeader(message)


def _frame(data: Data, position: int) -> tuple[tuple[int, int], list[float]]:
    height, width, components = unpack_from(">HHB", data, position + 3)
    factors = [data[position + 9 + 3 * index] for index in range(components)]
    samples = [(factor >> 4) * (factor & 15) for factor in factors]
    if not samples or not all(samples):
        message = "it has no colours"
        raise BrokenHeader(message)
    most = max(factor >> 4 for factor in factors) * max(factor & 15 for factor in factors)
    return (width, height), [each / most for each in samples]


def _check_scans(data: Data, position: int) -> None:
    # In compressed data 0xFF is followed by 0 or a restart, so these two are found by searching.
    for _ in range(MAX_SCANS):
        found = SCAN_OR_END.search(data, position)
        if found is None:
            message = "its end is missing"
            raise BrokenHeader(message)
        if data[found.start() + 1] == END_OF_IMAGE:
            return
        position = found.end()
    message = f"it has more than {MAX_SCANS} scans"
    raise BrokenHeader(message)
