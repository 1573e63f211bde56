"""A file that is told by what stays of another: stretches of it, and new bytes between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gallery_events.imaging.header import Data

#: A stretch of the other file: from one place up to another.
Span = tuple[int, int]
Part = Span | bytes
#: New bytes, and the place where they take the place of others.
Change = tuple[int, bytes]

CHUNK = 256 * 1024
ZEROS = bytes(CHUNK)


class Uncertain(ValueError):
    """The file cannot be cut so that it surely shows the same; the text says why."""


class Parts:
    """What stays of a file, in order; stretches that touch become one."""

    def __init__(self) -> None:
        self.found: list[Part] = []

    def keep(self, start: int, end: int) -> None:
        """Let a stretch of the file stay."""
        if start >= end:
            return
        last = self.found[-1] if self.found else b""
        if isinstance(last, tuple) and last[1] == start:
            self.found[-1] = (last[0], end)
        else:
            self.found.append((start, end))

    def add(self, new: bytes) -> None:
        """Put new bytes here."""
        if new:
            self.found.append(new)

    def blank(self, length: int) -> None:
        """Put so many zeros here."""
        self.found += [ZEROS] * (length // CHUNK)
        self.add(bytes(length % CHUNK))

    @property
    def size(self) -> int:
        """How many bytes they are together."""
        return sum(
            len(each) if isinstance(each, bytes) else each[1] - each[0] for each in self.found
        )

    def chunks(self, data: Data) -> Iterator[bytes]:
        """Give the bytes, the stretches taken from *data* piece by piece."""
        for each in self.found:
            if isinstance(each, bytes):
                yield each
                continue
            for at in range(each[0], each[1], CHUNK):
                yield data[at : min(at + CHUNK, each[1])]

    def are_all_of(self, data: Data) -> bool:
        """Tell whether nothing is missing and nothing is new."""
        return self.found == [(0, len(data))]


def overwritten(
    size: int, changes: Iterable[Change], used: Iterable[Span], *, end: int = 0
) -> Parts:
    """
    Return a file in which what is used stays in its place, changed here and there.

    *used* are stretches from one place up to another, in any order, one over
    another too; what lies between them, and behind them up to *end*, becomes
    zeros, and the rest is left out. *changes* are new bytes at places inside
    of them. Raises :exc:`Uncertain` where changes touch one another.
    """
    parts = Parts()
    at = 0
    new = sorted(changes, reverse=True)
    for start, stop in merged(used, size):
        parts.blank(start - at)
        at = start
        while new and new[-1][0] < stop:
            place, value = new.pop()
            if place < at or place + len(value) > stop:
                message = "what is to be changed overlaps"
                raise Uncertain(message)
            parts.keep(at, place)
            parts.add(value)
            at = place + len(value)
        parts.keep(at, stop)
        at = stop
    parts.blank(max(0, end - at))
    return parts


def merged(spans: Iterable[Span], size: int) -> list[Span]:
    """Return stretches sorted and joined; raises :exc:`Uncertain` when one lies outside."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if start < 0 or end > size:
            message = "something lies outside of it"
            raise Uncertain(message)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found
