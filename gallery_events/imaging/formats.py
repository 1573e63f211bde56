"""The formats that are known, and how one is told from the others by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gallery_events.imaging import bmp, gif, isobmff, jpeg, png, tiff, webp
from gallery_events.imaging.boxes import brands
from gallery_events.imaging.header import Data, Header
from gallery_events.imaging.svg import scanning
from gallery_events.imaging.svg.text import is_svg


@dataclass(frozen=True, slots=True)
class Format:
    """One of the formats that are known: how its header is read, and whether browsers show it."""

    name: str
    content_type: str
    extension: str
    read_header: Callable[..., Header]
    shown: bool = True


JPEG = Format("JPEG", "image/jpeg", "jpg", jpeg.read_header)
PNG = Format("PNG", "image/png", "png", png.read_header)
GIF = Format("GIF", "image/gif", "gif", gif.read_header)
WEBP = Format("WEBP", "image/webp", "webp", webp.read_header)

AVIF = Format("AVIF", "image/avif", "avif", isobmff.read_avif)
BMP = Format("BMP", "image/bmp", "bmp", bmp.read_header)
TIFF = Format("TIFF", "image/tiff", "tiff", tiff.read_header, shown=False)
HEIC = Format("HEIC", "image/heic", "heic", isobmff.read_heic, shown=False)
# Browsers show it, and run what it holds when they are led to it: pages show what is drawn of it.
SVG = Format("SVG", "image/svg+xml", "svg", scanning.read_header, shown=False)

KNOWN = {each.name: each for each in (JPEG, PNG, GIF, WEBP, AVIF, BMP, TIFF, HEIC, SVG)}

#: The first bytes of each format that has some of its own.
BEGINNINGS = (
    (JPEG, (b"\xff\xd8\xff",)),
    (PNG, (b"\x89PNG\r\n\x1a\n",)),
    (GIF, (b"GIF87a", b"GIF89a")),
    (BMP, (b"BM",)),
    # Either byte order, with offsets of 32 bits or of 64.
    (TIFF, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
)
#: Both lie in boxes: what is in them is told by the brands, of which the first known one counts.
BRANDS = {
    b"avif": AVIF,
    b"avis": AVIF,
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), HEIC),
}


def format_of(data: Data) -> Format | None:
    """Tell the format by the first bytes, whatever a name or a sender says; None is none of ours."""
    start = data[:16]
    for each, beginnings in BEGINNINGS:
        if start.startswith(beginnings):
            return each
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return WEBP
    if found := next((BRANDS[each] for each in brands(data) if each in BRANDS), None):
        return found
    return SVG if is_svg(data) else None
