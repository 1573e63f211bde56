"""Which part of a file a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: One range: from a byte to another, from a byte to the end, or the last so many.
_ONE = re.compile(r"[ \t]*bytes[ \t]*=[ \t]*([0-9]*)[ \t]*-[ \t]*([0-9]*)[ \t]*", re.IGNORECASE)
#: No file is longer; Python itself refuses to read numbers of thousands of digits.
_LONGEST = 19


@dataclass(frozen=True, slots=True)
class Part:
    """So many bytes of a file, from one on."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        """Return the header that says which part of how much this is."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def wanted(header: str, size: int) -> Part | None:
    """
    Return the part that a Range header asks of a file of *size* bytes; None for the whole file.

    The whole file is what several ranges, another unit and what is no range
    get. Raises :exc:`Unsatisfiable` when not one byte could be sent.
    """
    found = _ONE.fullmatch(header)
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (_number(each) for each in found.groups())
    if first is None:
        length = min(last or 0, size)
        return _part(size - length, size, size=size)
    if last is not None and last < first:
        return None
    return _part(first, size if last is None else min(last + 1, size), size=size)


def _part(start: int, end: int, *, size: int) -> Part:
    if start >= end or start >= size:
        raise Unsatisfiable
    return Part(start, end - start)


def _number(digits: str) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) <= _LONGEST else 10**_LONGEST
