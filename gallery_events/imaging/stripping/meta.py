"""The box of an AVIF or HEIC that describes its items, written again with those of the picture."""

from __future__ import annotations

from gallery_events.imaging.header import Data
from gallery_events.imaging.stripping import items
from gallery_events.imaging.stripping.boxes import Numbers, Placed, made, needed, only, placed
from gallery_events.imaging.stripping.parts import Span, Uncertain, merged

#: Properties that only tell: descriptions, other words, times. Zeros in them tell nothing.
TELLING = frozenset([b"udes", b"altt", b"crtt", b"mdft", b"cmnt", b"uuid", b"free", b"skip"])
#: Cameras write some kilobytes. What is larger holds pictures, which belong elsewhere.
LONGEST = 4 * 1024 * 1024
#: Where in a handler its name begins.
NAME = 24


class Meta:
    """
    What stays of the box ``meta``: the same number of bytes.

    *written* are they; *spans* is where in the file the items lie that stay.
    Raises :exc:`Uncertain` where that cannot be said.
    """

    def __init__(self, data: Data, box: Placed) -> None:
        if box.end - box.head > LONGEST:
            message = "what describes it is too long"
            raise Uncertain(message)
        self.data, self.box = data, box
        self.found = list(placed(data, box.start + 4, box.end))
        if only(self.found, b"ipro") is not None:
            message = "it is protected"
            raise Uncertain(message)
        self.links = items.linked(data, only(self.found, b"iref"))
        self.locations = items.located(data, needed(self.found, b"iloc"))
        self.properties = self._properties()
        self.kept = items.shown(self._primary(), self.links, alphas=self._alphas())
        self.spans, self.inside = self._spans()
        self.written = self._written()

    def _primary(self) -> int:
        numbers = Numbers(self.data, needed(self.found, b"pitm"))
        return numbers.next(2 if numbers.version == 0 else 4)

    def _properties(self) -> tuple[Placed, list[Placed], list[Placed]]:
        """Return the box of properties, the properties, and what says which item has which."""
        whole = needed(self.found, b"iprp")
        first, *others = list(placed(self.data, whole.start, whole.end)) or [whole]
        if first.kind != b"ipco" or any(each.kind != b"ipma" for each in others):
            message = "its properties are in no known order"
            raise Uncertain(message)
        return first, list(placed(self.data, first.start, first.end)), others

    def _alphas(self) -> set[int]:
        _, there, says = self.properties
        through = {at for at, each in enumerate(there, 1) if items.is_alpha(self.data, each)}
        return {
            item
            for box in says
            for item, each in items.associated(self.data, box).items()
            if through.intersection(each.numbers)
        }

    def _spans(self) -> tuple[list[Span], list[Span]]:
        """Return where the items lie that stay: in the file, and in the box ``idat``."""
        spans: list[Span] = []
        inside: list[Span] = []
        for item in self.kept:
            place = self.locations.get(item)
            if (
                place is None
                or place.elsewhere
                or place.method not in (items.IN_FILE, items.IN_BOX)
                or any(start >= end for start, end in place.spans)
            ):
                message = "an item lies in no known place"
                raise Uncertain(message)
            (spans if place.method == items.IN_FILE else inside).extend(place.spans)
        return spans, inside

    def _written(self) -> bytes:
        content = [self.data[self.box.start : self.box.start + 4]]
        content += [self._rewritten(each) for each in self.found]
        head = self.data[self.box.head : self.box.start]
        room = self.box.end - self.box.start - sum(map(len, content))
        if 0 < room < 8 or room < 0:
            message = "what it was described by leaves no room"
            raise Uncertain(message)
        if room:
            content.append(made(b"free", bytes(room - 8)))
        return head + b"".join(content)

    def _rewritten(self, box: Placed) -> bytes:
        data, kept = self.data, self.kept
        match box.kind:
            case b"pitm" | b"dinf":
                return data[box.head : box.end]
            case b"hdlr":
                return unnamed(data, box)
            case b"iinf":
                described = items.described(data, box)
                return items.with_items(data, box, described=described, kept=kept)
            case b"iloc":
                return items.with_locations(data, box, located=self.locations, kept=kept)
            case b"iref":
                return items.with_links(data, box, links=self.links, kept=kept)
            case b"iprp":
                return self._written_properties()
            case b"idat":
                return self._written_room(box)
        return b""

    def _written_properties(self) -> bytes:
        data = self.data
        _, there, says = self.properties
        properties = [
            data[each.head : each.start] + bytes(each.end - each.start)
            if each.kind in TELLING
            else data[each.head : each.end]
            for each in there
        ]
        return made(
            b"iprp",
            made(b"ipco", *properties),
            *(items.with_associations(data, each, kept=self.kept) for each in says),
        )

    def _written_room(self, box: Placed) -> bytes:
        content = self.data[box.start : box.end]
        blank = bytearray(len(content))
        for start, end in merged(self.inside, len(content)):
            blank[start:end] = content[start:end]
        return made(b"idat", bytes(blank))


def unnamed(data: Data, box: Placed) -> bytes:
    """Return a handler without the name that its writer gave it."""
    start = min(box.start + NAME, box.end)
    return data[box.head : start] + bytes(box.end - start)
