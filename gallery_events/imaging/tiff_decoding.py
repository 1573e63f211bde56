"""Pillow's decoder of TIFF, where it does not read all that libtiff does."""

from __future__ import annotations

from io import BytesIO
from struct import pack, unpack_from
from typing import IO, Any

from PIL.TiffImagePlugin import TiffImageFile

from gallery_events.imaging.colours import LEVELS
from gallery_events.imaging.header import BrokenHeader

BITS, COMPRESSION, PHOTOMETRIC, PLANAR = 258, 259, 262, 284
RAW, LZW = 1, 5
WHITE_IS_ZERO, YCBCR, APART = 0, 6, 2

#: Other directories: their own entries would be read as those of a classic TIFF.
POINTERS = frozenset([330, 34665, 34853, 40965])
LONG, LONG8 = 4, 16
#: What is written again, and the directories, take less than the file does.
LARGER, ROOM = 2, 64 * 1024
#: The bytes of a value by its type.
BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, LONG8: 8}


class TiffPicture(TiffImageFile):
    """A TIFF, as Pillow reads it or, where that goes wrong, as libtiff does."""

    def _setup(self) -> None:
        """
        Have libtiff read uncompressed pixels whose colours lie apart, or are subsampled.

        Pillow's own way takes one byte of 16-bit planes, and full rows of
        chroma. Of greys deeper than eight bits it forgets what is white.
        """
        self._read()
        deep = (self.tag_v2.get(BITS) or (1,))[0]
        self.info.pop(LEVELS, None)
        if self.mode.startswith("I;16"):
            black, white = 0, (1 << deep) - 1
            inverted = self.tag_v2.get(PHOTOMETRIC, WHITE_IS_ZERO) == WHITE_IS_ZERO
            self.info[LEVELS] = (white, black) if inverted else (black, white)

    def _read(self) -> None:
        tags = self.tag_v2
        raw = tags.get(COMPRESSION, RAW) == RAW
        if not raw or (tags.get(PLANAR) != APART and tags.get(PHOTOMETRIC) != YCBCR):
            super()._setup()
            return
        # Any compression will do: libtiff looks at the file itself.
        tags[COMPRESSION] = LZW
        super()._setup()
        tags[COMPRESSION] = RAW


def tiff(file: IO[bytes]) -> Any:
    """Open a TIFF of either byte order, classic or big, from where *file* stands."""
    start = file.read(4)
    file.seek(0)
    # Pillow 13 looks for the number of a BigTIFF only where little-endian files have it.
    return TiffPicture(BytesIO(_classic(file.read())) if start == b"MM\0+" else file)


def _classic(data: bytes) -> bytes:
    """Return a big-endian BigTIFF with directories of a classic one after it, and leading there."""
    out = bytearray(data)
    (position,) = unpack_from(">Q", data, 8)
    link = 4
    while position:
        entries, position = _entries(out, data, position)
        out += bytes(len(out) % 2)
        out[link : link + 4] = pack(">I", len(out))
        out += pack(">H", len(entries)) + b"".join(entries)
        link = len(out)
        out += bytes(4)
    out[:4] = b"MM\0*"
    return bytes(out)


def _entries(out: bytearray, data: bytes, position: int) -> tuple[list[bytes], int]:
    """Return the entries of a directory as a classic one has them, and where the next one is."""
    (count,) = unpack_from(">Q", data, position)
    entries = []
    for at in range(position + 8, position + 8 + 20 * count, 20):
        tag, kind, number = unpack_from(">HHQ", data, at)
        if tag in POINTERS or kind not in BYTES:
            continue
        size = BYTES[kind] * number
        (place,) = (at + 12,) if size <= 8 else unpack_from(">Q", data, at + 12)
        value = data[place : place + 4] if size <= 4 else pack(">I", place)
        if kind == LONG8:
            # Each number is written again, shorter: lists that lie one on another would have no end.
            if len(out) + 4 * number > LARGER * len(data) + ROOM:
                message = "its lists lie one on another"
                raise BrokenHeader(message)
            shorter = pack(f">{number}I", *unpack_from(f">{number}Q", data, place))
            value, kind = shorter if number == 1 else pack(">I", len(out)), LONG
            out += shorter
        entries.append(pack(">HHI", tag, kind, number) + value)
    return entries, unpack_from(">Q", data, position + 8 + 20 * count)[0]
