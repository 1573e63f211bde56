"""An animated GIF, written frame by frame: https://www.w3.org/Graphics/GIF/spec-gif89a.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from struct import pack
from typing import IO, Any

from PIL import Image, ImageChops

from gallery_events.imaging.frames import Frame, changed

#: What becomes of a frame before the next one: it stays, or its place is cleared.
STAYS, CLEARED = 1, 2
COLOURS = 256
#: The place in a palette that stands for transparency, where there is some.
TRANSPARENT = 255
LONGEST = 65_535
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a frame is written, where, and what becomes of it."""

    image: Any
    box: Box
    duration: float
    disposal: int


def write_frames(frames: Iterable[Frame], into: IO[bytes], *, loop: int | None) -> None:
    """
    Write frames as an animated GIF.

    Every frame stays one, with its duration, also when it changes nothing.
    Colours are exact in a frame with at most 256, or 255 and transparency;
    more are brought down to the most fitting. *loop* is the number as a GIF
    holds it, 0 for ever; None leaves it out: it then plays once.
    """
    shared = b""
    for number, part in enumerate(_parts(frames)):
        indexed, transparent = _indexed(part.image.crop(part.box))
        palette, pixels = _encoded(indexed)
        if number == 0:
            shared = palette
            into.write(_start(part.image.size, palette, loop))
        flags = part.disposal << 2 | transparent
        delay = min(round(part.duration / 10), LONGEST)
        into.write(b"!\xf9\x04" + pack("<BHBB", flags, delay, TRANSPARENT * transparent, 0))
        left, top, right, bottom = part.box
        own = b"" if palette == shared else palette
        into.write(b"," + pack("<HHHHB", left, top, right - left, bottom - top, _flags(own)))
        into.write(own + pixels)
    into.write(b";")


def _parts(frames: Iterable[Frame]) -> Iterator[Part]:
    """
    Yield what each frame adds to the one before.

    A GIF's pixels cannot make what is below transparent. Where the next frame
    needs that, this one is written whole, and cleared before it.
    """
    below: Any = None
    held: Frame | None = None
    for frame in _thresholded(frames):
        if held is not None:
            part = _part(held, below, cleared=_uncovers(held.image, frame.image))
            yield part
            below = None if part.disposal == CLEARED else held.image
        held = frame
    if held is not None:
        yield _part(held, below, cleared=False)


def _part(frame: Frame, below: Any, *, cleared: bool) -> Part:
    whole = (0, 0, *frame.image.size)
    box = whole if cleared or below is None else changed(below, frame.image)
    return Part(frame.image, box, frame.duration, CLEARED if cleared else STAYS)


def _thresholded(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Yield frames whose pixels are there or not, and black where they are not."""
    for frame in frames:
        image = frame.image
        if image.mode == "RGBA":
            there = image.getchannel("A").point(lambda value: 255 * (value >= 128), "L")
            image = Image.composite(image, Image.new("RGBA", image.size), there)
            image.putalpha(there)
        else:
            image = image.convert("RGBA")
        yield Frame(image, frame.duration)


def _uncovers(before: Any, after: Any) -> bool:
    there, then = before.getchannel("A"), after.getchannel("A")
    return ImageChops.subtract(there, then).getbbox() is not None


def _indexed(image: Any) -> tuple[Any, bool]:
    """Return a picture in indexed colours, and whether some of it is transparent."""
    alpha = image.getchannel("A")
    transparent = alpha.getextrema()[0] == 0
    # Median cut finds all colours exactly where there is room for all of them.
    indexed = image.convert("RGB").quantize(
        COLOURS - transparent, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    if transparent:
        indexed.paste(TRANSPARENT, mask=ImageChops.invert(alpha))
        palette = indexed.getpalette()[: 3 * TRANSPARENT]
        indexed.putpalette(palette + [0] * (3 * COLOURS - len(palette)))
    return indexed, transparent


def _encoded(indexed: Any) -> tuple[bytes, bytes]:
    """Return the palette of a picture and its compressed pixels, as Pillow writes a still of it."""
    file = BytesIO()
    indexed.save(file, "GIF", optimize=False, interlace=0)
    data = file.getvalue()
    end = 13 + (3 << (data[10] & 7) + 1)
    position = end
    while data[position] != ord(","):
        position += 2
        while data[position]:
            position += data[position] + 1
        position += 1
    # After the place of the only frame, and before the end of the file.
    return data[13:end], data[position + 10 : -1]


def _start(size: tuple[int, int], palette: bytes, loop: int | None) -> bytes:
    flags = _flags(palette) | 0x70
    start = b"GIF89a" + pack("<HHBBB", *size, flags, 0, 0) + palette
    if loop is None:
        return start
    return start + b"!\xff\x0bNETSCAPE2.0\x03\x01" + pack("<H", loop) + b"\0"


def _flags(palette: bytes) -> int:
    """Return how a palette is announced; none needs no flag."""
    return 0x80 | (len(palette) // 3).bit_length() - 2 if palette else 0
