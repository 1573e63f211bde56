"""The header of a TIFF or BigTIFF: its directories, one a page, and whether their pixels are there."""

from __future__ import annotations

from dataclasses import dataclass
from struct import calcsize, unpack_from

from gallery_events.imaging.header import NOWHERE, Allowance, BrokenHeader, Data, Header, Unfit

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS, STRIP_COUNTS = 273, 274, 277, 278, 279
PLANAR, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 284, 322, 323, 324, 325
#: What the pixels are of the whole, and the mark of a camera's raw data in Adobe's DNG.
KIND, RAW_VERSION = 254, 50706
READ = frozenset([*range(WIDTH, PHOTOMETRIC + 1), *range(STRIP_OFFSETS, STRIP_COUNTS + 1)]) | {
    *range(TILE_WIDTH, TILE_COUNTS + 1),
    PLANAR,
    KIND,
    RAW_VERSION,
}
#: Whole numbers of one, two, four and eight bytes.
TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}

RAW, JPEG = 1, 7
YCBCR, APART = 6, 2
#: None, the three of fax machines, LZW, JPEG, both deflates and PackBits. Old JPEG is left out,
#: which no two programs read alike, and LZMA, which takes any amount of memory.
COMPRESSIONS = frozenset([RAW, 2, 3, 4, 5, JPEG, 8, 32946, 32773])

#: Entries of all directories, and strips and tiles of all pages: scanners write far fewer.
MAX_ENTRIES = 50_000
MAX_PIECES = 250_000
#: Numbers of all tags that are read: place and length of each piece, twice as much for the others.
MAX_VALUES = 4 * MAX_PIECES
MAX_SAMPLES, MAX_BITS = 8, 64
#: A strip or tile is decoded whole; one much larger than its picture is there to take memory.
SMALL_PIECE = 4 * 1024 * 1024
#: Scans of one JPEG: one for each colour; a progressive one could make thousands.
MAX_SCANS = 4

Tags = dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The strips or tiles of one plane: their number, the bytes of one, and of all together."""

    count: int
    bytes: int
    whole: int


@dataclass(frozen=True, slots=True)
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
    what no picture can be; :exc:`Unfit` for the raw data of a camera.
    """
    directories = _Directories(data)
    pages: list[_Page] = []
    for tags in directories:
        if not pages:
            _refuse_raw(tags)
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
        # A TIFF is what EXIF is written as; one of 64 bits is another thing.
        exif=NOWHERE if directories.big else (0, len(data)),
    )


class _Directories:
    """The directories of a file, one after the other, each read once."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.order = "<" if data[:1] == b"I" else ">"
        self.big = data[2:4] in (b"+\0", b"\0+")
        self.left = MAX_ENTRIES
        self.values = Allowance(MAX_VALUES, of="numbers in its directories")

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
        self.values.spend(count)
        return unpack_from(f"{self.order}{count}{kind}", self.data, at)


def _refuse_raw(first: Tags) -> None:
    """Refuse what only passes for a TIFF: its first page is a preview, and the rest would be lost."""
    if RAW_VERSION in first or _one(first, KIND, 0) & 1:
        message = "a camera's raw data with a preview"
        raise Unfit(message)


def _page(data: Data, tags: Tags) -> _Page:
    width, height = _one(tags, WIDTH, 0), _one(tags, HEIGHT, 0)
    samples, bits = _one(tags, SAMPLES, 1), max(tags.get(BITS) or (1,))
    compression = _one(tags, COMPRESSION, RAW)
    if compression not in COMPRESSIONS:
        message = f"its compression {compression} is not known"
        raise BrokenHeader(message)
    if not width or not height:
        message = "it has no size"
        raise BrokenHeader(message)
    if not 1 <= samples <= MAX_SAMPLES or not 1 <= bits <= MAX_BITS:
        message = "its pixels are stored in no known way"
        raise BrokenHeader(message)
    planes = samples if _one(tags, PLANAR, 1) == APART else 1
    pieces = _pieces(tags, (width, height), bits * samples // planes)
    count = _check_places(data, tags, pieces, planes)
    turn = _one(tags, ORIENTATION, 1)
    pixel = 4.0 if samples > 1 or bits > 16 else 2.0 if bits > 8 else 1.0
    # It is turned into a second picture; the piece that is being decoded comes on top.
    memory = pixel * (2 if 2 <= turn <= 8 else 1) + pieces.bytes / (width * height)
    return _Page(width, height, count, memory, 5 <= turn <= 8)


def _one(tags: Tags, tag: int, default: int) -> int:
    values = tags.get(tag)
    return values[0] if values else default


def _pieces(tags: Tags, size: tuple[int, int], deep: int) -> _Pieces:
    """Return how a plane of *deep* bits a pixel is cut: into tiles, or into strips."""
    width, height = size
    if TILE_OFFSETS in tags:
        across, down = _one(tags, TILE_WIDTH, 0), _one(tags, TILE_HEIGHT, 0)
    else:
        across, down = width, min(_one(tags, ROWS, height), height)
    if not across or not down:
        message = "its pieces have no size"
        raise BrokenHeader(message)
    row = -(-across * deep // 8)
    piece = row * down
    if piece > SMALL_PIECE and across * down > 2 * width * height:
        message = "its tiles are larger than its picture"
        raise BrokenHeader(message)
    count = -(-width // across) * -(-height // down)
    # The last strip has the rows that are left, the last tile is as large as the others.
    return _Pieces(count, piece, piece * count if TILE_OFFSETS in tags else row * height)


def _check_places(data: Data, tags: Tags, pieces: _Pieces, planes: int) -> int:
    """Check that all pieces are there, each in a place of its own; return their number."""
    tiled = TILE_OFFSETS in tags
    expected = pieces.count * planes
    offsets = tags.get(TILE_OFFSETS if tiled else STRIP_OFFSETS, ())
    counts = tags.get(TILE_COUNTS if tiled else STRIP_COUNTS, ()) or (1,) * len(offsets)
    if min(len(offsets), len(counts)) < expected:
        message = "some of its pixels are missing"
        raise BrokenHeader(message)
    places = list(zip(offsets, counts, strict=False))
    if any(offset + count > len(data) for offset, count in places):
        message = "its end is missing"
        raise BrokenHeader(message)
    if sum(counts) > len(data):
        message = "its pieces lie one on another"
        raise BrokenHeader(message)
    compression = _one(tags, COMPRESSION, RAW)
    # Where chroma is subsampled, fewer bytes are there.
    plain = compression == RAW and _one(tags, PHOTOMETRIC, 0) != YCBCR
    if plain and pieces.whole * planes > len(data):
        message = "its end is missing"
        raise BrokenHeader(message)
    if compression == JPEG:
        _check_scans(data, places)
    return len(places)


def _check_scans(data: Data, places: list[tuple[int, int]]) -> None:
    for offset, count in places:
        position = offset
        for _ in range(MAX_SCANS + 1):
            position = data.find(b"\xff\xda", position, offset + count) + 1
            if not position:
                break
        else:
            message = f"a piece of it has more than {MAX_SCANS} scans"
            raise BrokenHeader(message)
