"""Files become pixels: by the decoder of their format, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from PIL import GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

#: The decoders by themselves: ``Image.open`` would try others too, and warn by process-wide rules.
DECODERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}


def opened(file: IO[bytes], *, name: str) -> Any:
    """
    Open *file*, which was found to be of the format *name*, from its start.

    Whatever the decoder raises comes through: hostile bytes are met with
    every kind of exception.
    """
    file.seek(0)
    return DECODERS[name](file)
