"""One picture at several sizes, of one decode: by libvips, which is faster where it is installed."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from PIL import Image

from gallery_events.imaging.colours import in_srgb
from gallery_events.imaging.content import Content
from gallery_events.imaging.probe import Probe
from gallery_events.imaging.scaling import Size, is_large_enough, largest_first, without_idle_alpha

logger = logging.getLogger("gallery_events.renditions")

#: What it reads as Pillow does, and faster. Nothing else is given to it, whatever it could load.
FORMATS = frozenset({"JPEG", "PNG", "WEBP"})
KINDS = frozenset({"b-w", "srgb", "grey16", "rgb16"})
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
PROFILE, INTERLACED = "icc-profile-data", "interlaced"
#: Damaged files are for Pillow to judge. As an argument of its own, libvips 8.18 ignores it.
STRICT = "[fail_on=error]"


def scaled(content: Content, found: Probe, sizes: list[Size]) -> dict[Size, Any] | None:
    """
    Return a picture at each of the upright *sizes*, as scaling.scaled() does.

    None where libvips is not installed, or cannot do it as Pillow would: then
    Pillow is asked, and says what is wrong with the file, if anything is.
    """
    if found.format.name not in FORMATS or found.frames > 1:
        return None
    pyvips = library()
    if pyvips is None:
        return None
    try:
        return dict(_scaled(pyvips, bytes(content.data), sizes, name=found.format.name))
    except pyvips.Error as error:
        logger.info("libvips could not read a %s: %s", found.format.name, error)
        return None


@cache
def library() -> Any:
    """
    Return pyvips, set up for a server: one thread for each picture, no cache, no risky loaders.

    None when it cannot be imported.
    """
    # Asked for by libvips once, when it is loaded: workers and requests are threads enough.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    try:
        pyvips = import_module("pyvips")
    except (ImportError, OSError):  # the module, or the library that it stands for
        return None
    pyvips.cache_set_max(0)
    pyvips.block_untrusted_set(True)  # noqa: FBT003 - its own signature
    return pyvips


def _scaled(
    pyvips: Any, data: bytes, sizes: list[Size], *, name: str
) -> Iterator[tuple[Size, Any]]:
    header = pyvips.Image.new_from_buffer(data, "", access="sequential")
    if header.interpretation not in KINDS:
        message = f"{header.interpretation} is converted by Pillow"
        raise pyvips.Error(message)
    if name == "PNG" and header.get_typeof(INTERLACED):
        message = "all of an interlaced PNG would be held, at its full depth"
        raise pyvips.Error(message)
    profile = header.get(PROFILE) if header.get_typeof(PROFILE) else None
    done: list[Any] = []
    for size in largest_first(sizes):
        parent = next((each for each in reversed(done) if _is_parent(each, size)), None)
        small = _first(pyvips, data, size) if parent is None else _next(parent, size)
        done.append(small.copy_memory())
        yield size, without_idle_alpha(in_srgb(_picture(done[-1]), profile))


def _first(pyvips: Any, data: bytes, size: Size) -> Any:
    """Read the file at one size; it is decoded smaller at once where its format allows."""
    small = pyvips.Image.thumbnail_buffer(
        data, size[0], height=size[1], size="force", option_string=STRICT
    )
    return small.colourspace("b-w" if small.bands < 3 else "srgb").cast("uchar")


def _next(parent: Any, size: Size) -> Any:
    return parent.thumbnail_image(size[0], height=size[1], size="force")


def _is_parent(picture: Any, size: Size) -> bool:
    return is_large_enough((picture.width, picture.height), size)


def _picture(small: Any) -> Image.Image:
    mode, size = MODES[small.bands], (small.width, small.height)
    picture = Image.frombuffer(mode, size, small.write_to_memory(), "raw", mode, 0, 1)
    return picture.convert("RGBA") if mode == "LA" else picture
