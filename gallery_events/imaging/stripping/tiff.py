"""What stays of a TIFF or BigTIFF: its pages, and of each what is needed to show it."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from gallery_events.imaging import tiff
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.jpeg_pieces import blanked
from gallery_events.imaging.stripping.parts import (
    Change,
    Parts,
    Span,
    Uncertain,
    merged,
    overwritten,
)
from gallery_events.imaging.stripping.tiff_layout import Entry, Layout

#: How pixels are stored: size, depth, compression, order, pieces, planes, predictor, palette,
#: meaning of the samples, tables of JPEG, YCbCr and fax; resolution, orientation, page number;
#: colours by number and by profile. All else tells of the picture, its maker or its place.
SHOWN = frozenset(
    {*range(254, 260), 262, *range(263, 267), *range(273, 275), *range(277, 285)}
    | {*range(290, 294), 296, 297, 301, *range(317, 326), 332, 334, 336, *range(338, 343), 347}
    | {*range(529, 533), 34675}
)
TABLES = 347
#: Types that hold bytes and text, and the tags that have them; all others hold numbers.
WORDS = frozenset({1, 2, 6, 7})
OF_BYTES = frozenset({TABLES, 34675})


def cut(data: Data, *, orientation: int) -> Parts:
    """
    Leave out all other tags of every page, and all bytes that no tag left points to.

    EXIF, GPS and what is behind sub-directories are such bytes; they become
    zeros, so that everything else stays in its place. Raises
    :exc:`Uncertain` where pages share bytes with what is to be overwritten,
    or do not say how long their pixels are.
    """
    layout = Layout(data)
    changes: set[Change] = set()
    used: list[Span] = [(0, layout.first_at + layout.word)]
    directories: list[Span] = [used[0]]
    end = 0
    for page in layout.pages():
        kept = [entry for entry in page.entries if entry.tag in SHOWN]
        if len({entry.tag for entry in kept}) < len(kept):
            message = "a tag is there twice"
            raise Uncertain(message)
        if any(_has_words(entry) for entry in kept):
            message = "there are words where a number belongs"
            raise Uncertain(message)
        written = layout.written(kept, page)
        changes.add((page.start, written))
        directories.append((page.start, page.start + len(written)))
        tags = {entry.tag: entry for entry in kept}
        used += [span for entry in kept if entry.tag != TABLES for span in entry.outside]
        pieces = [*_pixels(layout, tags), *(tags[TABLES].outside if TABLES in tags else ())]
        # What follows an image in its piece goes, but a piece may not be said to end outside.
        end = max(end, *(stop for _, stop in pieces))
        if layout.first(tags, tiff.COMPRESSION, tiff.RAW) == tiff.JPEG:
            pieces, blanks = blanked(data, pieces)
            changes.update(blanks)
        used += pieces
    _check_apart(directories, used[1:], len(data))
    return overwritten(len(data), changes, [*used, *directories], end=end)


def _has_words(entry: Entry) -> bool:
    return entry.kind in WORDS and entry.tag not in OF_BYTES and not entry.inside


def _pixels(layout: Layout, tags: dict[int, Entry]) -> list[Span]:
    """Return where the strips or tiles of a page lie."""
    tiled = tiff.TILE_OFFSETS in tags
    places = tags.get(tiff.TILE_OFFSETS if tiled else tiff.STRIP_OFFSETS)
    lengths = tags.get(tiff.TILE_COUNTS if tiled else tiff.STRIP_COUNTS)
    if places is None or lengths is None or lengths.count < places.count:
        message = "it does not say how long its pixels are"
        raise Uncertain(message)
    offsets, counts = layout.values(places), layout.values(lengths)
    if layout.first(tags, tiff.COMPRESSION, tiff.RAW) == tiff.RAW:
        # What is not compressed is read by its size, whatever its length is said to be.
        needed = _raw_pieces(layout, tags, len(offsets), tiled=tiled)
        counts = tuple(map(max, counts, needed))
    elif not all(counts[: len(offsets)]):
        message = "it does not say how long its pixels are"
        raise Uncertain(message)
    end = len(layout.data)
    return [(at, min(at + count, end)) for at, count in zip(offsets, counts, strict=False)]


def _raw_pieces(layout: Layout, tags: dict[int, Entry], number: int, *, tiled: bool) -> list[int]:
    """Return how many bytes each strip or tile takes."""
    one = partial(layout.first, tags)
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
