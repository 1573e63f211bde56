"""Files in the parts that their formats put them together of, and back, with sizes and sums right."""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple


class Parts(NamedTuple):
    """The parts of a file, and how they become one again."""

    parts: list[bytes]
    joined: Callable[[list[bytes]], bytes]


def parts_of(data: bytes) -> Parts | None:
    """Return a file in its parts, the first of which begins it; None when it has none that is known."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return Parts(_png(data), lambda parts: data[:8] + b"".join(map(_summed, parts)))
        if data.startswith(b"\xff\xd8"):
            return Parts(_jpeg(data), b"".join)
        if data.startswith(b"RIFF"):
            return Parts(_riff(data), _as_riff)
        if data[4:8] == b"ftyp":
            return Parts(_boxes(data), b"".join)
        if data.startswith(b"GIF8"):
            return Parts(_gif(data), b"".join)
    except (IndexError, struct.error):
        pass
    return None


def _png(data: bytes) -> list[bytes]:
    found, position = [], 8
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        found.append(data[position + 4 : position + 8 + length])
        position += 12 + length
    return found


def _summed(part: bytes) -> bytes:
    return struct.pack(">I", max(0, len(part) - 4)) + part + struct.pack(">I", zlib.crc32(part))


def _jpeg(data: bytes) -> list[bytes]:
    found, position = [data[:2]], 2
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, position + 2)
        found.append(data[position : position + 2 + length])
        position += 2 + max(length, 2)
    return [*found, data[position:]]


def _riff(data: bytes) -> list[bytes]:
    found, position = [], 12
    while position + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, position + 4)
        found.append(data[position : position + 8 + length + length % 2])
        position += 8 + length + length % 2
    return found


def _as_riff(parts: list[bytes]) -> bytes:
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _boxes(data: bytes) -> list[bytes]:
    found, position = [], 0
    while position + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        found.append(data[position : position + max(length, 8)])
        position += max(length, 8)
    return found


def _gif(data: bytes) -> list[bytes]:
    position = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    found = [data[:position]]
    while position < len(data) and data[position] != 0x3B:
        begun = position
        if data[position] == 0x2C:
            flags = data[position + 9]
            position += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        else:
            position += 2
        while data[position]:
            position += data[position] + 1
        position += 1
        found.append(data[begun:position])
    return [*found, data[position:]]
