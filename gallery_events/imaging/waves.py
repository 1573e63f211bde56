"""A channel of a small picture as waves: a discrete cosine transform, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi
from operator import mul

Channel = list[list[float]]
#: Waves that are weaker come of arithmetic, not of the picture.
UNSEEN = 1e-6


@dataclass(frozen=True, slots=True)
class Waves:
    """A channel as its mean and the strengths of its frequencies, in the order of the format."""

    across: int
    down: int
    mean: float
    strengths: Sequence[float]
    scale: float

    def drawn(self, columns: int, rows: int) -> Iterator[float]:
        """Return the values of so many cells, row by row."""
        found = list(zip(frequencies(self.across, self.down), self.strengths, strict=True))
        for row in range(rows):
            for column in range(columns):
                yield self.mean + 2 * sum(
                    strength * _cosines(columns, x)[column] * _cosines(rows, y)[row]
                    for (x, y), strength in found
                )


def transformed(channel: Channel, across: int, down: int) -> Waves:
    """Take a channel apart into waves: first along its rows, then along its columns."""
    height, width = len(channel), len(channel[0])
    along = [
        [sum(map(mul, row, cosines)) for row in channel]
        for cosines in (_cosines(width, x) for x in range(across))
    ]

    def strength(x: int, y: int) -> float:
        if x >= width or y >= height:
            return 0.0  # a wave shorter than a pixel would only repeat a longer one
        total: float = sum(map(mul, along[x], _cosines(height, y)))
        return total / (width * height)

    strengths = [strength(x, y) for x, y in frequencies(across, down)]
    scale = max(map(abs, strengths))
    if scale < UNSEEN:
        return Waves(across, down, strength(0, 0), [0.0] * len(strengths), 0.0)
    return Waves(across, down, strength(0, 0), strengths, scale)


@lru_cache(maxsize=64)
def frequencies(across: int, down: int) -> list[tuple[int, int]]:
    """Return (x, y) of the waves that are kept: below the diagonal, without the mean."""
    return [
        (x, y)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y) and (x or y)
    ]


@lru_cache(maxsize=512)
def _cosines(length: int, wave: int) -> list[float]:
    return [cos(pi / length * wave * (at + 0.5)) for at in range(length)]
