"""Reading boxes number by number, and writing them again; each with the place where its head begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import pack

from gallery_events.imaging.boxes import boxes
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Span, Uncertain


@dataclass(frozen=True, slots=True)
class Placed:
    """A box: its kind, where its head begins, and where its content does, up to its end."""

    kind: bytes
    head: int
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The whole box."""
        return self.head, self.end


def placed(data: Data, start: int, end: int) -> Iterator[Placed]:
    """Give the boxes between two places."""
    for each in boxes(data, start, end):
        yield Placed(each.kind, start, each.start, each.end)
        start = each.end


def only(found: list[Placed], kind: bytes) -> Placed | None:
    """Return the box of a kind, if there is one; raises :exc:`Uncertain` when there are two."""
    same = [each for each in found if each.kind == kind]
    if len(same) > 1:
        message = f"there are two boxes {kind.decode('latin-1')!r}"
        raise Uncertain(message)
    return same[0] if same else None


def needed(found: list[Placed], kind: bytes) -> Placed:
    """Return the one box of a kind; raises :exc:`Uncertain` when there is none, or are two."""
    each = only(found, kind)
    if each is None:
        message = f"there is no box {kind.decode('latin-1')!r}"
        raise Uncertain(message)
    return each


def made(kind: bytes, *content: bytes) -> bytes:
    """Return a box."""
    body = b"".join(content)
    return pack(">I4s", 8 + len(body), kind) + body


class Numbers:
    """Reads numbers one after the other from within a box, whose version and flags come first."""

    def __init__(self, data: Data, box: Placed) -> None:
        self.data, self.at, self.end = data, box.start, box.end
        self.version = self.next(1)
        self.flags = self.next(3)

    def next(self, size: int) -> int:
        """Return the next number, of so many bytes."""
        if self.at + size > self.end:
            message = "a box is too short"
            raise Uncertain(message)
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")
