"""
Placeholders: a picture in at most 25 bytes, to be shown blurred while it is not there.

The format is ThumbHash, made public by Evan Wallace
(https://evanw.github.io/thumbhash/): the lowest frequencies of a discrete
cosine transform of brightness, two differences of colour, and opacity where
there is any, four bits each. This is an implementation of our own. Text of it
is base64; whatever cannot be read as one gives an empty answer, never an error.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import mul
from typing import Any

from PIL import Image

from gallery_events.imaging.waves import Channel, Waves, frequencies, transformed

#: The picture is first made so small: the frequencies that are kept need no more.
SIDE = 24
#: Columns and rows of brightness at the longer side: fewer where opacity needs room.
MOST, MOST_BESIDE_ALPHA = 7, 5
COLOUR, ALPHA = 3, 5
#: Quantised colours lose strength, so decoders give them some back.
VIVID = 1.25


def placeholder(image: Any) -> str:
    """Return *image*, a picture of Pillow in sRGB and of any size, as at most 36 characters."""
    small = image.convert("RGBA")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    light, yellow, red, alpha = _channels(small)
    seen_through = small.getchannel("A").getextrema()[0] < 255
    across, down = _shape(*image.size, most=MOST_BESIDE_ALPHA if seen_through else MOST)
    parts = [
        transformed(light, max(across, 3), max(down, 3)),
        transformed(yellow, COLOUR, COLOUR),
        transformed(red, COLOUR, COLOUR),
    ]
    if seen_through:
        parts.append(transformed(alpha, ALPHA, ALPHA))
    landscape = image.width > image.height
    packed = _head(parts, shorter=down if landscape else across, landscape=landscape)
    return base64.b64encode(packed + _nibbles(parts)).decode()


def cells(placeholder: str, *, columns: int, rows: int) -> list[str]:
    """Return the colours of so many cells, "#rrggbb", row by row; empty when it is none."""
    if (read := _read(placeholder)) is None:
        return []
    light, yellow, red = (
        read.light.drawn(columns, rows),
        read.yellow.drawn(columns, rows),
        read.red.drawn(columns, rows),
    )
    return [_hex(*each) for each in zip(light, yellow, red, strict=True)]


def average(placeholder: str) -> str:
    """Return the average colour, "#rrggbb"; empty when it is none."""
    if (read := _read(placeholder)) is None:
        return ""
    return _hex(read.light.mean, read.yellow.mean, read.red.mean)


def has_alpha(placeholder: str) -> bool:
    """Tell whether the picture can be seen through somewhere."""
    read = _read(placeholder)
    return read is not None and read.alpha


def aspect_ratio(placeholder: str) -> float:
    """Return about how many times wider than high the picture is; 0 when it is none."""
    read = _read(placeholder)
    return 0.0 if read is None else read.across / read.down


@dataclass(frozen=True, slots=True)
class _Read:
    """What a placeholder says."""

    light: Waves
    yellow: Waves
    red: Waves
    alpha: bool
    across: int
    down: int


def _channels(small: Any) -> tuple[Channel, Channel, Channel, Channel]:
    """Return brightness, yellow against blue, red against green, and opacity, in rows, 0 to 1."""
    red, green, blue, alpha = (list(small.getchannel(band).tobytes()) for band in "RGBA")
    total = sum(alpha)
    # What is seen through counts as the average colour: its own is nowhere to be seen.
    if total < 255 * len(alpha):
        red, green, blue = (_filled(each, alpha, total) for each in (red, green, blue))
    width = small.width
    return (
        _rows([(r + g + b) / 765 for r, g, b in zip(red, green, blue, strict=True)], width),
        _rows([(r + g) / 510 - b / 255 for r, g, b in zip(red, green, blue, strict=True)], width),
        _rows([(r - g) / 255 for r, g in zip(red, green, strict=True)], width),
        _rows([each / 255 for each in alpha], width),
    )


def _filled(band: list[int], alpha: list[int], total: int) -> list[Any]:
    mean = sum(map(mul, band, alpha)) / total if total else 0
    return [mean + (value - mean) * each / 255 for value, each in zip(band, alpha, strict=True)]


def _rows(values: list[float], width: int) -> Channel:
    return [values[start : start + width] for start in range(0, len(values), width)]


def _shape(width: int, height: int, *, most: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, _rounded(most * width / longest)), max(1, _rounded(most * height / longest))


def _head(parts: Sequence[Waves], *, shorter: int, landscape: bool) -> bytes:
    light, yellow, red, *alpha = parts
    colours = (
        _rounded(63 * light.mean)
        | _rounded(31.5 + 31.5 * yellow.mean) << 6
        | _rounded(31.5 + 31.5 * red.mean) << 12
        | _rounded(31 * light.scale) << 18
        | bool(alpha) << 23
    )
    shape = (
        shorter | _rounded(63 * yellow.scale) << 3 | _rounded(63 * red.scale) << 9 | landscape << 15
    )
    head = colours.to_bytes(3, "little") + shape.to_bytes(2, "little")
    if alpha:
        head += bytes([_rounded(15 * alpha[0].mean) | _rounded(15 * alpha[0].scale) << 4])
    return head


def _nibbles(parts: Sequence[Waves]) -> bytes:
    found = [
        _rounded(7.5 + 7.5 * strength / part.scale) if part.scale else 0
        for part in parts
        for strength in part.strengths
    ]
    found += [0] * (len(found) % 2)
    return bytes(low | high << 4 for low, high in zip(found[::2], found[1::2], strict=True))


@lru_cache(maxsize=256)
def _read(placeholder: str) -> _Read | None:
    try:
        data = base64.b64decode(placeholder, validate=True)
        colours = int.from_bytes(data[:3], "little")
        alpha = bool(colours >> 23)
        shape = int.from_bytes(data[3:5], "little")
        scales = (colours >> 18 & 31) / 31, (shape >> 3 & 63) / 63, (shape >> 9 & 63) / 63
        most, shorter = MOST_BESIDE_ALPHA if alpha else MOST, max(shape & 7, 1)
        across, down = (most, shorter) if shape >> 15 else (shorter, most)
        strengths = _strengths(data[6 if alpha else 5 :])
        light = _part(
            strengths, max(across, 3), max(down, 3), mean=(colours & 63) / 63, scale=scales[0]
        )
        yellow, red = (
            _part(strengths, COLOUR, COLOUR, mean=mean / 31.5 - 1, scale=scale * VIVID)
            for mean, scale in (
                (colours >> 6 & 63, scales[1]),
                (colours >> 12 & 63, scales[2]),
            )
        )
    except (TypeError, ValueError):
        return None
    return _Read(light, yellow, red, alpha, across, down)


def _strengths(data: bytes) -> Iterator[float]:
    for byte in data:
        yield (byte & 15) / 7.5 - 1
        yield (byte >> 4) / 7.5 - 1


def _part(
    strengths: Iterator[float], across: int, down: int, *, mean: float, scale: float
) -> Waves:
    found = [each * scale for each in islice(strengths, len(frequencies(across, down)))]
    if len(found) < len(frequencies(across, down)):
        message = "its end is missing"
        raise ValueError(message)
    return Waves(across, down, mean, found, scale)


def _hex(light: float, yellow: float, red: float) -> str:
    blue = light - 2 / 3 * yellow
    reddish = (3 * light - blue + red) / 2
    colours = (reddish, reddish - red, blue)
    return "#" + "".join(f"{_rounded(255 * min(max(each, 0), 1)):02x}" for each in colours)


def _rounded(value: float) -> int:
    # Halves go up, as everywhere but in Python.
    return int(value + 0.5)
