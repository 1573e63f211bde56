"""The items of an AVIF or HEIC: their kinds, properties and places (ISO/IEC 14496-12, 8.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from gallery_events.imaging.boxes import Box, boxes, child, descendant
from gallery_events.imaging.header import BrokenHeader, Data

#: Properties, places and references of all items together: a camera's grid has some hundreds.
MAX_ENTRIES = 20_000


@dataclass(slots=True)
class Item:
    """One item: its kind, its properties in order, and the pieces that its data is made of."""

    kind: bytes
    properties: list[Box] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    #: What it is derived from: the tiles of a grid.
    sources: list[int] = field(default_factory=list)

    def property(self, kind: bytes) -> Box | None:
        """Return the first property of a kind."""
        return next((each for each in self.properties if each.kind == kind), None)

    def content(self, data: Data) -> bytes:
        """Return its data, in one piece; raises :exc:`BrokenHeader` when that is more than there is."""
        if sum(end - start for start, end in self.places) > len(data):
            message = "its parts lie one on another"
            raise BrokenHeader(message)
        return b"".join(data[start:end] for start, end in self.places)


def items(data: Data, top: list[Box]) -> tuple[Item, dict[int, Item]]:
    """
    Return the primary item of a file, and all items by number.

    Raises :exc:`BrokenHeader` when something is missing, lies outside the
    file, or is there too often.
    """
    meta = next((each for each in top if each.kind == b"meta"), None)
    if meta is None:
        message = "it holds no picture"
        raise BrokenHeader(message)
    meta = _within(meta)
    found = dict(_kinds(data, descendant(data, meta, b"iinf")))
    _give_properties(data, descendant(data, meta, b"iprp"), found)
    _give_places(data, meta, found)
    if (references := child(data, meta, b"iref")) is not None:
        _give_sources(data, references, found)
    primary = descendant(data, meta, b"pitm")
    number = _number(data, primary.start + 4, 4 if data[primary.start] else 2)
    if number not in found:
        message = "its picture is missing"
        raise BrokenHeader(message)
    return found[number], found


def _within(box: Box, skip: int = 4) -> Box:
    """Return a full box without its version and flags."""
    return Box(box.kind, box.start + skip, box.end)


def _number(data: Data, at: int, wide: int) -> int:
    if at + wide > len(data):
        message = "its end is missing"
        raise BrokenHeader(message)
    return int.from_bytes(data[at : at + wide], "big")


def _kinds(data: Data, box: Box) -> Iterator[tuple[int, Item]]:
    for each in boxes(data, box.start + (8 if data[box.start] else 6), box.end):
        wide = 4 if data[each.start] == 3 else 2
        at = each.start + 4 + wide + 2
        yield _number(data, each.start + 4, wide), Item(data[at : at + 4])


def _give_properties(data: Data, box: Box, found: dict[int, Item]) -> None:
    there = list(boxes(data, *_ends(descendant(data, box, b"ipco"))))
    left = MAX_ENTRIES
    for each in boxes(data, box.start, box.end):
        if each.kind != b"ipma":
            continue
        version, flags, entries = unpack_from(">B2xBI", data, each.start)
        at = each.start + 8
        wide, index = (4 if version else 2), (2 if flags & 1 else 1)
        for _ in range(entries):
            item = found.get(_number(data, at, wide))
            count = _number(data, at + wide, 1)
            at += wide + 1
            left = _spent(left, count + 1)
            numbers = [_number(data, at + index * n, index) for n in range(count)]
            at += index * count
            if item is not None:
                item.properties += [
                    _property(there, n & (0x7FFF >> (16 - 8 * index))) for n in numbers
                ]


def _ends(box: Box) -> tuple[int, int]:
    return box.start, box.end


def _property(there: list[Box], number: int) -> Box:
    if not 0 < number <= len(there):
        message = "a property is missing"
        raise BrokenHeader(message)
    return there[number - 1]


def _give_places(data: Data, meta: Box, found: dict[int, Item]) -> None:
    box = descendant(data, meta, b"iloc")
    version, sizes, bases = data[box.start], data[box.start + 4], data[box.start + 5]
    offset_wide, length_wide, base_wide = sizes >> 4, sizes & 15, bases >> 4
    index_wide = bases & 15 if version else 0
    wide = 2 if version < 2 else 4
    at = box.start + 6 + wide
    left = MAX_ENTRIES
    room: Box | None = None
    for _ in range(_number(data, box.start + 6, wide)):
        item = found.get(_number(data, at, wide)) or Item(b"")
        at += wide
        inside = _number(data, at, 2) & 15 if version else 0
        if inside == 1 and room is None:
            # Once: there may be as many boxes before it as places in it.
            room = descendant(data, meta, b"idat")
        at += 4 if version else 2
        base = _number(data, at, base_wide)
        count = _number(data, at + base_wide, 2)
        at += base_wide + 2
        left = _spent(left, count + 1)
        within = (room.start, room.end) if inside == 1 and room else (0, len(data))
        for _ in range(count):
            at += index_wide
            start = within[0] + base + _number(data, at, offset_wide)
            length = _number(data, at + offset_wide, length_wide)
            at += offset_wide + length_wide
            if inside > 1 or start + length > within[1]:
                message = "a part of it lies outside the file"
                raise BrokenHeader(message)
            item.places.append((start, start + length if length else within[1]))


def _give_sources(data: Data, box: Box, found: dict[int, Item]) -> None:
    wide = 4 if data[box.start] else 2
    left = MAX_ENTRIES
    for each in boxes(data, box.start + 4, box.end):
        item = found.get(_number(data, each.start, wide))
        count = _number(data, each.start + wide, 2)
        left = _spent(left, count)
        if item is not None and each.kind == b"dimg":
            at = each.start + wide + 2
            item.sources += [_number(data, at + wide * n, wide) for n in range(count)]


def _spent(left: int, count: int) -> int:
    if count > left:
        message = "its lists are too long"
        raise BrokenHeader(message)
    return left - count
