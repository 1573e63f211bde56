"""The formats that are known, and how one is told from the others by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gallery_events.imaging import gif, jpeg, png, webp
from gallery_events.imaging.header import Data, Header


@dataclass(frozen=True, slots=True)
class Format:
    """One of the formats that are known, and how its header is read."""

    name: str
    content_type: str
    extension: str
    read_header: Callable[..., Header]


JPEG = Format("JPEG", "image/jpeg", "jpg", jpeg.read_header)
PNG = Format("PNG", "image/png", "png", png.read_header)
GIF = Format("GIF", "image/gif", "gif", gif.read_header)
WEBP = Format("WEBP", "image/webp", "webp", webp.read_header)

KNOWN = {each.name: each for each in (JPEG, PNG, GIF, WEBP)}


def format_of(data: Data) -> Format | None:
    """Tell the format by the first bytes, whatever a name or a sender says; None is none of ours."""
    start = data[:16]
    if start.startswith(b"\xff\xd8\xff"):
        return JPEG
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if start.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return WEBP
    return None
