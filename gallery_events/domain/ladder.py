"""The ladder of an image: which smaller copies of it there are to be, and what they are called."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

#: The rendition that every program can show; all others are called by their width.
FALLBACK = "fallback"
#: What each encoding is called by browsers, and on disk.
KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
}
#: No rendition is longer: WebP cannot be, and browsers stop there with the others too.
LONGEST = 16_383
#: So many pixels one animated rendition has in all its frames: encoding them takes some seconds.
ALL_FRAMES = 40_000_000
#: Goes up when the same settings shall give other pixels: the names change, as for any recipe.
RECIPE = 1
DIGITS = 6


@dataclass(frozen=True, slots=True)
class RenditionSettings:
    """
    Which smaller copies an image has.

    *WIDTHS* in pixels, never more than the image has itself; *ENCODING* of
    those, *FALLBACK_WIDTH* of the JPEG or PNG for everything that cannot show
    it; *QUALITY* by encoding, 1 to 100; *WHEN* and by which *ENGINE* they are made.
    """

    WIDTHS: tuple[int, ...] = (320, 640, 960, 1280, 1920, 2560)
    ENCODING: str = "WEBP"
    FALLBACK_WIDTH: int = 1280
    QUALITY: dict[str, int] = field(default_factory=lambda: {"JPEG": 82, "WEBP": 82, "AVIF": 60})
    WHEN: str = "view"
    ENGINE: str = "auto"


@dataclass(frozen=True, slots=True)
class Source:
    """
    What the ladder depends on: the upright size of an image, and what browsers make of its file.

    *frames* are those of an animation; pages are none. *shown*: browsers show
    the file itself. *plain*: every program does.
    """

    width: int
    height: int
    frames: int = 1
    transparent: bool = False
    shown: bool = True
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """
    One rendition as it should be. *name* is that of its file, in the image's own folder.

    The same recipe gives the same name; another quality, size or encoding
    gives another one, so that a file never changes under its name.
    """

    key: str
    width: int
    height: int
    encoding: str
    quality: int | None
    frames: int
    name: str

    @property
    def content_type(self) -> str:
        """What browsers call the encoding."""
        return KINDS[self.encoding][0]

    @property
    def stem(self) -> str:
        """The name without its extension: the key under which a row holds what is not shown."""
        return self.name.rpartition(".")[0]


def ladder(source: Source, settings: RenditionSettings) -> tuple[Rung, ...]:
    """
    Return the renditions that an image should have, the narrowest first, the fallback last.

    Never one that is wider than the image. Its own width is that of the file
    itself where browsers show it, and of a rendition, up to the widest of the
    settings, where they do not. Animations become animated WebP as long as
    the work is bounded; their fallback is the first frame.
    """
    if source.width < 1 or source.height < 1:
        return ()
    return (*_widths(source, settings), *_fallback(source, settings))


def _widths(source: Source, settings: RenditionSettings) -> Iterator[Rung]:
    encoding = "WEBP" if source.frames > 1 else settings.ENCODING
    widths = {width for width in settings.WIDTHS if width < source.width}
    if settings.WIDTHS and not source.shown:
        widths.add(min(source.width, max(settings.WIDTHS)))
    for width in sorted(widths):
        height = _height(source, width)
        bounded = source.frames == 1 or source.frames * width * height <= ALL_FRAMES
        if bounded and height <= LONGEST:
            yield _rung(f"w{width}", (width, height), encoding, source.frames, settings)


def _fallback(source: Source, settings: RenditionSettings) -> Iterator[Rung]:
    if source.plain and source.width <= settings.FALLBACK_WIDTH:
        return  # the file is its own
    width = min(source.width, settings.FALLBACK_WIDTH)
    if _height(source, width) > LONGEST:
        width = max(1, LONGEST * source.width // source.height)
    size = (width, min(LONGEST, _height(source, width)))
    yield _rung(FALLBACK, size, "PNG" if source.transparent else "JPEG", 1, settings)


def _height(source: Source, width: int) -> int:
    # Halves go up, whatever is even: as everybody computes it who looks at one picture.
    return max(1, (2 * source.height * width + source.width) // (2 * source.width))


def _rung(
    key: str, size: tuple[int, int], encoding: str, frames: int, settings: RenditionSettings
) -> Rung:
    quality = settings.QUALITY.get(encoding)
    digest = _digest(RECIPE, key, *size, encoding, quality, frames > 1)
    name = f"{key}-{digest}.{KINDS[encoding][1]}"
    return Rung(key, *size, encoding, quality, frames, name)


def _digest(*recipe: Any) -> str:
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:DIGITS]
