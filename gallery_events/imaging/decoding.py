"""Files become pixels: by the decoder of their format, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from gallery_events.imaging.svg.opening import SvgImage
from gallery_events.imaging.tiff_decoding import tiff


def _heic(file: IO[bytes]) -> Any:
    # It is there only where the extra is installed, and slow to load. Nothing is registered:
    # other code of the process does not learn to open HEIC by our use of it.
    as_plugin: Any = import_module("pillow_heif.as_plugin")
    return as_plugin.HeifImageFile(file)


#: The decoders by themselves: ``Image.open`` would try others too, and warn by process-wide rules.
DECODERS: dict[str, Callable[[IO[bytes]], Any]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": tiff,
    "HEIC": _heic,
    "SVG": SvgImage,
}


def opened(file: IO[bytes], *, name: str) -> Any:
    """
    Open *file*, which was found to be of the format *name*, from its start.

    Whatever the decoder raises comes through: hostile bytes are met with
    every kind of exception.
    """
    file.seek(0)
    return DECODERS[name](file)
