"""What stays of an AVIF or HEIC: the primary picture, or the frames of a sequence."""

from __future__ import annotations

from gallery_events.imaging.boxes import brands
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping import film
from gallery_events.imaging.stripping.boxes import Placed, needed, only, placed
from gallery_events.imaging.stripping.meta import Meta
from gallery_events.imaging.stripping.parts import Change, Parts, Span, Uncertain, overwritten


def cut(data: Data, *, orientation: int) -> Parts:
    """
    Leave out all items that do not make up the picture, and all bytes that no item needs.

    That is EXIF, XMP, thumbnails, depth, other pictures, names and times; the
    films of phones too. Nothing is moved: what they took is free room.
    Orientation is a property of the picture, and stays. Raises
    :exc:`Uncertain` where what stays lies in no simple place.
    """
    top = list(placed(data, 0, len(data)))
    changes: list[Change] = []
    pixels: list[Span] = []
    kept = [needed(top, b"ftyp")]
    if (meta := only(top, b"meta")) is not None:
        stays = Meta(data, meta)
        changes.append((meta.head, stays.written))
        pixels += stays.spans
        kept.append(meta)
    if brands(data)[0] == b"avis":
        moov = needed(top, b"moov")
        changes += film.quiet(data, moov)
        pixels += film.samples(data, moov)
        kept.append(moov)
    rooms = [each for each in top if each.kind == b"mdat"]
    _check_inside(pixels, rooms)
    last = max(each.end for each in [*kept, *rooms])
    others = [each for each in top if each not in kept and each.head < last]
    changes += [(each.head + 4, b"free") for each in others if each.kind != b"mdat"]
    used = [*pixels, *(each.span for each in kept), *((each.head, each.start) for each in others)]
    return overwritten(len(data), changes, used, end=last)


def _check_inside(pixels: list[Span], rooms: list[Placed]) -> None:
    for start, end in pixels:
        if not any(room.start <= start and end <= room.end for room in rooms):
            message = "its pixels lie outside of their room"
            raise Uncertain(message)
