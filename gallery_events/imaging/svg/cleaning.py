"""What of an SVG is stored: a drawing that neither runs nor fetches anything."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring
from xml.parsers import expat

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import Content
from gallery_events.imaging.header import BrokenHeader, Data
from gallery_events.imaging.svg.burden import check_burden
from gallery_events.imaging.svg.embedded import Pictures
from gallery_events.imaging.svg.text import decoded
from gallery_events.imaging.svg.writing import rewritten

#: The kinds of pictures that may lie in an SVG.
PICTURES = {"image": ["png", "jpeg", "gif", "webp"]}


def cleaned(content: Content, *, size: tuple[int, int], strip: bool) -> Content:
    """
    Return an SVG that probing accepted, cleaned, and *size* pixels large.

    With *strip* nothing that only tells of the drawing is left in it. Raises
    :exc:`UploadRefused` with the code ``broken``, ``complex``, ``pixels`` or
    ``frames``; ImportError when py-svg-hush is missing.
    """
    try:
        text = _filtered(content.data, size=size, strip=strip)
        check_burden(fromstring(text), longest=max(size))  # noqa: S314 - no document type, no entities
    except (BrokenHeader, ParseError, ValueError, expat.ExpatError) as error:
        message = f"This SVG cannot be read ({str(error)[:100]}): export the drawing again."
        raise UploadRefused(message, code="broken") from error
    return content.remade([text])


def _filtered(data: Data, *, size: tuple[int, int], strip: bool) -> bytes:
    # Our own filter goes first, so that the other one meets a single plain form, and goes last,
    # because the other one keeps what looks like an address on the same server.
    first, last = Pictures(strip=strip), Pictures(strip=strip)
    plain = rewritten(decoded(data), size=size, strip=strip, embedded=first, marked=True)
    return rewritten(decoded(_hushed(plain)), size=size, strip=strip, embedded=last)


def _hushed(text: bytes) -> bytes:
    try:
        hush: Any = import_module("py_svg_hush")
    except ImportError as error:
        message = (
            "An SVG cannot be cleaned without py-svg-hush: pip install "
            "'django-gallery-events[svg]', or take SVG out of FORMATS."
        )
        raise ImportError(message) from error
    return bytes(hush.filter_svg(text, PICTURES))
