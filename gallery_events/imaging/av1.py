"""What a stream of AV1 says of its size, which is what its decoder takes memory for."""

from __future__ import annotations

from collections.abc import Iterator

from gallery_events.imaging.bits import Bits
from gallery_events.imaging.header import Allowance, BrokenHeader

SEQUENCE_HEADER = 1
#: One picture is a handful of units; each layer and tile group may be one more.
MAX_UNITS = 200
#: No sequence header is longer, with all of its 32 operating points.
LONGEST_HEADER = 512
#: Bytes of a decoded pixel by profile: ten bits at 4:2:0; ten at 4:4:4; twelve at 4:4:4.
PLANES = {0: 3.0, 1: 6.0, 2: 6.0}


def sizes(data: bytes, *, units: Allowance) -> Iterator[tuple[int, int, float]]:
    """
    Give width, height and bytes of a pixel of every sequence header in the data of one item.

    *units* are those of the whole file that may be looked at. By the AV1
    bitstream specification, sections 5.3 to 5.5. Raises :exc:`BrokenHeader`
    when a unit reaches past the end.
    """
    position = 0
    for _ in range(MAX_UNITS):
        if position >= len(data):
            return
        units.spend()
        first = data[position]
        position += 2 if first & 4 else 1
        length = len(data) - position
        if first & 2:
            length, position = _leb128(data, position)
        if first & 0x80 or position + length > len(data):
            message = "its end is missing"
            raise BrokenHeader(message)
        if first >> 3 == SEQUENCE_HEADER:
            yield _size(Bits(data[position : position + min(length, LONGEST_HEADER)]))
        position += length
    message = f"it has more than {MAX_UNITS:,} units"
    raise BrokenHeader(message)


def _leb128(data: bytes, position: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(data[position : position + 8]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, position + index + 1
    message = "a number in it is too long"
    raise BrokenHeader(message)


def _size(bits: Bits) -> tuple[int, int, float]:
    profile = bits.read(3)
    bits.skip(1)
    if bits.read(1):  # the short header of a still picture
        bits.skip(5)
    else:
        _skip_to_size(bits)
    across, down = bits.read(4) + 1, bits.read(4) + 1
    return bits.read(across) + 1, bits.read(down) + 1, PLANES.get(profile, 6.0)


def _skip_to_size(bits: Bits) -> None:
    delay = 0
    if bits.read(1):  # timing
        bits.skip(64)
        if bits.read(1):
            bits.read_exponential()
        if bits.read(1):  # decoder model
            delay = bits.read(5) + 1
            bits.skip(32 + 5 + 5)
    display_delays = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.skip(12)
        if bits.read(5) > 7:
            bits.skip(1)
        if delay and bits.read(1):
            bits.skip(2 * delay + 1)
        if display_delays and bits.read(1):
            bits.skip(4)
