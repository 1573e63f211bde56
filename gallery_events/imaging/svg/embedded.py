"""Pictures that lie in an SVG: they are probed, and stripped, as any upload is."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from io import BytesIO

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.stripping import Uncertain, cut
from gallery_events.imaging.svg.scanning import MAX_BYTES

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
#: All of them together are decoded by whoever draws the SVG.
LIMITS = Limits(max_pixels=12_500_000, max_frames=100, formats=FORMATS)
ADDRESS = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)


class Pictures:
    """The pictures of one SVG, each given as an address and given back as what it really is."""

    def __init__(self, *, strip: bool) -> None:
        self.strip = strip
        self.pixels = 0

    def __call__(self, address: str) -> str | None:
        """
        Return the ``data:`` address of a picture; None when it is none.

        With *strip* its own metadata is cut out; one that cannot be cut is
        none. Raises :exc:`UploadRefused` with the code ``pixels`` or ``frames``
        when it is a bomb, or all of them together are one.
        """
        match = ADDRESS.match(address)
        if match is None:
            return None
        try:
            data = b64decode("".join(address[match.end() :].split()), validate=True)
            kind, kept = self._kept(data)
        except (binascii.Error, Uncertain):
            return None
        except UploadRefused as refusal:
            if refusal.code in ("pixels", "frames"):
                raise
            return None
        return f"data:{kind};base64,{b64encode(kept).decode()}"

    def _kept(self, data: bytes) -> tuple[str, bytes]:
        with taken(BytesIO(data), max_bytes=MAX_BYTES) as content:
            found = probe(content, limits=LIMITS)
            self.pixels += found.width * found.height
            if self.pixels > LIMITS.max_pixels:
                message = (
                    f"The pictures in this SVG have too many pixels: at most {LIMITS.max_pixels:,} "
                    "together are accepted. Make them smaller."
                )
                raise UploadRefused(message, code="pixels", limit=LIMITS.max_pixels)
            kept = cut(content, found=found) if self.strip else content
            return found.format.content_type, bytes(kept.data)
