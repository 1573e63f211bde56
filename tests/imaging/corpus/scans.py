"""Good TIFFs: of every compression, cut into tiles, of many pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pyvips
from PIL import Image

from tests.imaging.corpus.case import Case, first, flag, good
from tests.imaging.corpus.drawings import sixteen
from tests.imaging.corpus.photographs import profile
from tests.imaging.made import saved


def tiff() -> Iterator[Case]:
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
    yield Case("tiff of sixteen grey bits", lambda: saved(sixteen(grey), "TIFF"), lambda: grey)
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
    yield good("tiff with a profile", "TIFF", icc_profile=profile("sRGB"))


def _by_vips(suffix: str, **options: Any) -> bytes:
    picture = flag()
    found = pyvips.Image.new_from_memory(picture.tobytes(), *picture.size, 3, "uchar")
    return found.copy(interpretation="srgb").write_to_buffer(suffix, **options)


def _pages() -> bytes:
    return saved(flag(), "TIFF", save_all=True, append_images=[first(), first((10, 10))])
