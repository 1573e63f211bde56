"""When a picture was taken, as the camera wrote it into EXIF."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from gallery_events.imaging.header import Data, Place

#: In the first directory: where the directory of the camera's settings is.
SETTINGS = 0x8769
#: Day and time, offset from UTC and parts of a second: when it was taken, else when it was scanned.
ORIGINAL, DIGITIZED = (0x9003, 0x9011, 0x9291), (0x9004, 0x9012, 0x9292)
TEXT = 2
#: A camera writes some dozens.
MAX_ENTRIES = 1000
#: What we read of a text; the longest has 19 letters.
LONGEST = 32
#: The year of the oldest photograph that is left, and the last that has room for any offset.
FIRST_YEAR, LAST_YEAR = 1826, 9998

DAY_AND_TIME = re.compile(rb"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(rb"([+-])(0\d|1[0-4]):([0-5]\d)")
PARTS = re.compile(rb"\d{1,6}")

Texts = dict[int, bytes]


def moment_taken(data: Data, place: Place) -> datetime | None:
    """
    Return when the picture was taken that has its EXIF at a *place* in its *data*.

    Aware where the camera wrote its offset from UTC, else as its clock showed.
    None for what is missing, damaged or no moment: year 0, month 13, text.
    """
    try:
        texts = _texts(data, place)
    except struct.error:
        return None
    return _moment(texts, ORIGINAL) or _moment(texts, DIGITIZED)


def _moment(texts: Texts, tags: tuple[int, int, int]) -> datetime | None:
    when, offset, parts = (texts.get(tag, b"") for tag in tags)
    if not (found := DAY_AND_TIME.match(when)):
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    micro = PARTS.match(parts)
    below = int(micro[0].ljust(6, b"0")) if micro else 0
    try:
        moment = datetime(year, month, day, hour, minute, second, below, _zone(offset))
    except ValueError:
        return None
    return moment if FIRST_YEAR <= year <= LAST_YEAR else None


def _zone(told: bytes) -> timezone | None:
    if told.startswith(b"Z"):
        return UTC
    if not (found := OFFSET.match(told)):
        return None
    minutes = 60 * int(found[2]) + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == b"-" else minutes))


def _texts(data: Data, place: Place) -> Texts:
    """Return the texts of the camera's settings; raises struct.error where they lead outside."""
    start, end = place
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[start : start + 4])
    if order is None:
        return {}
    exif = _Directories(data, start, end, order)
    for tag, _, _, value in exif.entries(exif.number(4)):
        if tag == SETTINGS:
            there = struct.unpack(f"{order}I", value)[0]
            return {
                tag: exif.text(count, value)
                for tag, kind, count, value in exif.entries(there)
                if kind == TEXT and tag in (*ORIGINAL, *DIGITIZED)
            }
    return {}


@dataclass(frozen=True, slots=True)
class _Directories:
    """The directories of EXIF, which may lie anywhere in it, in a byte order of its own."""

    data: Data
    start: int
    end: int
    order: str

    def number(self, at: int) -> int:
        """Return a number of four bytes."""
        return int(self._unpacked("I", at)[0])

    def entries(self, at: int) -> Iterator[tuple[int, int, int, bytes]]:
        """Give what one says: tag, kind, count, and the four bytes of the value or of its place."""
        (count,) = self._unpacked("H", at)
        for entry in range(min(count, MAX_ENTRIES)):
            yield self._unpacked("HHI4s", at + 2 + 12 * entry)

    def text(self, count: int, value: bytes) -> bytes:
        """Return the beginning of a text, which stands in the entry itself where it is short."""
        if count <= len(value):
            return value[:count]
        at = self.start + struct.unpack(f"{self.order}I", value)[0]
        return self.data[at : min(at + count, at + LONGEST, self.end)]

    def _unpacked(self, form: str, at: int) -> tuple[Any, ...]:
        form = self.order + form
        if self.start + at + struct.calcsize(form) > self.end:
            message = "a directory lies outside"
            raise struct.error(message)
        return struct.unpack_from(form, self.data, self.start + at)
