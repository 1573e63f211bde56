"""Pictures that lie in an SVG: they are probed as any upload is."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from io import BytesIO

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.svg.scanning import MAX_BYTES

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
#: All of them together are decoded by whoever draws the SVG.
LIMITS = Limits(max_pixels=12_500_000, max_frames=100, formats=FORMATS)
ADDRESS = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)


def picture(address: str) -> str | None:
    """
    Return the ``data:`` address of a picture, as what it really is; None when it is none.

    Raises :exc:`UploadRefused` with the code ``pixels`` or ``frames`` when it
    is a bomb.
    """
    match = ADDRESS.match(address)
    if match is None:
        return None
    try:
        data = b64decode("".join(address[match.end() :].split()), validate=True)
        with taken(BytesIO(data), max_bytes=MAX_BYTES) as content:
            found = probe(content, limits=LIMITS)
    except binascii.Error:
        return None
    except UploadRefused as refusal:
        if refusal.code in ("pixels", "frames"):
            raise
        return None
    return f"data:{found.format.content_type};base64,{b64encode(data).decode()}"
