"""The header of AVIF and HEIC: the properties of the primary item, or the track of a sequence."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import unpack_from

from gallery_events.imaging.boxes import Box, boxes, brands, descendant
from gallery_events.imaging.header import BrokenHeader, Data, Header

#: Quarters turned to the left, and mirrors, as what makes a picture upright in EXIF's numbers:
#: by irot's angle, then by the axis of imir, which is applied after it (None: none).
TURNS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
}  # fmt: skip
#: Decoders keep the picture as it was encoded, then as colours, then as ours.
MEMORY = 16.0


@dataclass(slots=True)
class _Item:
    """What the properties of an item say."""

    size: tuple[int, int] | None = None
    clean: tuple[int, int] | None = None
    angle: int = 0
    mirror: int | None = None
    kinds: list[bytes] = field(default_factory=list)


def read_avif(data: Data, *, max_frames: int) -> Header:
    """
    Read size, orientation and, of a sequence, the number of frames.

    Raises :exc:`BrokenHeader` when a box is missing, cut off or contradicts
    another.
    """
    top = list(boxes(data, 0, len(data)))
    if brands(data)[0] == b"avis":
        return _sequence(data, top)
    item = _primary(data, top)
    width, height = _size(item)
    return Header(width, height, memory=MEMORY, orientation=TURNS[item.angle, item.mirror])


def read_heic(data: Data, *, max_frames: int) -> Header:
    """
    Read the size of the primary picture, upright as its decoder gives it.

    Other pictures of the file are not looked at. Raises :exc:`BrokenHeader`
    as for AVIF.
    """
    item = _primary(data, list(boxes(data, 0, len(data))))
    width, height = item.clean or _size(item)
    if item.angle % 2:
        width, height = height, width
    return Header(width, height, memory=MEMORY)


def _size(item: _Item) -> tuple[int, int]:
    if item.size is None:
        message = "it has no size"
        raise BrokenHeader(message)
    return item.size


def _primary(data: Data, top: list[Box]) -> _Item:
    meta = next((each for each in top if each.kind == b"meta"), None)
    if meta is None:
        message = "it holds no picture"
        raise BrokenHeader(message)
    # A full box: its version and flags come first.
    meta = Box(meta.kind, meta.start + 4, meta.end)
    primary = descendant(data, meta, b"pitm")
    (number,) = unpack_from(">H" if data[primary.start] == 0 else ">I", data, primary.start + 4)
    properties = descendant(data, meta, b"iprp")
    there = list(boxes(data, *_inside(descendant(data, properties, b"ipco"))))
    item = _Item()
    for each in boxes(data, properties.start, properties.end):
        if each.kind == b"ipma":
            for index in _associated(data, each, number):
                if not 0 < index <= len(there):
                    message = "a property is missing"
                    raise BrokenHeader(message)
                _apply(data, there[index - 1], item)
    return item


def _inside(box: Box) -> tuple[int, int]:
    return box.start, box.end


def _associated(data: Data, box: Box, number: int) -> list[int]:
    """Return the indices of the properties that belong to an item."""
    version, flags, entries = unpack_from(">B2xBI", data, box.start)
    position = box.start + 8
    wide = 4 if version else 2
    index = 2 if flags & 1 else 1
    for _ in range(min(entries, box.end - box.start)):
        found, count = unpack_from(">IB" if version else ">HB", data, position)
        position += wide + 1
        if found == number:
            mask = 0x7FFF if index == 2 else 0x7F
            return [
                int.from_bytes(data[at : at + index], "big") & mask
                for at in range(position, position + index * count, index)
            ]
        position += index * count
    return []


def _apply(data: Data, prop: Box, item: _Item) -> None:
    item.kinds.append(prop.kind)
    if prop.kind == b"ispe":
        item.size = unpack_from(">II", data, prop.start + 4)
    elif prop.kind == b"irot":
        item.angle = data[prop.start] & 3
    elif prop.kind == b"imir":
        item.mirror = data[prop.start] & 1
    elif prop.kind == b"clap":
        across, by, down, per = unpack_from(">IIII", data, prop.start)
        if not by or not per:
            message = "it contradicts itself about its size"
            raise BrokenHeader(message)
        item.clean = (across // by, down // per)


def _sequence(data: Data, top: list[Box]) -> Header:
    moov = next((each for each in top if each.kind == b"moov"), None)
    if moov is None:
        message = "its frames are missing"
        raise BrokenHeader(message)
    for track in boxes(data, moov.start, moov.end):
        if track.kind != b"trak":
            continue
        handler = descendant(data, track, b"mdia", b"hdlr")
        if data[handler.start + 8 : handler.start + 12] != b"pict":
            continue
        head = descendant(data, track, b"tkhd")
        width, height = unpack_from(">II", data, head.end - 8)
        sizes = descendant(data, track, b"mdia", b"minf", b"stbl", b"stsz")
        (frames,) = unpack_from(">I", data, sizes.start + 8)
        return Header(width >> 16, height >> 16, frames, memory=MEMORY)
    message = "its frames are missing"
    raise BrokenHeader(message)
