"""An animated PNG, written frame by frame: https://www.w3.org/TR/png-3/#apng-frame-based-animation."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import BytesIO
from struct import pack, unpack_from
from typing import IO, Any

from gallery_events.imaging.frames import Frame, changed

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: The frame stays where it is, and its pixels replace those below, transparent ones too.
KEEP, REPLACE = 0, 0
MOST = 65_535


def write_frames(
    frames: Iterable[Frame], into: IO[bytes], *, number: int, loop: int, mode: str, **options: Any
) -> None:
    """
    Write frames, *number* of them, as an animated PNG.

    Of each only what it changes is written, and every frame stays one, also
    when it changes nothing: number and durations are those that came. *loop*
    is how often it plays, 0 for ever. *mode* is RGB or RGBA, for all;
    *options* go to Pillow's save(): profile and gamma.
    """
    sequence = 0
    before = None
    for frame in frames:
        image = frame.image.convert(mode)
        box = (0, 0, *image.size) if before is None else changed(before, image)
        chunks = list(_chunks(image.crop(box), **options))
        if before is None:
            into.write(SIGNATURE)
            # Size, profile and gamma come before the pixels, and count for all frames.
            ahead = [each for each in chunks if each[0] not in (b"IDAT", b"IEND")]
            for kind, data in [*ahead, (b"acTL", pack(">II", number, loop))]:
                _write(into, kind, data)
        _write(into, b"fcTL", _control(sequence, box, frame.duration))
        sequence += 1
        for kind, data in chunks:
            if kind != b"IDAT":
                continue
            if before is None:
                _write(into, b"IDAT", data)
            else:
                _write(into, b"fdAT", pack(">I", sequence) + data)
                sequence += 1
        before = image
    _write(into, b"IEND", b"")


def _control(sequence: int, box: tuple[int, int, int, int], duration: float) -> bytes:
    left, top, right, bottom = box
    delay = Fraction(max(duration, 0) / 1000).limit_denominator(MOST)
    numerator, denominator = min(delay.numerator, MOST), delay.denominator
    size = (right - left, bottom - top, left, top)
    return pack(">IIIIIHHBB", sequence, *size, numerator, denominator, KEEP, REPLACE)


def _chunks(image: Any, **options: Any) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a picture encoded by itself."""
    file = BytesIO()
    image.save(file, "PNG", **options)
    data = file.getvalue()
    position = len(SIGNATURE)
    while position < len(data):
        length, kind = unpack_from(">I4s", data, position)
        yield kind, data[position + 8 : position + 8 + length]
        position += 12 + length


def _write(into: IO[bytes], kind: bytes, data: bytes) -> None:
    into.write(pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)))
