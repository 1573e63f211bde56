"""
Draws one SVG, in a process of its own that can do nothing else.

A program, not a module to import: nothing of Django or of this package is
loaded, so it is there at once and has nothing to tell. Its arguments are
width, height, the longest side wanted, and where to look for pyvips. Its
input is a line with a length, so many bytes of an SVG with nothing but
letters, and the SVG to draw. It answers with the pixels: red, green, blue and
opacity, a byte each.
"""

from __future__ import annotations

import resource
import sys
from importlib import import_module
from typing import Any

#: How it ends when the SVG cannot be drawn, is of another size, or pyvips is not there.
UNDRAWABLE, OTHER_SIZE, NOT_INSTALLED = 3, 4, 5
#: So many seconds, and so many bytes, may drawing take.
SECONDS = 2
MEMORY = 200_000_000
#: Here also counts what is mapped and never touched: libraries, fonts, stacks.
ADDRESSES = 1_500_000_000


def main() -> int:
    """Draw what comes in, and return how the process ends."""
    width, height, longest = map(int, sys.argv[1:4])
    _limit()
    sys.path[:] = sys.argv[4:]
    try:
        # Only now it can be found, and it is missing where the extra is.
        pyvips: Any = import_module("pyvips")
    except (ImportError, OSError):
        return NOT_INSTALLED
    pyvips.cache_set_max(0)
    source = sys.stdin.buffer
    letters = source.read(int(source.readline()))
    svg = source.read()
    try:
        # This loads the fonts. From then on no file can be opened, and no connection.
        pyvips.Image.svgload_buffer(letters).write_to_memory()
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        image = pyvips.Image.svgload_buffer(svg)
        if (image.width, image.height) != (width, height):
            return OTHER_SIZE
        pixels = _scaled(pyvips, svg, image, longest).write_to_memory()
    except (MemoryError, pyvips.Error):
        return UNDRAWABLE
    sys.stdout.buffer.write(pixels)
    return 0


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _scaled(pyvips: Any, svg: bytes, image: Any, longest: int) -> Any:
    """Return the drawing at most *longest* pixels long: drawn smaller, not made smaller."""
    scale = longest / max(image.width, image.height)
    if scale >= 1:
        return image
    wanted = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    # It rounds in its own way: a pixel more or less is cut off or repeated.
    return pyvips.Image.svgload_buffer(svg, scale=scale).embed(0, 0, *wanted, extend="copy")


if __name__ == "__main__":
    sys.exit(main())
