"""An SVG becomes pixels: in a process of its own, which is ended when it takes too long."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.svg import artist
from gallery_events.imaging.svg.letters import letters_of

PROGRAM = str(Path(artist.__file__))
#: By the clock. Its own limit of processor time ends a process long before, unless the machine has
#: so much else to do that it gets next to none: that says nothing about the drawing.
TIMEOUT = 10.0
#: One thread, one heap: what counts against its limits is the drawing alone.
ENVIRONMENT = {"VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}


def raster(svg: bytes, *, size: tuple[int, int], longest: int | None = None) -> Any:
    """
    Return a cleaned SVG, *size* pixels large, as a picture in RGBA.

    With *longest* it is drawn no longer than that. Whatever is in it, this
    takes no more than a few seconds and little memory here: raises
    :exc:`UploadRefused` with the code ``complex`` when drawing takes more, and
    ``broken`` when it cannot be drawn. ImportError when pyvips is missing.
    """
    longest = longest or max(size)
    drawn = fitted(size, longest)
    pixels = _answer(svg, (*size, longest))
    if len(pixels) != 4 * drawn[0] * drawn[1]:
        raise _undrawable("drawing it ended too early")
    return Image.frombuffer("RGBA", drawn, pixels, "raw", "RGBA", 0, 1)


def fitted(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return *size*, or what is left of it when no side may be longer than *longest*."""
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _answer(svg: bytes, numbers: tuple[int, ...]) -> bytes:
    letters = letters_of(svg)
    command = [_python(), "-I", "-S", PROGRAM, *map(str, numbers), *filter(None, sys.path)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own program; nothing of the file is an argument
            command,
            input=b"%d\n%b%b" % (len(letters), letters, svg),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise _takes_too_much("time") from expired
    if ended.returncode == artist.NOT_INSTALLED:
        message = (
            "An SVG cannot be drawn without pyvips: pip install 'django-gallery-events[svg]', or "
            "take SVG out of FORMATS."
        )
        raise ImportError(message)
    if ended.returncode == artist.OTHER_SIZE:
        raise _undrawable("it contradicts itself about its size")
    if ended.returncode < 0:
        raise _takes_too_much("time" if ended.returncode == -signal.SIGXCPU else "memory")
    if ended.returncode:
        raise _undrawable("it cannot be drawn")
    return ended.stdout


def _python() -> str:
    """Return the interpreter: within some web servers the running program is another one."""
    if "python" in Path(sys.executable).name:
        return sys.executable
    return str(Path(sys.prefix, "bin", "python3"))


def _takes_too_much(what: str) -> UploadRefused:
    message = f"Drawing this SVG takes too much {what}: simplify it, or upload a PNG of it."
    return UploadRefused(message, code="complex")


def _undrawable(why: str) -> UploadRefused:
    message = f"This SVG is damaged ({why}): export the drawing again, or upload a PNG of it."
    return UploadRefused(message, code="broken")
