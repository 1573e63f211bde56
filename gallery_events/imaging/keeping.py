"""What of a file an edited one keeps beside its pixels: its colours, and nothing about people."""

from __future__ import annotations

from struct import pack
from typing import Any

from PIL import PngImagePlugin


def profile_of(info: dict[Any, Any]) -> dict[str, Any]:
    """Return Pillow's option that writes the colour profile; none where there is none."""
    profile = info.get("icc_profile")
    return {"icc_profile": profile} if profile else {}


def colours_of(info: dict[Any, Any]) -> dict[str, Any]:
    """Return Pillow's options that write what a PNG says of its colours: profile, gamma, primaries."""
    chunks = PngImagePlugin.PngInfo()
    if "srgb" in info:
        chunks.add(b"sRGB", bytes([info["srgb"]]))
    if "gamma" in info:
        chunks.add(b"gAMA", pack(">I", round(info["gamma"] * 100_000)))
    if len(primaries := info.get("chromaticity", ())) == 8:
        chunks.add(b"cHRM", pack(">8I", *(round(each * 100_000) for each in primaries)))
    return {**profile_of(info), "pnginfo": chunks}
