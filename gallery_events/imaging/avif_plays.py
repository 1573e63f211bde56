"""How often an AVIF plays: Pillow neither reads nor writes it, but browsers go by it."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack_into, unpack_from

from gallery_events.imaging.boxes import Box, boxes, child
from gallery_events.imaging.header import Data

#: A film without end, in 32 bits and in 64.
ENDLESS = (0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)
#: The flag of an edit list that says: again, until the track is over.
REPEATED = 1


@dataclass(frozen=True, slots=True)
class _Track:
    """A track: where its duration stands, and its edit list."""

    header: Box
    edits: Box


def plays_of(data: Data) -> int:
    """
    Return how often an animated AVIF plays, 0 for ever, as libavif understands it.

    By how often one run of its frames, which the edit list tells, fits into
    the duration of the track. One that does not say plays for ever.
    """
    tracks = _tracks(data)
    if not tracks:
        return 0
    track = tracks[0]
    if not data[track.edits.start + 3] & REPEATED:
        return 1
    once, whole = _number(data, track.edits, 8, 8), _number(data, track.header, 20, 28)
    return 0 if whole in ENDLESS or not once else -(-whole // once)


def with_plays(data: bytes, plays: int) -> bytes:
    """Return an animated AVIF, as libavif writes it to play for ever, that plays so often."""
    written = bytearray(data)
    for track in _tracks(data) if plays else ():
        once = _number(data, track.edits, 8, 8)
        written[track.edits.start + 3] = REPEATED if plays > 1 else 0
        _write(written, track.header, 28, once * plays)
        _write(written, _movie(data), 24, once * plays)
    return bytes(written)


def _tracks(data: Data) -> list[_Track]:
    movie = child(data, Box(b"", 0, len(data)), b"moov")
    found = []
    for each in boxes(data, movie.start, movie.end) if movie is not None else ():
        header = child(data, each, b"tkhd") if each.kind == b"trak" else None
        lists = child(data, each, b"edts") if header is not None else None
        edits = child(data, lists, b"elst") if lists is not None else None
        if header is not None and edits is not None:
            found.append(_Track(header, edits))
    return found


def _movie(data: Data) -> Box:
    movie = child(data, Box(b"", 0, len(data)), b"moov")
    header = None if movie is None else child(data, movie, b"mvhd")
    if header is None:
        message = "it has no film"
        raise ValueError(message)
    return header


def _number(data: Data, box: Box, short: int, long: int) -> int:
    """Return a number that stands in another place when the box is of the version with 64 bits."""
    is_long = data[box.start] == 1
    kind, at = (">Q", long) if is_long else (">I", short)
    (number,) = unpack_from(kind, data, box.start + at)
    return int(number)


def _write(data: bytearray, box: Box, at: int, number: int) -> None:
    # libavif writes 64 bits always.
    if data[box.start] == 1:
        pack_into(">Q", data, box.start + at, number)
