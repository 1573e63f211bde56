"""The one thing of EXIF that is needed here: which way is up."""

from __future__ import annotations

import struct

ORIENTATION = 0x0112
SHORT = 3


def orientation(exif: bytes | None) -> int:
    """Return EXIF's orientation, 1 to 8; what is missing or damaged counts as upright, 1."""
    data = (exif or b"").removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, start)
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", data, start + 2 + 12 * entry)
            if tag == ORIENTATION:
                return value if kind == SHORT and 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def only_orientation(value: int) -> bytes:
    """Return EXIF that says nothing but which way is up, as a TIFF of one entry."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, SHORT, 1, value, 0, 0)
