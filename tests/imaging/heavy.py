"""Small files whose lists lead to the same bytes again and again: to look at all of them has no end."""

import struct

from tests.imaging.isobmff import Bits, box, brands, full, hevc
from tests.imaging.tiffs import LONG, SHORT, Writer

SIZE = (64, 64)


def items(brand, kinds, *, places, properties, more=()):
    """Return a file of items, all of them with all *properties*; *places* is the content of iloc."""
    numbers = range(1, len(kinds) + 1)
    own = bytes(range(1, len(properties) + 1))
    return brands(brand, b"mif1") + full(
        b"meta",
        full(b"hdlr", bytes(4), b"pict", bytes(13)),
        full(b"pitm", b"\0\1"),
        places,
        full(b"iinf", struct.pack(">H", len(kinds)), *(
            full(b"infe", struct.pack(">HH", number, 0), kind, b"\0", version=2)
            for number, kind in zip(numbers, kinds, strict=True)
        )),
        box(b"iprp", box(b"ipco", *properties), full(b"ipma", struct.pack(">I", len(kinds)), *(
            struct.pack(">HB", number, len(own)) + own for number in numbers
        ))),
        *more,
    )  # fmt: skip


def located(number, length, *, inside=False):
    """Return where the first item lies: in so many pieces, from the beginning on."""
    method = struct.pack(">H", 1) if inside else b""
    head = b"\x44\0\0\1\0\1" + method + struct.pack(">HH", 0, number)
    return full(b"iloc", head, struct.pack(">II", 0, length) * number, version=int(inside))


def extent():
    return full(b"ispe", struct.pack(">II", *SIZE))


def grid_in_pieces(number, length):
    """A grid that is as long as the file, so many times."""
    tiles = full(b"iref", box(b"dimg", struct.pack(">HHH", 1, 1, 2)))
    places = located(number, length)
    told = items(b"avif", [b"grid", b"av01"], places=places, properties=[extent()], more=[tiles])
    return told + box(b"mdat", bytes(length))


def pieces_behind_boxes(number, boxes):
    """An item in so many pieces of a box that stands behind so many others."""
    more = [*[box(b"free")] * boxes, box(b"idat", bytes(64))]
    places = located(number, 1, inside=True)
    return items(b"avif", [b"av01"], places=places, properties=[extent()], more=more)


def settings_of_all(number, units):
    """So many items, to all of which belong so many units."""
    unit = hevc(*SIZE)
    one = b"\x21\0\x96" + (struct.pack(">H", len(unit)) + unit) * 150
    codec = box(b"hvcC", bytes(21), b"\x03", bytes([units // 150]), one * (units // 150))
    places = full(b"iloc", b"\x44\0\0\0")
    return items(b"heic", [b"hvc1"] * number, places=places, properties=[extent(), codec])


def long_av1():
    """A sequence header with all the operating points that there can be."""
    bits = Bits().put(0, 3).put(1, 1).put(0, 1).put(0, 1).put(0, 1).put(31, 5)
    for _ in range(32):
        bits.put(0, 12).put(0, 5)
    content = bytes(bits.put(5, 4).put(5, 4).put(SIZE[0] - 1, 6).put(SIZE[1] - 1, 6))
    return bytes([0x0A, len(content)]) + content


def tracks_of_units(tracks, frames, units):
    """Tracks of the same frames, each of which is so many units."""
    sample = long_av1() * units

    def head(start):
        table = box(
            b"stbl",
            full(b"stsd", struct.pack(">I", 1), box(b"av01", bytes(78), box(b"av1C", b"\x81\0\x0c\0"))),
            full(b"stts", struct.pack(">III", 1, frames, 1)),
            full(b"stsc", struct.pack(">IIII", 1, 1, frames, 1)),
            full(b"stsz", struct.pack(">II", len(sample), frames)),
            full(b"stco", struct.pack(">II", 1, start)),
        )  # fmt: skip
        kinds = [b"pict", *[b"auxv"] * (tracks - 1)]
        size = struct.pack(">II", *(each << 16 for each in SIZE))
        return brands(b"avis", b"avif") + box(b"moov", *(
            box(
                b"trak",
                full(b"tkhd", bytes(72), size),
                box(b"mdia", full(b"hdlr", bytes(4), kind, bytes(13)), box(b"minf", table)),
            )
            for kind in kinds
        ))  # fmt: skip

    return head(len(head(0)) + 8) + box(b"mdat", sample * frames)


def numbers_of_all(pages, tags, numbers):
    """So many pages, with so many tags each that are the same numbers."""
    writer = Writer()
    many = writer.put(struct.pack("<I", 8) * numbers)
    first = [(256, LONG, 1, 8), (257, LONG, 1, 8), (258, SHORT, 1, 8), (259, SHORT, 1, 1)]
    last = [(277, SHORT, 1, 1), (278, LONG, 1, 8), (279, LONG, 1, 64)]
    entries = [*first, *[(273, LONG, numbers, many)] * tags, (273, LONG, 1, many), *last]
    for _ in range(pages):
        content = b"".join(struct.pack("<HHII", *each) for each in entries)
        at = writer.put(struct.pack("<H", len(entries)) + content + bytes(4))
        writer.point(at)
        writer.link = at + 2 + len(content)
    return bytes(writer.data)


def numbers_of_eight_bytes(tags, numbers):
    """A large TIFF of the other byte order, with so many tags that are the same numbers."""
    start = struct.pack(">2sHHHQ", b"MM", 43, 8, 0, 16 + 8 * numbers) + bytes(8 * numbers)
    short, long = 1 << 48, 1 << 32
    entries = [(256, 4, 8 * long), (257, 4, 8 * long), (258, 3, 8 * short), (259, 3, short)]
    # That one is there twice keeps it from being cut.
    entries += [(262, 3, short), (273, 16, 16), *[(278, 4, 8 * long)] * 2, (279, 4, 64 * long)]
    all_ = [
        *((tag, kind, 1, value) for tag, kind, value in entries),
        *((40_000 + tag, 16, numbers, 16) for tag in range(tags)),
    ]
    told = b"".join(struct.pack(">HHQQ", *each) for each in all_)
    return start + struct.pack(">Q", len(all_)) + told + bytes(8)


HEAVY = {
    "a grid as long as the file, 15,000 times": grid_in_pieces(15_000, 4_000_000),
    "19,000 pieces, each behind 4,000 boxes": pieces_behind_boxes(19_000, 4_000),
    "4,000 items of 38,000 units": settings_of_all(4_000, 38_250),
    "eight tracks of 200,000 units": tracks_of_units(8, 1_000, 199),
    "249,000 numbers, 4,900 times on a page": numbers_of_all(1, 4_900, 249_000),
    "a million numbers of eight bytes, 500 times": numbers_of_eight_bytes(500, 1_000_000),
    "249,000 numbers, on 900 pages": numbers_of_all(900, 6, 249_000),
}
