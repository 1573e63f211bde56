"""Where the directories of a TIFF lie, what is in them, and how one is written anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import calcsize, pack, unpack_from

from gallery_events.imaging import tiff
from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping.parts import Span, Uncertain

#: The bytes of one value, by type; 13 and 18 are places of directories.
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SIZES |= {16: 8, 17: 8, 18: 8}
MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of a directory: where it stands, and where its values are."""

    tag: int
    at: int
    kind: int
    count: int
    place: int
    inside: bool

    @property
    def size(self) -> int:
        """How many bytes its values take."""
        return SIZES[self.kind] * self.count

    @property
    def outside(self) -> list[Span]:
        """Where its values lie, unless it holds them itself."""
        return [] if self.inside else [(self.place, self.place + self.size)]


@dataclass(frozen=True, slots=True)
class Page:
    """One directory: its place, its tags, and the place of the next."""

    start: int
    entries: list[Entry]
    following: bytes


class Layout:
    """Where the directories of a file lie; how wide its numbers are, and in which order."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.order = "<" if data[:1] == b"I" else ">"
        big = data[2:4] in (b"+\0", b"\0+")
        self.counts, self.numbers, self.first_at = ("Q", "Q", 8) if big else ("H", "I", 4)
        self.word = calcsize(self.numbers)
        self.entry = 4 + 2 * self.word

    def number(self, kind: str, at: int) -> int:
        """Return a number at a place of the file."""
        if at + calcsize(kind) > len(self.data):
            message = "a directory lies outside of it"
            raise Uncertain(message)
        return int(unpack_from(self.order + kind, self.data, at)[0])

    def pages(self) -> Iterator[Page]:
        """Give the directories, each once."""
        seen: set[int] = set()
        left = tiff.MAX_ENTRIES
        at = self.number(self.numbers, self.first_at)
        while at:
            count = self.number(self.counts, at)
            left -= count
            if at in seen or left < 0 or len(seen) > MAX_PAGES:
                message = "its directories are too many"
                raise Uncertain(message)
            seen.add(at)
            first = at + calcsize(self.counts)
            last = first + count * self.entry
            following = self.number(self.numbers, last)
            entries = [self._entry(place) for place in range(first, last, self.entry)]
            next_at = self.data[last : last + self.word]
            yield Page(at, [each for each in entries if each], next_at)
            at = following

    def _entry(self, at: int) -> Entry | None:
        tag, kind = self.number("H", at), self.number("H", at + 2)
        count = self.number(self.numbers, at + 4)
        if kind not in SIZES:
            # Readers pass such a tag by.
            return None
        place = at + 4 + self.word
        size = SIZES[kind] * count
        inside = size <= self.word
        if not inside:
            place = self.number(self.numbers, place)
        if place + size > len(self.data):
            # Some decoders read no further, others pass it by: what would it show to whom?
            message = "a directory says more than is there"
            raise Uncertain(message)
        return Entry(tag, at, kind, count, place, inside)

    def written(self, kept: list[Entry], page: Page) -> bytes:
        """Return a directory of these tags only."""
        entries = b"".join(self._value(each) for each in kept)
        return pack(self.order + self.counts, len(kept)) + entries + page.following

    def _value(self, entry: Entry) -> bytes:
        raw = self.data[entry.at : entry.at + self.entry]
        # Values shorter than their room leave bytes that nobody reads.
        filled = 4 + self.word + (entry.size if entry.inside else self.word)
        return raw[:filled].ljust(self.entry, b"\0")

    def values(self, entry: Entry) -> tuple[int, ...]:
        """Return the whole numbers of a tag."""
        kind = tiff.TYPES.get(entry.kind)
        if kind is None or entry.count > tiff.MAX_PIECES:
            message = "its pixels are stored in no known way"
            raise Uncertain(message)
        return unpack_from(f"{self.order}{entry.count}{kind}", self.data, entry.place)

    def first(self, tags: dict[int, Entry], tag: int, default: int) -> int:
        """Return the first number of a tag."""
        values = self.values(tags[tag]) if tag in tags else ()
        return values[0] if values else default
