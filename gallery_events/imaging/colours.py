"""Colours as browsers show them: eight bits, averaged rightly, in sRGB."""

from __future__ import annotations

from io import BytesIO
from math import isfinite
from typing import Any

from PIL import ImageCms

#: Where an opened image says which values of it are black and white, when its mode does not.
LEVELS = "gallery_levels"
#: A larger profile is none of a camera, monitor or press.
LONGEST_PROFILE = 8 * 1024 * 1024

Levels = tuple[float, float]


def levels(image: Any) -> Levels | None:
    """
    Return which values of a picture are black and white; None where eight bits say so themselves.

    Whole numbers of 32 bits and fractions have no agreed range: the lowest
    that occurs is black, the highest is white.
    """
    if LEVELS in image.info:
        black, white = image.info[LEVELS]
        return black, white
    if image.mode.startswith("I;16"):
        return 0, 0xFFFF
    if image.mode not in ("I", "F"):
        return None
    lowest, highest = image.getextrema()
    return (lowest, highest) if isfinite(highest - lowest) and highest > lowest else (0, 1)


def plain(band: Any, *, scale: Levels | None = None) -> Any:
    """
    Bring a picture, or a band of one, into a mode that can be averaged: L, RGB, RGBA or CMYK.

    *scale* is the :func:`levels` of the whole picture: give it with each of
    several bands, or they would be stretched apart.
    """
    if (scale := scale or levels(band)) is not None:
        return _stretched(band, *scale)
    if band.has_transparency_data:
        return band.convert("RGBA")
    if band.mode in ("L", "RGB", "CMYK"):
        return band
    return band.convert("L" if band.mode == "1" else "RGB")


def in_srgb(image: Any, profile: bytes | None) -> Any:
    """Convert by its colour profile to what browsers take for granted."""
    if profile and len(profile) <= LONGEST_PROFILE:
        try:
            return _converted(image, ImageCms.ImageCmsProfile(BytesIO(profile)))
        except (ImageCms.PyCMSError, ImportError, OSError, TypeError, ValueError):
            pass  # A profile that is broken, or for other colours: browsers ignore it as well.
    return image.convert("RGB") if image.mode == "CMYK" else image


def _stretched(band: Any, black: float, white: float) -> Any:
    # Pillow would clip to white what is more than 255, instead of scaling it.
    slope = 255 / (white - black)
    start = 0.5 - black * slope
    if band.mode.startswith("I;16"):
        band = band.convert("I")
    return band.convert("F").point(lambda value: value * slope + start).convert("L")


def _converted(image: Any, profile: Any) -> Any:
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    converted = ImageCms.profileToProfile(
        colours, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if converted is not None and alpha:
        converted.putalpha(alpha)
    return converted
