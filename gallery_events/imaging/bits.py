"""Numbers of any number of bits, as video codecs write them."""

from __future__ import annotations

from gallery_events.imaging.header import BrokenHeader

#: Longer numbers than these stand nowhere that is read here.
LONGEST = 32


class Bits:
    """A position in some bytes, which moves on bit by bit."""

    def __init__(self, data: bytes) -> None:
        self.bits = len(data) * 8
        self.value = int.from_bytes(data, "big")
        self.position = 0

    def skip(self, count: int) -> None:
        """Move on without looking."""
        self.position += count

    def read(self, count: int) -> int:
        """Return the next *count* bits as a number; raises :exc:`BrokenHeader` past the end."""
        self.position += count
        if self.position > self.bits:
            message = "its end is missing"
            raise BrokenHeader(message)
        return self.value >> (self.bits - self.position) & ((1 << count) - 1)

    def read_exponential(self) -> int:
        """Return a number in Exp-Golomb's code: so many zeros, then one bit more of number."""
        for zeros in range(LONGEST + 1):
            if self.read(1):
                return (1 << zeros) - 1 + self.read(zeros)
        message = "a number in it is too long"
        raise BrokenHeader(message)
