"""How much an SVG makes whoever draws it do, counted before anybody draws it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from gallery_events.imaging.svg.scanning import complicated
from gallery_events.imaging.svg.styles import names_in

#: Elements as they are drawn: each time that one is referred to, it counts again.
MAX_DRAWN = 500_000
MAX_PRIMITIVES = 1000
#: A filter works on every pixel of its region: so many times what it is applied to, at most.
MAX_REGION = 10.0
#: Attributes that multiply the work of a filter, and their bounds.
MAX_NUMBERS = {"numOctaves": 10.0, "order": 16.0, "radius": 200.0, "stdDeviation": 2000.0}
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def check_burden(root: Element, *, longest: int) -> None:
    """
    Refuse a drawing that is small and draws without end; *longest* is its longest side.

    Counted is every reference to an element, by ``use``, fill, mask, filter
    and all others, so that what is nested counts as often as it is drawn.
    Raises :exc:`UploadRefused` with the code ``complex``.
    """
    if _drawn(root) > MAX_DRAWN:
        raise complicated(f"more than {MAX_DRAWN:,} elements, as its references repeat them")
    primitives = 0
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        primitives += name.startswith("fe")
        if name == "filter" and _region(element, longest) > MAX_REGION:
            raise complicated("the region of a filter is too large")
        for attribute, most in MAX_NUMBERS.items():
            if name.startswith("fe") and _largest(element.get(attribute, "")) > most:
                raise complicated(f"{attribute} of a filter is more than {most:g}")
    if primitives > MAX_PRIMITIVES:
        raise complicated(f"more than {MAX_PRIMITIVES:,} steps of filters")


def _drawn(root: Element) -> int:
    """Return the number of elements with all repetitions; one that is part of itself counts once."""
    named = {name: each for each in root.iter() if (name := each.get("id"))}
    counts: dict[Element, int] = {root: 1}
    walk = [(root, _parts(root, named))]
    done: set[Element] = set()
    while walk:
        element, parts = walk[-1]
        part = next(parts, None)
        if part is None:
            walk.pop()
            done.add(element)
            if walk:
                counts[walk[-1][0]] += counts[element]
        elif part in done:
            counts[element] += counts[part]
        elif part not in counts:
            counts[part] = 1
            walk.append((part, _parts(part, named)))
        counts[element] = min(counts[element], MAX_DRAWN + 1)
    return counts[root]


def _parts(element: Element, named: dict[str, Element]) -> Iterator[Element]:
    yield from element
    for key, value in element.items():
        names = [value[1:]] if key == "href" and value[:1] == "#" else names_in(value)
        yield from (named[name] for name in names if name in named)


def _region(element: Element, longest: int) -> float:
    """Return how many times as long as the drawing a side of the region is, or begins away."""
    own = element.get("filterUnits") == "userSpaceOnUse"
    found = 0.0
    for side in ("x", "y", "width", "height"):
        value = element.get(side, "")
        parts = 100.0 if "%" in value else float(longest) if own else 1.0
        found = max(found, _largest(value) / parts)
    return found


def _largest(value: str) -> float:
    return max((abs(float(each)) for each in NUMBER.findall(value[:1000])), default=0.0)
