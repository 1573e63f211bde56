"""Good files of the formats with few colours, and of those that are stored as they are."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import product

from PIL import Image

from tests.imaging.corpus.case import SIZE, Case, first, flag, good
from tests.imaging.corpus.photographs import profile
from tests.imaging.made import END, animation, chunk, png, saved


def pngs() -> Iterator[Case]:
    yield good("png, rgb", "PNG")
    yield good("png, grey", "PNG", flag().convert("L"))
    yield good("png, palette", "PNG", flag().convert("P", palette=Image.Palette.ADAPTIVE))
    for bits in (1, 2, 4):
        grey = flag().quantize(2**bits).convert("RGB")
        yield good(f"png, palette of {bits} bits", "PNG", grey.quantize(2**bits), bits=bits)
    yield good("png, black and white", "PNG", flag().convert("1", dither=Image.Dither.NONE))
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("png, rgba, opaque", "PNG", opaque)
    yield good("png, grey and alpha", "PNG", opaque.convert("LA"))
    yield good("png with a profile", "PNG", icc_profile=profile("sRGB"))
    yield good("png, stored", "PNG", compress_level=0)
    yield Case(
        "png, interlaced", lambda: interlaced(rows_missing=0), lambda: Image.new("L", (8, 8))
    )
    grey = flag().convert("L")
    yield Case("png of sixteen grey bits", lambda: saved(sixteen(grey), "PNG"), lambda: grey)
    for frames in (2, 5):
        yield Case(f"png of {frames} frames", lambda n=frames: animation("PNG", frames=n), first)
    yield Case(
        "png whose first picture is none of its frames",
        lambda: saved(
            flag(), "PNG", save_all=True, default_image=True, append_images=[first(SIZE), flag()]
        ),
        lambda: first(SIZE),
    )
    for level in (1, 6, 9):
        yield good(f"png of level {level}", "PNG", compress_level=level)
    for name, text in (("tEXt", b"Author\0me"), ("tIME", bytes(7)), ("zzZz", b"?")):
        yield Case(
            f"png with a chunk {name}",
            lambda name=name, text=text: _with_chunk(saved(flag(), "PNG"), name.encode(), text),
            flag,
        )


def gifs() -> Iterator[Case]:
    yield Case("gif", lambda: saved(flag().quantize(16), "GIF"), flag)
    yield good("gif, grey", "GIF", flag().convert("L"))
    yield good("gif, black and white", "GIF", flag().convert("1", dither=Image.Dither.NONE))
    yield Case("gif, interlaced", lambda: saved(flag().quantize(16), "GIF", interlace=1), flag)
    yield Case("gif with a comment", lambda: saved(flag().quantize(16), "GIF", comment=b"x"), flag)
    for disposal, loop, frames in product((0, 1, 2, 3), (None, 0, 3), (2, 6)):
        options = {} if loop is None else {"loop": loop}
        yield Case(
            f"gif of {frames} frames, disposal {disposal}, loop {loop}",
            lambda n=frames, d=disposal, o=options: animation("GIF", frames=n, disposal=d, **o),
            first,
        )


def bmp() -> Iterator[Case]:
    yield good("bmp", "BMP")
    yield good("bmp, grey", "BMP", flag().convert("L"))
    yield good("bmp, palette", "BMP", flag().convert("P", palette=Image.Palette.ADAPTIVE))
    yield good("bmp, black and white", "BMP", flag().convert("1", dither=Image.Dither.NONE))
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("bmp, rgba, opaque", "BMP", opaque)
    yield Case("bmp, rows from the top", _upside_down, flag)


def interlaced(*, rows_missing: int) -> bytes:
    """Return a black PNG of 8x8 pixels in seven passes, whose last one may lack rows."""
    lengths = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 4), (4, 4), (4 - rows_missing, 8)]
    packed = zlib.compress(b"".join(bytes((1 + width) * rows) for rows, width in lengths))
    data = bytearray(png(chunk(b"IDAT", packed), END))
    data[28] = 1
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    return bytes(data)


def sixteen(grey: Image.Image) -> Image.Image:
    return grey.convert("I").point(lambda value: value * 257 + 0).convert("I;16")


def _upside_down() -> bytes:
    """Return a BMP whose height is negative, so that its rows begin at the top."""
    data = bytearray(saved(flag().transpose(Image.Transpose.FLIP_TOP_BOTTOM), "BMP"))
    struct.pack_into("<i", data, 22, -SIZE[1])
    return bytes(data)


def _with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    return data[:33] + chunk(kind, content) + data[33:]
