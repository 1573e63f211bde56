"""Metadata is cut out of a file: what it shows stays, byte by byte, and what it tells goes."""

from __future__ import annotations

import struct
from collections.abc import Callable

from gallery_events.imaging.content import Content
from gallery_events.imaging.header import BrokenHeader
from gallery_events.imaging.probe import Probe
from gallery_events.imaging.stripping import bmp, gif, isobmff, jpeg, png, tiff, webp
from gallery_events.imaging.stripping.parts import Parts, Uncertain

__all__ = ["Uncertain", "cut"]

#: How each format is cut.
CUTS: dict[str, Callable[..., Parts]] = {
    "JPEG": jpeg.cut,
    "PNG": png.cut,
    "GIF": gif.cut,
    "WEBP": webp.cut,
    "BMP": bmp.cut,
    "TIFF": tiff.cut,
    "AVIF": isobmff.cut,
    "HEIC": isobmff.cut,
}


def cut(content: Content, *, found: Probe) -> Content:
    """
    Return *content* without metadata: itself when it has none.

    Position, camera, times, words, thumbnails, other pictures and what lies
    behind the end are left out; the colour profile and the orientation stay.
    No pixel is decoded. *found* is what
    :func:`~gallery_events.imaging.probe.probe` said of it. Raises
    :exc:`Uncertain` when it cannot be cut so that it surely shows the same.
    """
    try:
        parts = CUTS[found.format.name](content.data, orientation=found.orientation)
        if parts.are_all_of(content.data):
            return content
        made = content.remade(parts.chunks(content.data))
        if made.sha256 == content.sha256:
            return content
        header = found.format.read_header(made.data, max_frames=found.frames)
    except (BrokenHeader, IndexError, struct.error) as error:
        raise Uncertain(str(error)) from error
    says = (header.width, header.height, header.frames, header.orientation)
    if says != (found.width, found.height, found.frames, found.orientation):
        message = "what is left would show another picture"
        raise Uncertain(message)
    return made
