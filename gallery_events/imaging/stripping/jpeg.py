"""What stays of a JPEG: its picture, JFIF, the colour profile, Adobe's word on colours."""

from __future__ import annotations

import re
from struct import pack, unpack_from

from gallery_events.imaging.exif import only_orientation
from gallery_events.imaging.header import Data
from gallery_events.imaging.jpeg import (
    END_OF_IMAGE,
    MAX_SCANS,
    MAX_SEGMENTS,
    MAX_STRAY,
    START_OF_FRAME,
    START_OF_SCAN,
    WITHOUT_LENGTH,
)
from gallery_events.imaging.stripping.parts import Parts, Uncertain

JFIF, EXIF, ICC, ADOBE, COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
APPLICATION = frozenset(range(0xE0, 0xF0))
#: Huffman and quantisation tables, arithmetic conditioning, number of lines, restart interval.
TABLES = frozenset([0xC4, 0xCC, 0xDB, 0xDC, 0xDD])
RESTARTS = frozenset(range(0xD0, 0xD8))
#: Ends the compressed data of a scan: any marker but a stuffed zero, a restart, or filling.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: No encoder writes filling before a stuffed zero. libjpeg-turbo decodes it in two ways: which one
#: it takes depends on how many bytes follow, and those behind the end are cut off here.
FILLED = b"\xff\xff\x00"
#: What these two say; JFIF's own thumbnail comes behind it.
JFIF_SAYS, ADOBE_SAYS = 14, 12


def cut(data: Data, *, orientation: int) -> Parts:
    """
    Leave out every other segment, and what lies behind the end of the picture.

    A phone's second picture (MPF), a film or an archive lies there. Raises
    :exc:`Uncertain` where segments and compressed data are not clearly apart.
    """
    parts = Parts()
    parts.keep(0, 2)
    position, scans = 2, 0
    turned = orientation == 1
    for _ in range(MAX_SEGMENTS):
        begin = _marker(data, position, stray=0 if scans else MAX_STRAY)
        marker, position = data[begin + 1], begin + 2
        if not turned and marker != JFIF:
            parts.add(_exif(orientation))
            turned = True
        if marker == END_OF_IMAGE:
            parts.keep(begin, position)
            return parts
        if marker in WITHOUT_LENGTH:
            _check_lone(marker, scans)
            continue
        (length,) = unpack_from(">H", data, position)
        end = position + max(length, 2)
        if marker == START_OF_SCAN:
            scans += 1
            end = _end_of_scan(data, end, scans)
        _keep(data, parts, marker, begin, end, inside=scans > 0)
        position = end
    message = "it has too many segments"
    raise Uncertain(message)


def _end_of_scan(data: Data, start: int, scans: int) -> int:
    """Return where the compressed data end that begin at *start*."""
    found = MARKER.search(data, start)
    if found is None or scans > MAX_SCANS:
        message = "its end is missing"
        raise Uncertain(message)
    if data.find(FILLED, start, found.start()) >= 0:
        message = "its compressed data can be read in two ways"
        raise Uncertain(message)
    return found.start()


def _marker(data: Data, position: int, *, stray: int) -> int:
    """Return where the next marker begins, past filling and stray bytes."""
    found = data.find(b"\xff", position, position + stray + 1)
    while found >= 0 and data[found + 1] == 0xFF:
        found += 1
        if found - position > MAX_STRAY:
            break
    if not 0 <= found - position <= MAX_STRAY:
        message = "a marker is missing"
        raise Uncertain(message)
    return found


def _check_lone(marker: int, scans: int) -> None:
    # What stands behind it could be compressed data that decoders do not reach: it would be, if
    # what stands before were cut out.
    if marker == 0xD8 or scans:
        message = "a marker stands where none should"
        raise Uncertain(message)


def _keep(data: Data, parts: Parts, marker: int, begin: int, end: int, *, inside: bool) -> None:
    if marker in TABLES or marker in START_OF_FRAME or marker == START_OF_SCAN:
        parts.keep(begin, end)
        return
    if marker not in APPLICATION and marker != COMMENT:
        message = "a segment is of no known kind"
        raise Uncertain(message)
    if inside:
        return
    says = data[begin + 4 : begin + 18]
    size = end - begin - 4
    if marker == ICC and says.startswith(b"ICC_PROFILE\0"):
        parts.keep(begin, end)
    elif marker == JFIF and says.startswith(b"JFIF\0") and size >= JFIF_SAYS:
        _keep_begin(data, parts, begin, end, says=says[:-2] + b"\0\0")
    elif marker == ADOBE and says.startswith(b"Adobe") and size >= ADOBE_SAYS:
        _keep_begin(data, parts, begin, end, says=says[:ADOBE_SAYS])


def _keep_begin(data: Data, parts: Parts, begin: int, end: int, *, says: bytes) -> None:
    segment = data[begin : begin + 2] + pack(">H", 2 + len(says)) + says
    if data[begin:end] == segment:
        parts.keep(begin, end)
    else:
        parts.add(segment)


def _exif(orientation: int) -> bytes:
    says = b"Exif\0\0" + only_orientation(orientation)
    return pack(">BBH", 0xFF, EXIF, 2 + len(says)) + says
