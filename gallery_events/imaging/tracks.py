"""The track of an image sequence: its size and its samples (ISO/IEC 14496-12, 8.3 to 8.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from gallery_events.imaging.boxes import Box, boxes, descendant
from gallery_events.imaging.header import BrokenHeader, Data

#: The kinds that are decoded: pictures, and what belongs to them, transparency among it.
PICTURES, AUXILIARY = b"pict", b"auxv"
MAX_TRACKS = 8


@dataclass(frozen=True, slots=True)
class Track:
    """
    A track of pictures.

    *samples* gives the data of each, or nothing when there are too many;
    *properties* are those of the first kind of sample that it holds.
    """

    kind: bytes
    width: int
    height: int
    frames: int
    samples: Iterator[bytes]
    properties: list[Box]


def tracks(data: Data, top: list[Box], *, most: int) -> list[Track]:
    """
    Return the tracks that are decoded; one of more than *most* frames gives no sample.

    Raises :exc:`BrokenHeader` when a box of one is missing, or when there are
    more tracks than a picture has.
    """
    traks = [
        each
        for moov in top
        if moov.kind == b"moov"
        for each in boxes(data, moov.start, moov.end)
        if each.kind == b"trak"
    ]
    if len(traks) > MAX_TRACKS:
        message = f"it has more than {MAX_TRACKS} tracks"
        raise BrokenHeader(message)
    return [
        _track(data, each, kind, most)
        for each in traks
        if (kind := _handler(data, each)) in (PICTURES, AUXILIARY)
    ]


def _handler(data: Data, trak: Box) -> bytes:
    handler = descendant(data, trak, b"mdia", b"hdlr")
    return data[handler.start + 8 : handler.start + 12]


def _track(data: Data, trak: Box, kind: bytes, most: int) -> Track:
    head = descendant(data, trak, b"tkhd")
    width, height = unpack_from(">II", data, head.end - 8)
    table = descendant(data, trak, b"mdia", b"minf", b"stbl")
    (frames,) = unpack_from(">I", data, descendant(data, table, b"stsz").start + 8)
    if not frames:
        message = "it has no frame"
        raise BrokenHeader(message)
    samples = _samples(data, table, frames) if frames <= most else iter(())
    entries = descendant(data, table, b"stsd")
    entry = next(boxes(data, entries.start + 8, entries.end), entries)
    # The fields of a visual sample come first.
    properties = list(boxes(data, min(entry.start + 78, entry.end), entry.end))
    return Track(kind, width >> 16, height >> 16, frames, samples, properties)


def _samples(data: Data, table: Box, frames: int) -> Iterator[bytes]:
    sizes = descendant(data, table, b"stsz")
    (same,) = unpack_from(">I", data, sizes.start + 4)
    runs = descendant(data, table, b"stsc")
    (run_count,) = unpack_from(">I", data, runs.start + 4)
    number, given, left = 0, 0, len(data)
    for chunk, start in enumerate(_chunks(data, table), start=1):
        offset = start
        # A run says how many samples each chunk has from its first one on.
        while number < run_count and _run(data, runs, number)[0] <= chunk:
            number += 1
        in_chunk = _run(data, runs, max(number - 1, 0))[1]
        if not in_chunk:
            break
        for _ in range(in_chunk):
            if given == frames:
                return
            size = same or unpack_from(">I", data, sizes.start + 12 + 4 * given)[0]
            left -= size
            if left < 0 or offset + size > len(data):
                message = "a part of it lies outside the file"
                raise BrokenHeader(message)
            yield data[offset : offset + size]
            offset += size
            given += 1
    if given < frames:
        message = "some of its frames are missing"
        raise BrokenHeader(message)


def _chunks(data: Data, table: Box) -> Iterator[int]:
    wide = [each for each in boxes(data, table.start, table.end) if each.kind == b"co64"]
    box = wide[0] if wide else descendant(data, table, b"stco")
    (count,) = unpack_from(">I", data, box.start + 4)
    for at in range(count):
        yield unpack_from(">Q" if wide else ">I", data, box.start + 8 + (8 if wide else 4) * at)[0]


def _run(data: Data, runs: Box, number: int) -> tuple[int, int]:
    first, samples = unpack_from(">II", data, runs.start + 8 + 12 * number)
    return first, samples
