"""A file, and what must become of it; the picture that most of them show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image

from tests.imaging.made import saved

#: Of the top left, top right, bottom left and bottom right corner, and of the centre.
COLOURS = [(220, 40, 40), (40, 200, 60), (50, 70, 210), (230, 210, 50), (120, 30, 140)]


SIZE = (96, 64)


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


def first(size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.new("RGB", size, (0, 0, 200))


def as_heic(
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
