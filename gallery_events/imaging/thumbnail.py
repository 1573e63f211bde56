"""A small upright picture of a large one, made in little memory."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

from PIL import Image

from gallery_events.imaging.colours import Levels, in_srgb, levels, plain
from gallery_events.imaging.encoding import Rendition, encoded

#: A picture is first reduced by whole numbers to this many times the wanted size.
GAP = 2
#: Conversions are done on so many pixels at a time, so that no second full picture is held.
BAND = 1_000_000
#: Rows are averaged with so many around them, by Lanczos's kernel; wider bands repeat fewer.
REACH, BANDS_AT_ONCE = 3, 4


def draft(image: Any, *, longest: int) -> None:
    """Have a JPEG decoded, or an SVG drawn, smaller at once: that saves most of the work."""
    if image.format not in ("JPEG", "SVG"):
        return  # A HEIC would give its own thumbnail, which may show something else.
    width, height = _fitted(image.size, longest)
    # What a progressive one holds besides leaves no room for more than is needed.
    gap = 1 if image.info.get("progressive") else GAP
    image.draft(None, (gap * width, gap * height))


def small(image: Any, *, size: tuple[int, int], longest: int, orientation: int) -> Any:
    """
    Return *image* upright, in sRGB, at most *longest* pixels at its longest side.

    *size* is that of the full picture, which a draft is not. It is never
    enlarged; transparency is kept.
    """
    made = in_srgb(reduced(image, _fitted(size, longest)), image.info.get("icc_profile"))
    return upright(made, orientation)


def thumbnail(picture: Any) -> Rendition:
    """Encode a :func:`small` picture: as it is, transparency included, without metadata."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema()[0] < 255:
        return encoded(picture, "WEBP", quality=82)
    return encoded(
        picture.convert("RGB") if picture.mode == "RGBA" else picture, "JPEG", quality=82
    )


#: What makes a picture upright, by the value of EXIF's orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(image: Any, orientation: int) -> Any:
    """Return a picture as EXIF's orientation says that it is to be seen."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def reduced(image: Any, wanted: tuple[int, int]) -> Any:
    """
    Return the picture at the size that is *wanted*, in a mode that can be averaged.

    Brought there in bands, so that no second full picture is held.
    """
    width, height = image.size
    across = max(1, width // (wanted[0] * GAP))
    down = max(1, height // (wanted[1] * GAP))
    scale = levels(image)
    if across == down == 1:
        return _resized(image, wanted, box=(width, height), scale=scale)
    rows = max(1, BAND // (width * down)) * down
    small = None
    for top in range(0, height, rows):
        band = plain(image.crop((0, top, width, min(top + rows, height))), scale=scale)
        band = band.reduce((across, down))
        if small is None:
            small = Image.new(band.mode, (band.width, -(-height // down)))
        small.paste(band, (0, top // down))
    # The last column and row of a reduced picture may stand for fewer pixels than the others.
    return _resized(small, wanted, box=(width / across, height / down))


def _resized(
    picture: Any, wanted: tuple[int, int], *, box: tuple[float, float], scale: Levels | None = None
) -> Any:
    """
    Return what of a picture lies within *box*, from its left top, at the size that is *wanted*.

    Band by band: where something shows through, Pillow works on a copy of what it is given.
    """
    step = box[1] / wanted[1]
    rows = max(1, int(BANDS_AT_ONCE * BAND / picture.width / step))
    around = ceil(REACH * max(step, 1)) + 1
    made = None
    for top in range(0, wanted[1], rows):
        bottom = min(top + rows, wanted[1])
        # What is averaged reaches into the rows around.
        first = max(0, floor(top * step) - around)
        last = min(picture.height, ceil(bottom * step) + around)
        band = plain(picture.crop((0, first, picture.width, last)), scale=scale)
        within = (0, top * step - first, box[0], min(bottom * step, last) - first)
        band = band.resize((wanted[0], bottom - top), Image.Resampling.LANCZOS, box=within)
        if made is None:
            made = Image.new(band.mode, wanted)
        made.paste(band, (0, top))
    return made
