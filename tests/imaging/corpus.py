"""Some hundred files, good, odd and hostile, each with what must become of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

import pillow_heif
import pyvips
from PIL import Image, ImageCms

from tests.imaging.made import END, animation, chunk, gif, png, rows, saved, webp

#: Of the top left, top right, bottom left and bottom right corner, and of the centre.
COLOURS = [(220, 40, 40), (40, 200, 60), (50, 70, 210), (230, 210, 50), (120, 30, 140)]
SIZE = (96, 64)
#: What makes a picture lie as each value of EXIF's orientation says that it lies.
LAID = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Case:
    """
    A file, and what becomes of it.

    Either a picture as *shown* shows it, or a refusal with one of *codes*.
    """

    name: str
    make: Callable[[], bytes]
    shown: Callable[[], Image.Image] | None = None
    codes: tuple[str, ...] = ()


def cases() -> Iterator[Case]:
    """Yield all of them; each name once."""
    for each in (_jpeg, _png, _gif, _webp, _avif, _bmp, _tiff, _heic, _turned, _sizes):
        yield from each()
    for each in (_foreign, _truncated, _lying, _appended, _nested):
        yield from each()


def flag(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture with another colour in each corner and in the centre."""
    image = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, colour in enumerate(COLOURS[:4]):
        left, top = index % 2 * width, index // 2 * height
        image.paste(colour, (left, top, size[0], size[1]))
    box = (size[0] * 3 // 8, size[1] * 3 // 8, size[0] * 5 // 8, size[1] * 5 // 8)
    image.paste(COLOURS[4], box)
    return image


def points(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours in the corners, a little inside, and in the centre."""
    image = image.convert("RGB")
    (width, height), x, y = image.size, image.width // 16, image.height // 16
    right, bottom = width - 1 - x, height - 1 - y
    places = [(x, y), (right, y), (x, bottom), (right, bottom), (width // 2, height // 2)]
    return [image.getpixel(place) for place in places]


def good(name: str, format: str, image: Image.Image | None = None, **options: Any) -> Case:  # noqa: A002
    """Return a file that Pillow writes and that must show what was written."""
    picture = flag() if image is None else image
    return Case(name, lambda: saved(picture, format, **options), lambda: picture)


def bad(name: str, make: Callable[[], bytes] | bytes, *codes: str) -> Case:
    """Return a file that must be refused."""
    return Case(name, make if callable(make) else lambda: make, codes=codes)


def _profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def _jpeg() -> Iterator[Case]:
    yield good("jpeg of full colour", "JPEG", quality=95, subsampling=0)
    for subsampling, progressive in product((0, 1, 2), (False, True)):
        yield good(
            f"jpeg, subsampling {subsampling}, progressive {progressive}",
            "JPEG",
            quality=92,
            subsampling=subsampling,
            progressive=progressive,
        )
    for quality in (50, 75, 100):
        yield good(f"jpeg of quality {quality}", "JPEG", quality=quality)
    yield good("jpeg, grey", "JPEG", flag().convert("L"), quality=95)
    yield good("jpeg, grey, progressive", "JPEG", flag().convert("L"), progressive=True)
    yield good("jpeg, cmyk", "JPEG", flag().convert("CMYK"), quality=95)
    yield good("jpeg with a profile", "JPEG", icc_profile=_profile("sRGB"), quality=95)
    yield good("jpeg with a comment", "JPEG", comment=b"taken at home", quality=95)
    yield good("jpeg with resolution", "JPEG", dpi=(300, 300), quality=95)
    yield good("jpeg with restarts", "JPEG", restart_marker_blocks=2, quality=95)
    yield good("jpeg, optimised", "JPEG", optimize=True, quality=95)
    yield good("jpeg with a broken profile", "JPEG", icc_profile=b"no profile at all", quality=95)
    yield good("jpeg with EXIF that is noise", "JPEG", exif=b"Exif\0\0" + bytes(range(64)))


def _png() -> Iterator[Case]:
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
    yield good("png with a profile", "PNG", icc_profile=_profile("sRGB"))
    yield good("png, stored", "PNG", compress_level=0)
    yield Case(
        "png, interlaced", lambda: _interlaced(rows_missing=0), lambda: Image.new("L", (8, 8))
    )
    grey = flag().convert("L")
    yield Case("png of sixteen grey bits", lambda: saved(_sixteen(grey), "PNG"), lambda: grey)
    for frames in (2, 5):
        yield Case(f"png of {frames} frames", lambda n=frames: animation("PNG", frames=n), _first)
    yield Case(
        "png whose first picture is none of its frames",
        lambda: saved(
            flag(), "PNG", save_all=True, default_image=True, append_images=[_first(SIZE), flag()]
        ),
        lambda: _first(SIZE),
    )
    for level in (1, 6, 9):
        yield good(f"png of level {level}", "PNG", compress_level=level)
    for name, text in (("tEXt", b"Author\0me"), ("tIME", bytes(7)), ("zzZz", b"?")):
        yield Case(
            f"png with a chunk {name}",
            lambda name=name, text=text: _with_chunk(saved(flag(), "PNG"), name.encode(), text),
            flag,
        )


def _gif() -> Iterator[Case]:
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
            _first,
        )


def _webp() -> Iterator[Case]:
    for lossless, method in product((False, True), (0, 4, 6)):
        yield good(
            f"webp, lossless {lossless}, method {method}",
            "WEBP",
            quality=95,
            lossless=lossless,
            method=method,
        )
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("webp, rgba, opaque", "WEBP", opaque, lossless=True)
    yield good("webp with a profile", "WEBP", icc_profile=_profile("sRGB"), lossless=True)
    yield good("webp with xmp", "WEBP", xmp=b"<x/>", lossless=True)
    for frames, loop in product((2, 7), (0, 4)):
        yield Case(
            f"webp of {frames} frames, loop {loop}",
            lambda n=frames, o=loop: animation("WEBP", frames=n, loop=o, lossless=True),
            _first,
        )


def _avif() -> Iterator[Case]:
    for subsampling, speed in product(("4:2:0", "4:4:4", "4:2:2"), (8, 10)):
        yield good(
            f"avif {subsampling} of speed {speed}",
            "AVIF",
            quality=92,
            subsampling=subsampling,
            speed=speed,
        )
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("avif, rgba, opaque", "AVIF", opaque, quality=92)
    yield good("avif, grey", "AVIF", flag().convert("L"), quality=92)
    yield good("avif with a profile", "AVIF", icc_profile=_profile("sRGB"), quality=92)
    yield Case(
        "avif of three frames", lambda: animation("AVIF", size=(64, 48), quality=95), _first_of_64
    )


def _bmp() -> Iterator[Case]:
    yield good("bmp", "BMP")
    yield good("bmp, grey", "BMP", flag().convert("L"))
    yield good("bmp, palette", "BMP", flag().convert("P", palette=Image.Palette.ADAPTIVE))
    yield good("bmp, black and white", "BMP", flag().convert("1", dither=Image.Dither.NONE))
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("bmp, rgba, opaque", "BMP", opaque)
    yield Case("bmp, rows from the top", _upside_down, flag)


def _tiff() -> Iterator[Case]:
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield good(f"tiff, {compression}", "TIFF", compression=compression)
    for picture in (flag().convert("L"), flag().convert("CMYK"), flag().quantize(16)):
        for compression in ("raw", "tiff_lzw"):
            yield good(
                f"tiff, {picture.mode}, {compression}", "TIFF", picture, compression=compression
            )
    black = flag().convert("1", dither=Image.Dither.NONE)
    for compression in ("raw", "group3", "group4"):
        yield good(f"tiff, black and white, {compression}", "TIFF", black, compression=compression)
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("tiff, rgba, opaque", "TIFF", opaque, compression="tiff_lzw")
    grey = flag().convert("L")
    yield Case("tiff of sixteen grey bits", lambda: saved(_sixteen(grey), "TIFF"), lambda: grey)
    yield Case("tiff of several pages", _pages, flag)
    for tile, bigtiff, compression in product(
        (False, True), (False, True), ("none", "lzw", "deflate", "jpeg")
    ):
        yield Case(
            f"tiff by libvips, tiled {tile}, big {bigtiff}, {compression}",
            lambda t=tile, b=bigtiff, c=compression: _by_vips(
                ".tif", tile=t, bigtiff=b, compression=c, Q=95
            ),
            flag,
        )
    for predictor in ("none", "horizontal"):
        yield Case(
            f"tiff, lzw, predictor {predictor}",
            lambda p=predictor: _by_vips(".tif", compression="lzw", predictor=p),
            flag,
        )
    yield good("tiff with a profile", "TIFF", icc_profile=_profile("sRGB"))


def _heic() -> Iterator[Case]:
    for quality in (80, 95):
        yield Case(f"heic of quality {quality}", lambda q=quality: _as_heic(flag(), q), flag)
    yield Case("heic of odd size", lambda: _as_heic(flag((97, 65)), 95), lambda: flag((97, 65)))
    yield Case("heic of two pictures", lambda: _as_heic(flag(), 95, more=[_first()]), flag)


def _turned() -> Iterator[Case]:
    """Yield every format that knows which way is up, in each of the eight ways."""
    for format, options in {  # noqa: A001
        "JPEG": {"quality": 95, "subsampling": 0},
        "PNG": {},
        "WEBP": {"lossless": True},
        "TIFF": {},
        "AVIF": {"quality": 95},
    }.items():
        for value in LAID:
            yield Case(
                f"{format.lower()} of orientation {value}",
                lambda f=format, o=options, v=value: saved(_laid(v), f, exif=_exif(v), **o),
                flag,
            )
    for value in LAID:
        yield Case(
            f"heic of orientation {value}",
            lambda v=value: _as_heic(_laid(v), 95, exif=_exif(v).tobytes()),
            flag,
        )


def _sizes() -> Iterator[Case]:
    for size in ((1, 1), (1, 2), (3, 5), (7, 640), (640, 7), (500, 333)):
        picture = Image.new("RGB", size, COLOURS[0])
        for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"):  # noqa: A001
            yield good(f"{format.lower()} of {size[0]}x{size[1]}", format, picture)


def _foreign() -> Iterator[Case]:
    yield bad("nothing", b"", "empty")
    yield bad("a text", b"Dear Anna, here are the pictures.", "format")
    yield bad("a page", b"<!DOCTYPE html><script>alert(1)</script>", "format")
    yield bad("a program", b"\x7fELF" + bytes(200), "format")
    yield bad("a script", b"<?php system($_GET['x']); ?>", "format")
    yield bad("an archive", b"PK\x03\x04" + bytes(100), "format")
    yield bad("a document", b"%PDF-1.7\n" + bytes(100), "format")
    yield bad(
        "a drawing that nobody asked for", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "format"
    )
    yield bad("zeros", bytes(5000), "format")
    yield bad("one byte", b"\xff", "format")
    yield bad("a film", b"\0\0\0\x18ftypisom" + bytes(100), "format", "broken")
    for format in ("PCX", "PPM", "TGA", "ICO", "JPEG2000", "SGI", "DDS"):  # noqa: A001
        yield bad(f"a {format.lower()}", lambda f=format: saved(flag(), f), "format")


#: One small file of each format, to be spoiled.
SEEDS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved(flag(), "JPEG"),
    "progressive jpeg": lambda: saved(flag(), "JPEG", progressive=True),
    "png": lambda: saved(flag(), "PNG"),
    "animated png": lambda: animation("PNG"),
    "gif": lambda: saved(flag(), "GIF"),
    "animated gif": lambda: animation("GIF"),
    "webp": lambda: saved(flag(), "WEBP"),
    "animated webp": lambda: animation("WEBP"),
    "avif": lambda: saved(flag(), "AVIF"),
    "bmp": lambda: saved(flag(), "BMP"),
    "tiff": lambda: saved(flag(), "TIFF", compression="tiff_lzw"),
    "heic": lambda: _as_heic(flag(), 80),
}


def _truncated() -> Iterator[Case]:
    for name, make in SEEDS.items():
        for tenths in (1, 3, 5, 7, 9):
            yield bad(
                f"{name}, {tenths} tenths of it",
                lambda m=make, t=tenths: _cut(m(), t),
                "broken",
            )
        yield bad(f"{name}, its first 16 bytes", lambda m=make: m()[:16], "broken", "format")


def _lying() -> Iterator[Case]:
    huge = (60_000, 60_000)
    yield bad("png that says it is huge", lambda: png(rows(), END, size=huge), "pixels")
    yield bad("png without a size", lambda: png(rows(), END, size=(0, 8)), "broken")
    yield bad("png without pixels", lambda: png(END), "broken")
    yield bad("png with a wrong checksum", lambda: png(chunk(b"IDAT", b"x", crc=1), END), "broken")
    yield bad("png whose pixels are noise", lambda: png(chunk(b"IDAT", b"noise"), END), "broken")
    yield bad("png of too few rows", lambda: png(rows((8, 4)), END), "broken")
    yield bad("png of too few interlaced rows", lambda: _interlaced(rows_missing=1), "broken")
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


def _appended() -> Iterator[Case]:
    """Yield pictures with something else behind them: the picture is taken as what it is."""
    page, archive = b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(100)
    for name in ("jpeg", "png", "gif"):
        for what, more in (("a page", page), ("an archive", archive)):
            yield Case(
                f"{name} with {what} behind it",
                lambda n=name, m=more: _spare(n) + m,
                flag,
            )


def _nested() -> Iterator[Case]:
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


def _interlaced(*, rows_missing: int) -> bytes:
    """Return a black PNG of 8x8 pixels in seven passes, whose last one may lack rows."""
    lengths = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 4), (4, 4), (4 - rows_missing, 8)]
    packed = zlib.compress(b"".join(bytes((1 + width) * rows) for rows, width in lengths))
    data = bytearray(png(chunk(b"IDAT", packed), END))
    data[28] = 1
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    return bytes(data)


def _cut(data: bytes, tenths: int) -> bytes:
    return data[: len(data) * tenths // 10]


def _spare(name: str) -> bytes:
    format = name.upper()  # noqa: A001
    options = {"quality": 95, "subsampling": 0} if format == "JPEG" else {}
    return saved(flag().quantize(16) if format == "GIF" else flag(), format, **options)


def _laid(value: int) -> Image.Image:
    turn = LAID[value]
    return flag() if turn is None else flag().transpose(turn)


def _exif(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif


def _first(size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.new("RGB", size, (0, 0, 200))


def _first_of_64() -> Image.Image:
    return _first((64, 48))


def _sixteen(grey: Image.Image) -> Image.Image:
    return grey.convert("I").point(lambda value: value * 257 + 0).convert("I;16")


def _as_heic(
    image: Image.Image,
    quality: int,
    *,
    more: list[Image.Image] | None = None,
    exif: bytes | None = None,
) -> bytes:
    file = pillow_heif.from_pillow(image)
    for each in more or []:
        file.add_from_pillow(each)
    out = BytesIO()
    options = {} if exif is None else {"exif": exif}
    file.save(out, quality=quality, chroma=444, **options)
    return out.getvalue()


def _by_vips(suffix: str, **options: Any) -> bytes:
    picture = flag()
    found = pyvips.Image.new_from_memory(picture.tobytes(), *picture.size, 3, "uchar")
    return found.copy(interpretation="srgb").write_to_buffer(suffix, **options)


def _pages() -> bytes:
    return saved(flag(), "TIFF", save_all=True, append_images=[_first(), _first((10, 10))])


def _upside_down() -> bytes:
    """Return a BMP whose height is negative, so that its rows begin at the top."""
    data = bytearray(saved(flag().transpose(Image.Transpose.FLIP_TOP_BOTTOM), "BMP"))
    struct.pack_into("<i", data, 22, -SIZE[1])
    return bytes(data)


def _with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    return data[:33] + chunk(kind, content) + data[33:]


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
