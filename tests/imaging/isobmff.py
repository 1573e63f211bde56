"""AVIF and HEIC made by hand, box by box, and the streams of codecs bit by bit."""

import struct


def box(kind, *contents):
    content = b"".join(contents)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full(kind, *contents, version=0, flags=0):
    return box(kind, struct.pack(">I", version << 24 | flags), *contents)


def brands(*names):
    return box(b"ftyp", names[0], bytes(4), *names)


class Bits:
    """Bits one after the other, filled up to bytes."""

    def __init__(self):
        self.text = ""

    def put(self, value, count):
        self.text += f"{value:0{count}b}"
        return self

    def put_exponential(self, value):
        bits = f"{value + 1:b}"
        self.text += "0" * (len(bits) - 1) + bits
        return self

    def __bytes__(self):
        text = self.text + "0" * (-len(self.text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def av1(width, height, *, profile=0, long=False):
    """Return a sequence header and no picture."""
    bits = Bits().put(profile, 3).put(1, 1)
    if long:
        # Timing, a decoder model, one operating point of a high level with delays.
        bits.put(0, 1).put(1, 1).put(1, 32).put(1, 32).put(1, 1).put_exponential(5)
        bits.put(1, 1).put(9, 5).put(1, 32).put(3, 5).put(3, 5)
        bits.put(1, 1).put(0, 5).put(0, 12).put(8, 5).put(0, 1).put(1, 1).put(0, 21).put(1, 1).put(
            0, 4
        )
    else:
        bits.put(1, 1).put(0, 5)
    bits.put(15, 4).put(15, 4).put(width - 1, 16).put(height - 1, 16)
    content = bytes(bits)
    return bytes([0x0A, len(content)]) + content


def hevc(width, height, *, layers=0, chroma=1, deep=False):
    """Return a sequence parameter set."""
    bits = Bits().put(0, 4).put(layers, 3).put(1, 1).put(1, 96)
    if layers:
        bits.put(0b11, 2 * layers).put(0, 2 * (8 - layers)).put(0, 96)
    bits.put_exponential(0).put_exponential(chroma)
    if chroma == 3:
        bits.put(0, 1)
    bits.put_exponential(width).put_exponential(height).put(1, 1)
    for _ in range(4):
        bits.put_exponential(1)
    bits.put_exponential(2 * deep)
    return b"\x42\x01" + bytes(bits).replace(b"\0\0", b"\0\0\3")


def settings(*units):
    """Return the content of hvcC."""
    listed = b"".join(struct.pack(">H", len(each)) + each for each in units)
    return (
        bytes(21) + b"\x03\x01" + b"\x21" + struct.pack(">H", len(units)) + listed
        if units
        else bytes(21) + b"\x03\0"
    )


def still(
    content, size, *, brand=b"avif", kind=b"av01", properties=(), codec=None, items=(), more=b"", meta=()
):  # fmt: skip
    """
    Return a file with one picture.

    *items* are further ones: (kind, content, size); *properties* of the first
    one are boxes, *more* and *meta* stand at the top and in the meta box.
    """
    all_items = [(kind, content, size), *items]
    codec = codec or (
        box(b"av1C", b"\x81\0\x0c\0") if brand == b"avif" else box(b"hvcC", settings())
    )
    there, linked = [codec, *properties], []
    for number, (_, _, each) in enumerate(all_items):
        there.append(full(b"ispe", struct.pack(">II", *each)))
        linked.append([len(there), 1, *(range(2, 2 + len(properties)) if not number else ())])
    ipma = struct.pack(">I", len(linked)) + b"".join(
        struct.pack(">HB", number, len(each)) + bytes(each) for number, each in enumerate(linked, 1)
    )

    def head(start):
        places, at = b"", start
        for number, (_, data, _) in enumerate(all_items, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(data))
            at += len(data)
        return brands(brand, b"mif1") + more + full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", b"\0\1"),
            full(b"iloc", b"\x44\0", struct.pack(">H", len(all_items)), places),
            full(b"iinf", struct.pack(">H", len(all_items)), *(
                full(b"infe", struct.pack(">HH", number, 0), each, b"\0", version=2)
                for number, (each, _, _) in enumerate(all_items, 1)
            )),
            box(b"iprp", box(b"ipco", *there), full(b"ipma", ipma)),
            *meta,
        )  # fmt: skip

    start = len(head(0)) + 8
    return head(start) + box(b"mdat", *(data for _, data, _ in all_items))


def grid(rows, columns, size):
    return bytes([0, 1, rows - 1, columns - 1]) + struct.pack(">II", *size)


def tiles(*numbers):
    """Return a reference of the first item to its tiles."""
    listed = struct.pack(f">HH{len(numbers)}H", 1, len(numbers), *numbers)
    return full(b"iref", box(b"dimg", listed))
