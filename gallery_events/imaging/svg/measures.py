"""How large an SVG is, in pixels of CSS."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gallery_events.exceptions import UploadRefused

#: Pixels of CSS, 96 to an inch; those of letters as browsers begin with them.
UNITS = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "pt": 96 / 72,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
}
NUMBER = r"[+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:e[+-]?\d{1,2})?"
LENGTH = re.compile(rf"\s*({NUMBER})\s*([a-z]*)\s*", re.IGNORECASE)
VIEW_BOX = re.compile(r"\s*,?\s*".join(f"({NUMBER})" for _ in range(4)), re.IGNORECASE)
#: No size is written longer, and no search takes long in so little.
LONGEST = 200
#: Larger than anything that is accepted, and still a whole number for every database.
LARGEST = 10**9


def measured(attributes: Mapping[str, str]) -> tuple[int, int]:
    """
    Return width and height by the *attributes* of the root, each at least 1.

    A side that is missing, or given in per cent, follows from the other by
    the ratio of the viewBox; when both are, they are those of the viewBox.
    Raises :exc:`UploadRefused` with the code ``unsized`` when there is none,
    or one is nothing.
    """
    view = view_box(attributes)
    width, height = _length(attributes.get("width")), _length(attributes.get("height"))
    if view and (width is None or height is None):
        across, down = view[2:]
        if width is None:
            width = across if height is None else height * across / down
        if height is None:
            height = width * down / across
    if not width or not height or min(width, height) <= 0:
        message = (
            "This SVG does not say how large it is: give its svg element a width and a height, "
            "or a viewBox."
        )
        raise UploadRefused(message, code="unsized")
    return _whole(width), _whole(height)


def view_box(attributes: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """Return the viewBox; None when there is none that a browser would take."""
    match = VIEW_BOX.fullmatch(attributes.get("viewBox", "")[:LONGEST].strip())
    if match is None:
        return None
    left, top, across, down = map(float, match.groups())
    return (left, top, across, down) if min(across, down) > 0 else None


def _length(value: str | None) -> float | None:
    match = LENGTH.fullmatch((value or "")[:LONGEST])
    if match is None or match[2].lower() not in UNITS:
        return None
    return float(match[1]) * UNITS[match[2].lower()]


def _whole(number: float) -> int:
    return max(1, int(min(number, LARGEST) + 0.5))
