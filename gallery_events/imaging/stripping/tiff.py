"""What stays of a TIFF or BigTIFF: its pages, and of each what is needed to show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from struct import calcsize, pack, unpack_from

from gallery_events.imaging import tiff
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Parts, Span, Uncertain, merged, overwritten

#: How pixels are stored: size, depth, compression, order, pieces, planes, predictor, palette,
#: meaning of the samples, tables of JPEG, YCbCr and fax; resolution, orientation, page number;
#: colours by number and by profile. All else tells of the picture, its maker or its place.
SHOWN = frozenset(
    {*range(254, 260), 262, *range(263, 267), *range(273, 275), *range(277, 285)}
    | {*range(290, 294), 296, 297, 301, *range(317, 326), 332, 334, 336, *range(338, 343), 347}
    | {*range(529, 533), 34675}
)
#: The bytes of one value, by type; 13 and 18 are places of directories.
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SIZES |= {16: 8, 17: 8, 18: 8}
MAX_PAGES = 10_000


def cut(data: Data, *, orientation: int) -> Parts:
    """
    Leave out all other tags of every page, and all bytes that no tag left points to.

    EXIF, GPS and what is behind sub-directories are such bytes; they become
    zeros, so that everything else stays in its place. Raises
    :exc:`Uncertain` where pages share bytes with what is to be overwritten,
    or do not say how long their pixels are.
    """
    layout = _Layout(data)
    changes: list[tuple[int, bytes]] = []
    used: list[Span] = [(0, layout.first_at + layout.word)]
    directories: list[Span] = [used[0]]
    for page in layout.pages():
        kept = [entry for entry in page.entries if entry.tag in SHOWN]
        if len({entry.tag for entry in kept}) < len(kept):
            message = "a tag is there twice"
            raise Uncertain(message)
        written = layout.written(kept, page)
        changes.append((page.start, written))
        directories.append((page.start, page.start + len(written)))
        for entry in kept:
            used += entry.outside
        used += _pixels(layout, {entry.tag: entry for entry in kept})
    _check_apart(directories, used[1:], len(data))
    return overwritten(len(data), changes, [*used, *directories])


@dataclass(frozen=True, slots=True)
class _Entry:
    """One tag of a directory: where it stands, and where its values are."""

    tag: int
    at: int
    kind: int
    count: int
    place: int
    inside: bool

    @property
    def size(self) -> int:
        return SIZES[self.kind] * self.count

    @property
    def outside(self) -> list[Span]:
        """Where its values lie, unless it holds them itself."""
        return [] if self.inside else [(self.place, self.place + self.size)]


@dataclass(frozen=True, slots=True)
class _Page:
    """One directory: its place, its tags, and the place of the next."""

    start: int
    entries: list[_Entry]
    following: bytes


class _Layout:
    """Where the directories of a file lie; how wide its numbers are, and in which order."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.order = "<" if data[:1] == b"I" else ">"
        big = data[2:4] in (b"+\0", b"\0+")
        self.counts, self.numbers, self.first_at = ("Q", "Q", 8) if big else ("H", "I", 4)
        self.word = calcsize(self.numbers)
        self.entry = 4 + 2 * self.word

    def number(self, kind: str, at: int) -> int:
        """Return a number at a place of the file."""
        if at + calcsize(kind) > len(self.data):
            message = "a directory lies outside of it"
            raise Uncertain(message)
        return int(unpack_from(self.order + kind, self.data, at)[0])

    def pages(self) -> Iterator[_Page]:
        """Give the directories, each once."""
        seen: set[int] = set()
        left = tiff.MAX_ENTRIES
        at = self.number(self.numbers, self.first_at)
        while at:
            count = self.number(self.counts, at)
            left -= count
            if at in seen or left < 0 or len(seen) > MAX_PAGES:
                message = "its directories are too many"
                raise Uncertain(message)
            seen.add(at)
            first = at + calcsize(self.counts)
            last = first + count * self.entry
            following = self.number(self.numbers, last)
            entries = [self._entry(place) for place in range(first, last, self.entry)]
            next_at = self.data[last : last + self.word]
            yield _Page(at, [each for each in entries if each], next_at)
            at = following

    def _entry(self, at: int) -> _Entry | None:
        tag, kind = self.number("H", at), self.number("H", at + 2)
        count = self.number(self.numbers, at + 4)
        if kind not in SIZES:
            # Readers pass such a tag by.
            return None
        place = at + 4 + self.word
        size = SIZES[kind] * count
        inside = size <= self.word
        if not inside:
            place = self.number(self.numbers, place)
        if place + size > len(self.data):
            # Some decoders read no further, others pass it by: what would it show to whom?
            message = "a directory says more than is there"
            raise Uncertain(message)
        return _Entry(tag, at, kind, count, place, inside)

    def written(self, kept: list[_Entry], page: _Page) -> bytes:
        """Return a directory of these tags only."""
        entries = b"".join(self._value(each) for each in kept)
        return pack(self.order + self.counts, len(kept)) + entries + page.following

    def _value(self, entry: _Entry) -> bytes:
        raw = self.data[entry.at : entry.at + self.entry]
        # Values shorter than their room leave bytes that nobody reads.
        filled = 4 + self.word + (entry.size if entry.inside else self.word)
        return raw[:filled].ljust(self.entry, b"\0")

    def values(self, entry: _Entry) -> tuple[int, ...]:
        """Return the whole numbers of a tag."""
        kind = tiff.TYPES.get(entry.kind)
        if kind is None or entry.count > tiff.MAX_PIECES:
            message = "its pixels are stored in no known way"
            raise Uncertain(message)
        return unpack_from(f"{self.order}{entry.count}{kind}", self.data, entry.place)


def _pixels(layout: _Layout, tags: dict[int, _Entry]) -> list[Span]:
    """Return where the strips or tiles of a page lie."""
    tiled = tiff.TILE_OFFSETS in tags
    places = tags.get(tiff.TILE_OFFSETS if tiled else tiff.STRIP_OFFSETS)
    lengths = tags.get(tiff.TILE_COUNTS if tiled else tiff.STRIP_COUNTS)
    if places is None or lengths is None or lengths.count < places.count:
        message = "it does not say how long its pixels are"
        raise Uncertain(message)
    offsets, counts = layout.values(places), layout.values(lengths)
    compression = tags.get(tiff.COMPRESSION)
    if compression is None or layout.values(compression)[:1] == (tiff.RAW,):
        # What is not compressed is read by its size, whatever its length is said to be.
        needed = _raw_pieces(layout, tags, len(offsets), tiled=tiled)
        counts = tuple(map(max, counts, needed))
    elif not all(counts[: len(offsets)]):
        message = "it does not say how long its pixels are"
        raise Uncertain(message)
    end = len(layout.data)
    return [(at, min(at + count, end)) for at, count in zip(offsets, counts, strict=False)]


def _raw_pieces(layout: _Layout, tags: dict[int, _Entry], number: int, *, tiled: bool) -> list[int]:
    """Return how many bytes each strip or tile takes."""

    def one(tag: int, default: int) -> int:
        values = layout.values(tags[tag]) if tag in tags else ()
        return values[0] if values else default

    across, height = one(tiff.TILE_WIDTH if tiled else tiff.WIDTH, 0), one(tiff.HEIGHT, 0)
    down = one(tiff.TILE_HEIGHT, 0) if tiled else max(min(one(tiff.ROWS, height), height), 1)
    bits = layout.values(tags[tiff.BITS]) if tiff.BITS in tags else (1,)
    samples = 1 if one(tiff.PLANAR, 1) == 2 else one(tiff.SAMPLES, 1)
    row = (across * max(bits, default=1) * samples + 7) // 8
    if tiled:
        return [row * down] * number
    strips = max(-(-height // down), 1)
    # The last strip of a plane has the rows that are left.
    return [row * min(down, height - at % strips * down) for at in range(number)]


def _check_apart(directories: list[Span], used: list[Span], size: int) -> None:
    """Raise :exc:`Uncertain` where a directory lies over another, or over pixels or values."""
    joined = merged(used, size)
    apart = sorted(directories)
    for (_, end), (start, _) in pairwise(apart):
        if end > start:
            message = "its directories overlap"
            raise Uncertain(message)
    every = merged([*joined, *apart], size)
    if sum(map(_length, every)) != sum(map(_length, joined)) + sum(map(_length, apart)):
        message = "its directories overlap its pixels"
        raise Uncertain(message)


def _length(span: Span) -> int:
    return span[1] - span[0]
