"""TIFFs made by hand: either byte order, classic or big, in strips or tiles, planes apart or not."""

import struct
import zlib

SHORT, LONG, BYTES, LONG8 = 3, 4, 7, 16
SIZES = {SHORT: "H", LONG: "I", BYTES: "B", LONG8: "Q"}


class Writer:
    """A TIFF that grows: data first, then each page's directory."""

    def __init__(self, *, order="<", big=False):
        self.order, self.big = order, big
        mark = b"II" if order == "<" else b"MM"
        self.data = bytearray(mark + struct.pack(order + "H", 43 if big else 42))
        self.data += struct.pack(order + "HHQ", 8, 0, 0) if big else bytes(4)
        self.link = 8 if big else 4

    def put(self, content):
        self.data += bytes(len(self.data) % 2)
        at = len(self.data)
        self.data += content
        return at

    def page(self, tags):
        """Add a directory; *tags* maps a number to (type, values)."""
        word, count = ("Q", "Q") if self.big else ("I", "H")
        entries = b""
        for tag, (kind, values) in sorted(tags.items()):
            packed = struct.pack(f"{self.order}{len(values)}{SIZES[kind]}", *values)
            if len(packed) > struct.calcsize(word):
                packed = struct.pack(self.order + word, self.put(packed))
            entries += struct.pack(self.order + "HH" + word, tag, kind, len(values))
            entries += packed.ljust(struct.calcsize(word), b"\0")
        at = self.put(struct.pack(self.order + count, len(tags)) + entries + bytes(8))
        self.point(at)
        self.link = at + struct.calcsize(count) + len(entries)
        return at

    def point(self, at):
        """Let the last directory, or the beginning, lead to one."""
        struct.pack_into(self.order + ("Q" if self.big else "I"), self.data, self.link, at)


def tiff(
    pixels, size, *, samples=1, bits=8, photometric=1, order="<", big=False, tile=None,
    rows=None, planar=False, deflate=False, more=(), pages=1,
):  # fmt: skip
    """Return a TIFF of *pixels*: rows from the top, samples side by side, in the order given."""
    writer = Writer(order=order, big=big)
    planes, deep = [pixels], bits * samples
    if planar:
        deep, one = bits, bits // 8
        planes = [
            b"".join(pixels[at : at + one] for at in range(plane * one, len(pixels), one * samples))
            for plane in range(samples)
        ]
    pieces = [
        each
        for plane in planes
        for each in (
            tiles(plane, size, tile, deep // 8) if tile else strips(plane, size, rows, deep)
        )
    ]
    pieces = [zlib.compress(each) if deflate else each for each in pieces]
    for _ in range(pages):
        places = [writer.put(each) for each in pieces]
        writer.page(
            {
                256: (LONG, [size[0]]),
                257: (LONG, [size[1]]),
                258: (SHORT, [bits] * samples),
                259: (SHORT, [8 if deflate else 1]),
                262: (SHORT, [photometric]),
                277: (SHORT, [samples]),
                284: (SHORT, [2 if planar else 1]),
                324 if tile else 273: (LONG8 if big else LONG, places),
                325 if tile else 279: (LONG, [len(each) for each in pieces]),
                **(
                    {322: (LONG, [tile[0]]), 323: (LONG, [tile[1]])}
                    if tile
                    else {278: (LONG, [rows or size[1]])}
                ),
                **dict(more),
            }
        )
    return bytes(writer.data)


def strips(pixels, size, rows, deep):
    step = -(-size[0] * deep // 8) * (rows or size[1])
    return [pixels[at : at + step] for at in range(0, len(pixels), step)]


def tiles(pixels, size, tile, deep):
    (width, height), (across, down) = size, tile
    lines = [pixels[at : at + width * deep] for at in range(0, len(pixels), width * deep)]
    found = []
    for top in range(0, height, down):
        for left in range(0, width, across):
            part = [line[left * deep : (left + across) * deep] for line in lines[top : top + down]]
            whole = b"".join(line.ljust(across * deep, b"\0") for line in part)
            found.append(whole.ljust(across * down * deep, b"\0"))
    return found
