"""Colours as browsers show them: eight bits, averaged rightly, in sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import ImageCms


def plain(band: Any) -> Any:
    """Bring a band into a mode that can be averaged: L, RGB, RGBA or CMYK."""
    if band.mode.startswith("I"):
        # Pillow would clip 16 bits to white instead of scaling them.
        return band.point(lambda value: value * (1 / 256) + 0).convert("L")
    if band.has_transparency_data:
        return band.convert("RGBA")
    if band.mode in ("L", "RGB", "CMYK"):
        return band
    return band.convert("L" if band.mode == "1" else "RGB")


def in_srgb(image: Any, profile: bytes | None) -> Any:
    """Convert by its colour profile to what browsers take for granted."""
    if profile:
        try:
            return _converted(image, ImageCms.ImageCmsProfile(BytesIO(profile)))
        except (ImageCms.PyCMSError, ImportError, OSError, TypeError, ValueError):
            pass  # A profile that is broken, or for other colours: browsers ignore it as well.
    return image.convert("RGB") if image.mode == "CMYK" else image


def _converted(image: Any, profile: Any) -> Any:
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    converted = ImageCms.profileToProfile(
        colours, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if converted is not None and alpha:
        converted.putalpha(alpha)
    return converted
