"""The header of AVIF and HEIC: the properties of the primary item, or the track of a sequence."""

from __future__ import annotations

from struct import unpack_from

from gallery_events.imaging import av1, hevc
from gallery_events.imaging.boxes import Box, boxes, brands
from gallery_events.imaging.header import NOWHERE, Allowance, BrokenHeader, Data, Header, Place
from gallery_events.imaging.items import Item, items
from gallery_events.imaging.tracks import PICTURES, tracks

#: Quarters turned to the left, then the mirror (None: none) after them, in EXIF's numbers.
TURNS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
}  # fmt: skip
#: Beside the picture as it was encoded, decoders keep its colours, a copy of them, and ours.
COLOURS = 8.0
#: Units of all streams together: a thousand frames with transparency have some ten thousand.
MAX_UNITS = 50_000
#: A codec counts in blocks: so much larger than the picture may what it decodes be.
BLOCK = 64


def read_avif(data: Data, *, max_frames: int) -> Header:
    """
    Read size, orientation and, of a sequence, the number of frames.

    The sizes that the encoded streams declare are looked at too, for it is
    those that are decoded. Raises :exc:`BrokenHeader` when a box is missing,
    cut off or contradicts another, or when the picture is of another codec.
    """
    top = list(boxes(data, 0, len(data)))
    if brands(data)[0] == b"avis":
        return _sequence(data, top, max_frames)
    primary, all_items = items(data, top)
    width, height = _size(data, primary)
    planes = _planes(data, primary, all_items, codec=b"av01")
    return Header(
        width,
        height,
        memory=COLOURS + planes / max(width * height, 1),
        orientation=_orientation(data, primary.properties),
        exif=_exif(data, all_items),
    )


def read_heic(data: Data, *, max_frames: int) -> Header:
    """
    Read the size of the primary picture, upright and cut as its decoder gives it.

    Other pictures of the file are not looked at. Raises :exc:`BrokenHeader`
    as for AVIF.
    """
    primary, all_items = items(data, list(boxes(data, 0, len(data))))
    width, height = _size(data, primary)
    planes = _planes(data, primary, all_items, codec=b"hvc1")
    memory = COLOURS + planes / max(width * height, 1)
    for each in primary.properties:
        if each.kind == b"clap":
            width, height = _cut(*unpack_from(">IIII", data, each.start))
        if each.kind == b"irot" and data[each.start] % 2:
            width, height = height, width
    return Header(width, height, memory=memory, exif=_exif(data, all_items))


def _sequence(data: Data, top: list[Box], max_frames: int) -> Header:
    found = tracks(data, top, most=max_frames)
    first = next((each for each in found if each.kind == PICTURES), None)
    if first is None:
        message = "its frames are missing"
        raise BrokenHeader(message)
    planes = 0.0
    units = _all_units()
    for each in found:
        sizes = [size for sample in each.samples for size in av1.sizes(sample, units=units)]
        if first.frames <= max_frames:
            # Transparency is a track of its own, as large as the other.
            _check(first.width, first.height, sizes)
        planes += max((plane for *_, plane in sizes), default=0.0)
    turn = _orientation(data, first.properties)
    return Header(first.width, first.height, first.frames, COLOURS + planes, turn)


def _size(data: Data, item: Item) -> tuple[int, int]:
    extent = item.property(b"ispe")
    if extent is None:
        message = "it has no size"
        raise BrokenHeader(message)
    width, height = unpack_from(">II", data, extent.start + 4)
    return width, height


def _orientation(data: Data, properties: list[Box]) -> int:
    angle, mirror = 0, None
    for each in properties:
        if each.kind == b"irot":
            angle = data[each.start] & 3
        if each.kind == b"imir":
            mirror = data[each.start] & 1
    return TURNS[angle, mirror]


def _exif(data: Data, found: dict[int, Item]) -> Place:
    """Return where EXIF lies in one piece; it begins with how many bytes there are before it."""
    for item in found.values():
        if item.kind == b"Exif" and len(item.places) == 1:
            [(start, end)] = item.places
            before = int.from_bytes(data[start : min(start + 4, end)], "big")
            return start + 4 + before, end
    return NOWHERE


def _cut(across: int, by: int, down: int, per: int) -> tuple[int, int]:
    if not by or not per:
        message = "it contradicts itself about its size"
        raise BrokenHeader(message)
    return across // by, down // per


def _planes(data: Data, primary: Item, found: dict[int, Item], *, codec: bytes) -> float:
    """Return the bytes that all encoded pictures take, as their streams say."""
    _check_kind(data, primary, found, codec)
    left = len(data)
    units = _all_units()
    total = 0.0
    for item in found.values():
        if item.kind != codec:
            continue
        left -= sum(end - start for start, end in item.places)
        if left < 0:
            message = "its parts lie one on another"
            raise BrokenHeader(message)
        width, height = _size(data, item)
        content = item.content(data)
        sizes = list(
            av1.sizes(content, units=units)
            if codec == b"av01"
            else hevc.sizes(_settings(data, item), content, units=units)
        )
        _check(width, height, sizes)
        total += width * height * max(plane for *_, plane in sizes)
    return total


def _all_units() -> Allowance:
    return Allowance(MAX_UNITS, of="units")


def _settings(data: Data, item: Item) -> bytes:
    box = item.property(b"hvcC")
    return data[box.start : box.end] if box else b""


def _check_kind(data: Data, primary: Item, found: dict[int, Item], codec: bytes) -> None:
    if primary.kind == codec:
        return
    tiles = [found[each].kind for each in primary.sources if each in found]
    if primary.kind != b"grid" or not tiles or set(tiles) != {codec}:
        message = f"its picture is of a kind that is not known ({primary.kind.decode('latin-1')})"
        raise BrokenHeader(message)
    grid = primary.content(data)
    rows, columns = grid[2] + 1, grid[3] + 1
    if (unpack_from(">II" if grid[1] & 1 else ">HH", grid, 4)) != _size(data, primary):
        message = "it contradicts itself about its size"
        raise BrokenHeader(message)
    if rows * columns != len(primary.sources):
        message = "some of its tiles are missing"
        raise BrokenHeader(message)


def _check(width: int, height: int, sizes: list[tuple[int, int, float]]) -> None:
    """Refuse streams that would be decoded to something much larger than is declared."""
    if not sizes:
        message = "it does not begin with its size"
        raise BrokenHeader(message)
    for across, down, _ in sizes:
        if across > width + BLOCK or down > height + BLOCK:
            message = "it contradicts itself about its size"
            raise BrokenHeader(message)
