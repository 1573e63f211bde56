"""Files that contradict themselves, or pass for something else."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tests.imaging.corpus.case import Case, bad, flag
from tests.imaging.corpus.drawings import interlaced
from tests.imaging.made import END, chunk, gif, png, rows, saved, webp


def lying() -> Iterator[Case]:
    huge = (60_000, 60_000)
    yield bad("png that says it is huge", lambda: png(rows(), END, size=huge), "pixels")
    yield bad("png without a size", lambda: png(rows(), END, size=(0, 8)), "broken")
    yield bad("png without pixels", lambda: png(END), "broken")
    yield bad("png with a wrong checksum", lambda: png(chunk(b"IDAT", b"x", crc=1), END), "broken")
    yield bad("png whose pixels are noise", lambda: png(chunk(b"IDAT", b"noise"), END), "broken")
    yield bad("png of too few rows", lambda: png(rows((8, 4)), END), "broken")
    yield bad("png of too few interlaced rows", lambda: interlaced(rows_missing=1), "broken")
    yield bad(
        "tiff of a compression that is not known",
        lambda: saved(flag(), "TIFF", compression="zstd"),
        "broken",
    )
    yield bad("png bomb", lambda: _bomb(20_000), "pixels")
    yield bad("gif that says it is huge", lambda: gif(1, size=huge), "pixels")
    yield bad("gif of too many frames", lambda: gif(1001), "frames")
    yield bad("gif of many large frames", lambda: gif(900, size=(2000, 2000)), "frames")
    yield bad("gif without a frame", lambda: gif(0), "broken")
    yield bad("webp without a picture", lambda: webp(b""), "broken")
    yield bad("jpeg that is all markers", b"\xff\xd8" + b"\xff" * 5000, "broken")
    yield bad("jpeg of one segment after another", _segments, "broken")
    yield bad("jpeg that says it is huge", _huge_jpeg, "pixels", "broken")
    yield bad("bmp that says it is huge", lambda: _sized_bmp(60_000), "pixels", "broken")
    yield bad("bmp that is larger than its bytes", lambda: _sized_bmp(1000), "broken")
    yield bad("tiff that leads to itself", _endless_tiff, "broken", "frames")
    yield bad("tiff whose directory is elsewhere", b"II*\0" + struct.pack("<I", 2**31), "broken")
    yield bad("tiff without a directory", b"II*\0" + bytes(4), "broken")
    yield bad("avif of empty boxes", lambda: _boxes(b"avif", 50_000), "broken")
    yield bad("heic of empty boxes", lambda: _boxes(b"heic", 50_000), "broken", "format")
    yield bad("avif of boxes in boxes", lambda: _nest(b"avif", 2000), "broken")


def appended() -> Iterator[Case]:
    """Yield pictures with something else behind them: the picture is taken as what it is."""
    page, archive = b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(100)
    for name in ("jpeg", "png", "gif"):
        for what, more in (("a page", page), ("an archive", archive)):
            yield Case(
                f"{name} with {what} behind it",
                lambda n=name, m=more: _spare(n) + m,
                flag,
            )


def nested() -> Iterator[Case]:
    yield Case("jpeg with a jpeg behind it", lambda: _spare("jpeg") + _spare("jpeg"), flag)
    yield Case("jpeg with a png in its comment", _jpeg_with_png, flag)
    yield bad("page that ends as a gif", lambda: b"<html>" + _spare("gif"), "format")
    yield bad("document that ends as a jpeg", lambda: b"%PDF-1.4\n" + _spare("jpeg"), "format")
    yield bad(
        "gif by its first bytes, page by the rest",
        b"GIF89a<script>alert(1)</script>",
        "broken",
        "pixels",
        "frames",
    )
    yield bad("png by its first bytes", b"\x89PNG\r\n\x1a\n" + bytes(100), "broken")
    yield bad("webp by its first bytes", b"RIFF\x10\0\0\0WEBP" + bytes(100), "broken")
    yield bad("bmp by its first bytes", b"BM" + bytes(100), "broken", "format")


def _spare(name: str) -> bytes:
    format = name.upper()  # noqa: A001
    options = {"quality": 95, "subsampling": 0} if format == "JPEG" else {}
    return saved(flag().quantize(16) if format == "GIF" else flag(), format, **options)


def _bomb(side: int) -> bytes:
    packed = zlib.compress(bytes(side // 8 + 1) * side, 9)
    return png(chunk(b"IDAT", packed), END, size=(side, side), depth=1)


def _segments() -> bytes:
    return b"\xff\xd8" + (b"\xff\xe1\x00\x02" * 5000) + b"\xff\xd9"


def _huge_jpeg() -> bytes:
    data = bytearray(saved(flag(), "JPEG"))
    place = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, place + 5, 65_000, 65_000)
    return bytes(data)


def _sized_bmp(side: int) -> bytes:
    data = bytearray(saved(flag(), "BMP"))
    struct.pack_into("<ii", data, 18, side, side)
    return bytes(data)


def _endless_tiff() -> bytes:
    data = bytearray(saved(flag(), "TIFF"))
    (start,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * entries, start)
    return bytes(data)


def _boxes(brand: bytes, number: int) -> bytes:
    return (
        struct.pack(">I", 24)
        + b"ftyp"
        + brand
        + bytes(4)
        + b"mif1"
        + brand
        + b"\0\0\0\x08free" * number
    )


def _nest(brand: bytes, depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = struct.pack(">I", 8 + len(inner)) + b"iprp" + inner
    meta = struct.pack(">I", 12 + len(inner)) + b"meta" + bytes(4) + inner
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1" + brand + meta


def _jpeg_with_png() -> bytes:
    data, inner = _spare("jpeg"), _spare("png")
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(inner)) + inner
    return data[:2] + comment + data[2:]
