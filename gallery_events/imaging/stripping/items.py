"""The items of AVIF and HEIC (ISO/IEC 14496-12, 23008-12): which make up the picture, and where they lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.boxes import Numbers, Placed, made, placed
from gallery_events.imaging.stripping.parts import Span, Uncertain

IN_FILE, IN_BOX = 0, 1
MAX_EXTENTS = 65_536
#: An item that is made of others, such as of tiles; and one that is seen beside another.
MADE_OF, BESIDE = b"dimg", b"auxl"
#: What auxiliary pictures are called that say how much is seen through.
ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


@dataclass(frozen=True, slots=True)
class Location:
    """Where the pieces of an item are, and the bytes that say so."""

    method: int
    elsewhere: int
    spans: list[Span]
    entry: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A reference from an item to others."""

    kind: bytes
    source: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Properties:
    """Which properties an item has, by their numbers from 1, and the bytes that say so."""

    numbers: list[int]
    entry: bytes


def described(data: Data, box: Placed) -> dict[int, bytes]:
    """
    Return of each item the box that describes it, its name blanked.

    Raises :exc:`Uncertain` for the old kinds of description.
    """
    numbers = Numbers(data, box)
    count = numbers.next(2 if numbers.version == 0 else 4)
    found: dict[int, bytes] = {}
    for each in placed(data, numbers.at, box.end):
        inner = Numbers(data, each)
        if each.kind != b"infe" or inner.version not in (2, 3):
            message = "an item is described in an old way"
            raise Uncertain(message)
        item = inner.next(2 if inner.version == 2 else 4)
        inner.next(6)  # protection and kind
        name = bytes(each.end - inner.at)
        found[item] = made(b"infe", data[each.start : inner.at], name)
    if len(found) != count:
        message = "its items are not those that were announced"
        raise Uncertain(message)
    return found


def with_items(data: Data, box: Placed, *, described: dict[int, bytes], kept: set[int]) -> bytes:
    """Return ``iinf`` again, with *kept* items only."""
    version = data[box.start : box.start + 4]
    entries = [each for item, each in described.items() if item in kept]
    count = len(entries).to_bytes(2 if version[0] == 0 else 4, "big")
    return made(b"iinf", version, count, *entries)


def located(data: Data, box: Placed) -> dict[int, Location]:
    """Return where each item lies."""
    numbers = Numbers(data, box)
    sizes = numbers.next(2)
    offset, length, base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index = sizes & 15 if numbers.version else 0
    wide = 2 if numbers.version < 2 else 4
    found: dict[int, Location] = {}
    left = MAX_EXTENTS
    for _ in range(numbers.next(wide)):
        begin = numbers.at
        item = numbers.next(wide)
        method = numbers.next(2) & 15 if numbers.version else IN_FILE
        elsewhere = numbers.next(2)
        first = numbers.next(base)
        spans = []
        for _ in range(numbers.next(2)):
            left -= 1
            if left < 0 or item in found:
                message = "its items lie in too many pieces"
                raise Uncertain(message)
            numbers.next(index)
            start = first + numbers.next(offset)
            spans.append((start, start + numbers.next(length)))
        found[item] = Location(method, elsewhere, spans, data[begin : numbers.at])
    return found


def with_locations(
    data: Data, box: Placed, *, located: dict[int, Location], kept: set[int]
) -> bytes:
    """Return ``iloc`` again, with *kept* items only."""
    head = data[box.start : box.start + 6]
    entries = [each.entry for item, each in located.items() if item in kept]
    count = len(entries).to_bytes(2 if head[0] < 2 else 4, "big")
    return made(b"iloc", head, count, *entries)


def linked(data: Data, box: Placed | None) -> list[Link]:
    """Return the references between items."""
    if box is None:
        return []
    wide = 4 if Numbers(data, box).version else 2
    found = []
    for each in placed(data, box.start + 4, box.end):
        numbers = Numbers(data, Placed(each.kind, each.head, each.start - 4, each.end))
        source = numbers.next(wide)
        targets = tuple(numbers.next(wide) for _ in range(numbers.next(2)))
        found.append(Link(each.kind, source, targets))
    return found


def with_links(data: Data, box: Placed, *, links: Iterable[Link], kept: set[int]) -> bytes:
    """Return ``iref`` again, with references among *kept* items only; empty when there are none."""
    version = data[box.start : box.start + 4]
    wide = 4 if version[0] else 2
    entries = []
    for each in links:
        targets = [target for target in each.targets if target in kept]
        if each.source in kept and targets:
            numbers = [(each.source, wide), (len(targets), 2), *((at, wide) for at in targets)]
            entries.append(made(each.kind, *(at.to_bytes(size, "big") for at, size in numbers)))
    return made(b"iref", version, *entries) if entries else b""


def associated(data: Data, box: Placed) -> dict[int, Properties]:
    """Return which properties each item has."""
    numbers = Numbers(data, box)
    wide = 2 if numbers.flags & 1 else 1
    mask = (1 << 8 * wide - 1) - 1
    found: dict[int, Properties] = {}
    for _ in range(numbers.next(4)):
        begin = numbers.at
        item = numbers.next(4 if numbers.version else 2)
        if item in found:
            message = "an item has its properties twice"
            raise Uncertain(message)
        properties = [numbers.next(wide) & mask for _ in range(numbers.next(1))]
        found[item] = Properties(properties, data[begin : numbers.at])
    return found


def with_associations(data: Data, box: Placed, *, kept: set[int]) -> bytes:
    """Return ``ipma`` again, with *kept* items only."""
    entries = [each.entry for item, each in associated(data, box).items() if item in kept]
    return made(b"ipma", data[box.start : box.start + 4], len(entries).to_bytes(4, "big"), *entries)


def shown(primary: int, links: Iterable[Link], *, alphas: set[int]) -> set[int]:
    """Return the items that make up the primary one: its tiles, and how much is seen through."""
    parts: dict[int, set[int]] = {}
    for link in links:
        if link.kind == MADE_OF:
            parts.setdefault(link.source, set()).update(link.targets)
        elif link.kind == BESIDE and link.source in alphas:
            for target in link.targets:
                parts.setdefault(target, set()).add(link.source)
    found: set[int] = set()
    waiting = {primary}
    while waiting:
        item = waiting.pop()
        found.add(item)
        waiting |= parts.get(item, set()) - found
    return found


def is_alpha(data: Data, box: Placed) -> bool:
    """Tell whether a property says that its picture is how much is seen through."""
    return box.kind == b"auxC" and data[box.start + 4 : box.end].split(b"\0")[0] in ALPHA
