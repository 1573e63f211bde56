"""What a file says of itself before anything of it is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap

#: The bytes of a file: both kinds can be sliced and searched, and neither is a second copy.
Data = bytes | mmap
#: Where in the data something begins and ends.
Place = tuple[int, int]
NOWHERE: Place = (0, 0)


class BrokenHeader(ValueError):
    """The file contradicts its own format; the text says where."""


class Unfit(ValueError):
    """The file is whole, and is no picture to be shown; the text says what it is."""


class Allowance:
    """So many of something may be in one file, wherever in it: who looks at each spends them."""

    def __init__(self, most: int, *, of: str) -> None:
        self.most = self.left = most
        self.of = of

    def spend(self, count: int = 1) -> None:
        """Take some away; raises :exc:`BrokenHeader` when there are no more."""
        self.left -= count
        if self.left < 0:
            message = f"it has more than {self.most:,} {self.of}"
            raise BrokenHeader(message)


@dataclass(frozen=True, slots=True)
class Header:
    """
    The size of one frame as it is stored, and the number of frames.

    *memory* is what decoding takes in bytes per pixel, so that a bound on
    pixels is one on memory too, whatever the format. *orientation*, as EXIF
    counts, is what is left to turn after decoding: 1 where the decoder of the
    format turns by itself. *whole* is what a decoder takes that can make a
    picture smaller at once, and is not asked to. Where frames differ in size, *largest* is the
    number of pixels of the largest, and *total* that of all together. *exif* is where the camera
    tells of itself.
    """

    width: int
    height: int
    frames: int = 1
    memory: float = 4.0
    orientation: int = 1
    whole: float = 0.0
    largest: int = 0
    total: int = 0
    exif: Place = NOWHERE
