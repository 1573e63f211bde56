"""Pictures that lie on a side, and pictures of odd sizes."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from tests.imaging.corpus.case import COLOURS, Case, as_heic, flag, good
from tests.imaging.made import saved

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


def turned() -> Iterator[Case]:
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
            lambda v=value: as_heic(_laid(v), 95, exif=_exif(v).tobytes()),
            flag,
        )


def sizes() -> Iterator[Case]:
    for size in ((1, 1), (1, 2), (3, 5), (7, 640), (640, 7), (500, 333)):
        picture = Image.new("RGB", size, COLOURS[0])
        for format in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"):  # noqa: A001
            yield good(f"{format.lower()} of {size[0]}x{size[1]}", format, picture)


def _laid(value: int) -> Image.Image:
    turn = LAID[value]
    return flag() if turn is None else flag().transpose(turn)


def _exif(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif
