"""The header of a TIFF or BigTIFF: its directories, one a page, and whether their pixels are there."""

from __future__ import annotations

from dataclasses import dataclass
from struct import calcsize, unpack_from

from gallery_events.imaging.header import BrokenHeader, Data, Header

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS, STRIP_COUNTS = 273, 274, 277, 278, 279
PLANAR, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 284, 322, 323, 324, 325
READ = frozenset([*range(WIDTH, PHOTOMETRIC + 1), *range(STRIP_OFFSETS, STRIP_COUNTS + 1)]) | {
    *range(TILE_WIDTH, TILE_COUNTS + 1),
    PLANAR,
}
#: Whole numbers of one, two, four and eight bytes.
TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}

RAW, JPEG = 1, 7
#: None, the three of fax machines, LZW, JPEG, both deflates and PackBits. Old JPEG is left out,
#: which no two programs read alike, and LZMA, which takes any amount of memory.
COMPRESSIONS = frozenset([RAW, 2, 3, 4, 5, JPEG, 8, 32946, 32773])

#: Entries of all directories, and strips and tiles of all pages: scanners write far fewer.
MAX_ENTRIES = 50_000
MAX_PIECES = 250_000
MAX_SAMPLES = 8
#: A strip or tile is decoded whole; one much larger than its picture is there to take memory.
SMALL_PIECE = 4 * 1024 * 1024
#: Scans of one JPEG: one for each colour; a progressive one could make thousands.
MAX_SCANS = 4

Tags = dict[int, tuple[int, ...]]


@dataclass(slots=True)
class _Page:
    """The measures of one page."""

    width: int
    height: int
    pieces: int
    memory: float
    turned: bool


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read the size of the first page as its decoder gives it, upright, and the number of pages.

    Counting stops just past *max_frames*. Raises :exc:`BrokenHeader` when
    pixels lie outside the file, directories lead in a circle, or one says
    what no picture can be.
    """
    directories = _Directories(data)
    pages: list[_Page] = []
    for tags in directories:
        pages.append(_page(data, tags))
        if sum(each.pieces for each in pages) > MAX_PIECES:
            message = "it is cut into too many pieces"
            raise BrokenHeader(message)
        if len(pages) > max_frames:
            break
    if not pages:
        message = "it has no page"
        raise BrokenHeader(message)
    first = pages[0]
    size = (first.height, first.width) if first.turned else (first.width, first.height)
    sizes = [each.width * each.height for each in pages]
    return Header(
        *size,
        frames=len(pages),
        memory=max(each.memory for each in pages),
        largest=max(sizes),
        total=sum(sizes),
    )


class _Directories:
    """The directories of a file, one after the other, each read once."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.order = "<" if data[:1] == b"I" else ">"
        self.big = data[2:4] in (b"+\0", b"\0+")
        self.left = MAX_ENTRIES

    def __iter__(self) -> _Directories:
        self.position = self._number("Q" if self.big else "I", 8 if self.big else 4)
        self.seen: set[int] = set()
        return self

    def __next__(self) -> Tags:
        if not self.position:
            raise StopIteration
        if self.position in self.seen:
            message = "its pages lead in a circle"
            raise BrokenHeader(message)
        self.seen.add(self.position)
        entry, counts = (20, "Q") if self.big else (12, "H")
        count = self._number(counts, self.position)
        self.left -= count
        if self.left < 0:
            message = "its directories are too long"
            raise BrokenHeader(message)
        first = self.position + calcsize(counts)
        tags: Tags = {}
        for at in range(first, first + entry * count, entry):
            tag = self._number("H", at)
            if tag in READ:
                tags[tag] = self._values(at)
        self.position = self._number("Q" if self.big else "I", first + entry * count)
        return tags

    def _number(self, kind: str, at: int) -> int:
        if at + calcsize(kind) > len(self.data):
            message = "a directory lies outside the file"
            raise BrokenHeader(message)
        (number,) = unpack_from(self.order + kind, self.data, at)
        return int(number)

    def _values(self, entry: int) -> tuple[int, ...]:
        kind = TYPES.get(self._number("H", entry + 2))
        if kind is None:
            return ()
        word = "Q" if self.big else "I"
        count = self._number(word, entry + 4)
        size = calcsize(kind) * count
        at = entry + 4 + calcsize(word)
        if size > calcsize(word):
            at = self._number(word, at)
        if count > MAX_PIECES or at + size > len(self.data):
            message = "a directory says more than is there"
            raise BrokenHeader(message)
        return unpack_from(f"{self.order}{count}{kind}", self.data, at)


def _page(data: Data, tags: Tags) -> _Page:
    width, height = _one(tags, WIDTH, 0), _one(tags, HEIGHT, 0)
    samples = _one(tags, SAMPLES, 1)
    compression = _one(tags, COMPRESSION, RAW)
    if compression not in COMPRESSIONS:
        message = f"its compression {compression} is not known"
        raise BrokenHeader(message)
    if not width or not height or not 1 <= samples <= MAX_SAMPLES:
        message = "it has no size" if samples else "it has no colours"
        raise BrokenHeader(message)
    bits = tags.get(BITS) or (1,)
    if max(bits) > 64:
        message = "its pixels are stored in no known way"
        raise BrokenHeader(message)
    deep = max(bits) * samples / 8
    pieces, piece = _pieces(data, tags, (width, height), samples, deep)
    pixel = 4.0 if samples > 1 or max(bits) > 16 else 2.0 if max(bits) > 8 else 1.0
    turn = _one(tags, ORIENTATION, 1)
    # It is turned into a second picture.
    memory = pixel * (2 if 2 <= turn <= 8 else 1)
    if compression != RAW:
        memory += piece / (width * height)
    return _Page(width, height, pieces, memory, 5 <= turn <= 8)


def _one(tags: Tags, tag: int, default: int) -> int:
    values = tags.get(tag)
    return values[0] if values else default


def _pieces(
    data: Data, tags: Tags, size: tuple[int, int], samples: int, deep: float
) -> tuple[int, float]:
    """Check that all strips or tiles are there; return their number, and the bytes of one decoded."""
    width, height = size
    tiled = TILE_OFFSETS in tags
    if tiled:
        across, down = _one(tags, TILE_WIDTH, 0), _one(tags, TILE_HEIGHT, 0)
    else:
        across, down = width, min(_one(tags, ROWS, height), height)
    if not across or not down:
        message = "its tiles have no size"
        raise BrokenHeader(message)
    planes = samples if _one(tags, PLANAR, 1) == 2 else 1
    expected = -(-width // across) * -(-height // down) * planes
    piece = across * down * deep / planes
    if piece > SMALL_PIECE and across * down > 2 * width * height:
        message = "its tiles are larger than its picture"
        raise BrokenHeader(message)
    offsets = tags.get(TILE_OFFSETS if tiled else STRIP_OFFSETS, ())
    counts = tags.get(TILE_COUNTS if tiled else STRIP_COUNTS, ())
    if len(offsets) < expected or (counts and len(counts) < expected):
        message = "some of its pixels are missing"
        raise BrokenHeader(message)
    _check_places(data, tags, list(zip(offsets, counts or (1,) * len(offsets), strict=False)))
    if _one(tags, COMPRESSION, RAW) == RAW:
        row = -(-across * int(8 * deep / planes) // 8)
        least = row * (down if tiled else height / max(1, -(-height // down)))
        if least * expected > len(data) * (2 if tiled else 1) and not tiled:
            message = "its end is missing"
            raise BrokenHeader(message)
    return len(offsets), piece


def _check_places(data: Data, tags: Tags, places: list[tuple[int, int]]) -> None:
    if any(offset + count > len(data) for offset, count in places):
        message = "its end is missing"
        raise BrokenHeader(message)
    if sum(count for _, count in places) > len(data):
        message = "its pieces lie one on another"
        raise BrokenHeader(message)
    if _one(tags, COMPRESSION, RAW) == JPEG:
        for offset, count in places:
            scans = 0
            while (offset := data.find(b"\xff\xda", offset, offset + count) + 1) > 0:
                scans += 1
                if scans > MAX_SCANS:
                    message = f"a piece of it has more than {MAX_SCANS} scans"
                    raise BrokenHeader(message)
