"""Pixels become the bytes of a file again."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

#: What each encoding is called by browsers and on disk, and how it is best made.
ENCODINGS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("image/jpeg", "jpg", {}),
    "PNG": ("image/png", "png", {}),
    "WEBP": ("image/webp", "webp", {"method": 4}),
    # The fastest that is still smaller than WebP.
    "AVIF": ("image/avif", "avif", {"speed": 8}),
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A smaller copy of an image, encoded."""

    data: bytes
    width: int
    height: int
    content_type: str
    extension: str


def encoded(image: Any, name: str, **options: Any) -> Rendition:
    """Encode *image*, in a mode that the encoding *name* knows; *options* go to Pillow's save()."""
    content_type, extension, usual = ENCODINGS[name]
    file = BytesIO()
    image.save(file, name, **{**usual, **options})
    return Rendition(file.getvalue(), image.width, image.height, content_type, extension)
