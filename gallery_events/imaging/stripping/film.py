"""The box of an AVIF that describes its frames: their places, and what in it only tells."""

from __future__ import annotations

from collections.abc import Iterator

from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.boxes import Numbers, Placed, needed, only, placed
from gallery_events.imaging.stripping.meta import NAME
from gallery_events.imaging.stripping.parts import Change, Span, Uncertain

#: Boxes that hold others.
NESTED = frozenset([b"moov", b"trak", b"mdia", b"minf", b"stbl"])
#: What in them tells of the film, or its maker: it becomes free room.
TOLD = frozenset([b"udta", b"meta", b"uuid", b"free", b"skip"])
#: These begin with when they were made and when changed.
TIMED = frozenset([b"mvhd", b"tkhd", b"mdhd"])
MAX_SAMPLES = 100_000


def quiet(data: Data, box: Placed) -> Iterator[Change]:
    """Give what is to be changed in ``moov``, so that it only says how the film is shown."""
    for each in placed(data, box.start, box.end):
        if each.kind in NESTED:
            yield from quiet(data, each)
        elif each.kind in TOLD:
            yield each.head + 4, b"free"
            yield each.start, bytes(each.end - each.start)
        elif each.kind in TIMED:
            yield each.start + 4, bytes(16 if data[each.start] else 8)
        elif each.kind == b"hdlr" and each.start + NAME < each.end:
            yield each.start + NAME, bytes(each.end - each.start - NAME)
        elif each.kind == b"mvex":
            message = "it comes in fragments"
            raise Uncertain(message)


def samples(data: Data, moov: Placed) -> list[Span]:
    """Return where the frames lie, of all tracks."""
    found: list[Span] = []
    for track in placed(data, moov.start, moov.end):
        if track.kind == b"trak":
            table = _within(data, track, b"mdia", b"minf", b"stbl")
            found += _track(data, list(placed(data, table.start, table.end)))
    return found


def _within(data: Data, box: Placed, *kinds: bytes) -> Placed:
    for kind in kinds:
        box = needed(list(placed(data, box.start, box.end)), kind)
    return box


def _track(data: Data, table: list[Placed]) -> Iterator[Span]:
    sizes = _sizes(data, needed(table, b"stsz"))
    starts = _starts(data, table)
    runs = _runs(data, needed(table, b"stsc"))
    at = run = 0
    for chunk, start in enumerate(starts, 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= chunk:
            run += 1
        count = runs[run][1] if runs and runs[run][0] <= chunk else 0
        length = sum(sizes[at : at + count])
        at += count
        yield start, start + length
    if at != len(sizes):
        message = "its frames are not where they are said to be"
        raise Uncertain(message)


def _sizes(data: Data, box: Placed) -> list[int]:
    numbers = Numbers(data, box)
    same, count = numbers.next(4), numbers.next(4)
    _check(count)
    return [same] * count if same else [numbers.next(4) for _ in range(count)]


def _starts(data: Data, table: list[Placed]) -> list[int]:
    short = only(table, b"stco")
    numbers = Numbers(data, short or needed(table, b"co64"))
    count = numbers.next(4)
    _check(count)
    return [numbers.next(4 if short else 8) for _ in range(count)]


def _runs(data: Data, box: Placed) -> list[tuple[int, int]]:
    numbers = Numbers(data, box)
    count = numbers.next(4)
    _check(count)
    found = []
    for _ in range(count):
        found.append((numbers.next(4), numbers.next(4)))
        numbers.next(4)
    return found


def _check(count: int) -> None:
    if count > MAX_SAMPLES:
        message = "it has too many frames"
        raise Uncertain(message)
