"""The bytes of an upload, taken within a bound and kept where they can be read again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from mmap import ACCESS_READ, mmap
from typing import IO, Any

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.header import Data

CHUNK = 256 * 1024
#: Up to this size a file is kept in memory, above it in a temporary file.
IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file: their number, their hash, and they themselves."""

    size: int
    sha256: str
    data: Data = field(repr=False)

    def open(self) -> IO[bytes]:
        """Return a file of one's own over the same bytes; nobody who closes it disturbs others."""
        return BytesIO(self.data) if isinstance(self.data, bytes) else _MappedFile(self.data)


class _MappedFile(BytesIO):
    """A file over a map that can be closed without closing the map."""
