"""What a stream of HEVC says of its size, which is what its decoder takes memory for."""

from __future__ import annotations

from collections.abc import Iterator

from gallery_events.imaging.bits import Bits
from gallery_events.imaging.header import Allowance, BrokenHeader

SEQUENCE_PARAMETERS = 33
#: One picture is a handful of units, of a slice each.
MAX_UNITS = 200
#: What is read lies in the first bytes of a parameter set, whatever its layers.
LONGEST_HEADER = 256
#: Samples of a pixel by chroma format: grey, 4:2:0, 4:2:2, 4:4:4.
SAMPLES = (1.0, 1.5, 2.0, 3.0)


def sizes(settings: bytes, data: bytes, *, units: Allowance) -> Iterator[tuple[int, int, float]]:
    """
    Give width, height and bytes of a pixel of every parameter set of one item.

    *settings* is the content of its box ``hvcC``, *data* its own data, *units*
    are those of the whole file that may be looked at. By ISO/IEC 14496-15,
    section 8.3.3, and ITU-T H.265, section 7.3.2.2. Raises
    :exc:`BrokenHeader` when a unit reaches past the end.
    """
    if len(settings) < 23:
        message = "its end is missing"
        raise BrokenHeader(message)
    position = 23
    for _ in range(settings[22]):
        count = int.from_bytes(settings[position + 1 : position + 3], "big")
        found, position = _units(settings, position + 3, wide=2, most=count)
        units.spend(1 + len(found))
        yield from _of(found)
    found, _ = _units(data, 0, wide=(settings[21] & 3) + 1, most=MAX_UNITS)
    units.spend(len(found))
    yield from _of(found)


def _units(data: bytes, position: int, *, wide: int, most: int) -> tuple[list[bytes], int]:
    """Return the beginnings of units, each after its length, and where they end."""
    units: list[bytes] = []
    while position < len(data) and len(units) < most:
        start = position + wide
        position = start + int.from_bytes(data[position:start], "big")
        if position > len(data):
            message = "its end is missing"
            raise BrokenHeader(message)
        units.append(data[start : min(start + LONGEST_HEADER, position)])
        if len(units) > MAX_UNITS:
            break
    if most == MAX_UNITS and position < len(data):
        message = f"it has more than {MAX_UNITS:,} units"
        raise BrokenHeader(message)
    return units, position


def _of(units: list[bytes]) -> Iterator[tuple[int, int, float]]:
    for unit in units:
        if unit and unit[0] >> 1 & 0x3F == SEQUENCE_PARAMETERS:
            # Bytes that would look like the start of a unit are escaped.
            yield _size(Bits(unit[2:].replace(b"\0\0\3", b"\0\0")))


def _size(bits: Bits) -> tuple[int, int, float]:
    bits.skip(4)
    layers = bits.read(3)
    bits.skip(1 + 96)
    present = [(bits.read(1), bits.read(1)) for _ in range(layers)]
    if layers:
        bits.skip(2 * (8 - layers))
    for profile, level in present:
        bits.skip(88 * profile + 8 * level)
    bits.read_exponential()
    chroma = bits.read_exponential()
    if chroma == 3:
        bits.skip(1)
    width, height = bits.read_exponential(), bits.read_exponential()
    if bits.read(1):  # what is cut away at the edges
        for _ in range(4):
            bits.read_exponential()
    deep = 2 if bits.read_exponential() else 1
    if chroma >= len(SAMPLES):
        message = "its pixels are stored in no known way"
        raise BrokenHeader(message)
    return width, height, SAMPLES[chroma] * deep
