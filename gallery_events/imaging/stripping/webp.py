"""What stays of a WebP: picture, animation, transparency and colour profile."""

from __future__ import annotations

from collections.abc import Iterator
from struct import pack, unpack_from

from gallery_events.imaging.exif import only_orientation
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Parts, Uncertain

PICTURE = frozenset([b"ALPH", b"VP8 ", b"VP8L"])
SHOWN = PICTURE | {b"ICCP", b"ANIM"}
#: Flags of the extended header: what else is in the file.
EXIF, XMP = 0x08, 0x04
#: A frame begins with its place, size and time.
FRAME = 16
MAX_CHUNKS = 100_000


def cut(data: Data, *, orientation: int) -> Parts:
    """
    Leave out EXIF, XMP and unknown chunks, inside of frames too, and what lies behind the end.

    The flags of the header say so.
    """
    parts = Parts()
    end = unpack_from("<I", data, 4)[0] + 8
    for kind, start, stop in _chunks(data, 12, end):
        if kind == b"VP8X":
            flags = data[start + 8] & ~(EXIF | XMP) | (EXIF if orientation != 1 else 0)
            _add(
                data,
                parts,
                start,
                stop,
                head=b"VP8X" + data[start + 4 : start + 8] + bytes([flags]),
            )
        elif kind == b"ANMF":
            _add_frame(data, parts, start, stop)
        elif kind in SHOWN:
            _add(data, parts, start, stop)
    if orientation != 1:
        exif = only_orientation(orientation)
        parts.add(b"EXIF" + pack("<I", len(exif)) + exif)
    return _with_head(data, parts)


def _chunks(data: Data, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Give the kind of each chunk, where it begins, and where its content ends."""
    for _ in range(MAX_CHUNKS):
        if start + 8 > end:
            return
        kind, length = unpack_from("<4sI", data, start)
        stop = start + 8 + length
        if stop > end:
            message = "a chunk reaches past the end"
            raise Uncertain(message)
        yield kind, start, stop
        start = stop + length % 2
    message = "it has too many chunks"
    raise Uncertain(message)


def _add(data: Data, parts: Parts, start: int, stop: int, *, head: bytes = b"") -> None:
    """Let a chunk stay, with another beginning, and filled up to an even length."""
    if data[start : start + len(head)] != head:
        parts.add(head)
        start += len(head)
        length = stop - start + len(head)
    else:
        length = stop - start
    parts.keep(start, stop)
    if length % 2:
        parts.add(b"\0") if data[stop : stop + 1] != b"\0" else parts.keep(stop, stop + 1)


def _add_frame(data: Data, parts: Parts, start: int, stop: int) -> None:
    inner = [chunk for chunk in _chunks(data, start + 8 + FRAME, stop) if chunk[0] in PICTURE]
    length = FRAME + sum(at - begin + (at - begin) % 2 for _, begin, at in inner)
    head = b"ANMF" + pack("<I", length)
    if data[start : start + 8] == head:
        parts.keep(start, start + 8)
    else:
        parts.add(head)
    parts.keep(start + 8, start + 8 + FRAME)
    for _, begin, at in inner:
        _add(data, parts, begin, at)


def _with_head(data: Data, parts: Parts) -> Parts:
    whole = Parts()
    head = b"RIFF" + pack("<I", 4 + parts.size) + b"WEBP"
    if data[:12] == head:
        whole.keep(0, 12)
    else:
        whole.add(head)
    for each in parts.found:
        whole.add(each) if isinstance(each, bytes) else whole.keep(*each)
    return whole
