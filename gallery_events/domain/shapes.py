"""Shapes of pictures: how wide one is for its height."""

from __future__ import annotations

from typing import Any

#: Width to height, (4, 3); or the narrowest and the widest that are accepted, ((3, 4), (16, 9)).
Aspect = tuple[int, int] | tuple[tuple[int, int], tuple[int, int]]

#: Pixels are whole: so much may a shape differ, at either end of a range.
TOLERANCE = 0.01


def is_aspect(value: Any) -> bool:
    """Tell whether a value is one shape, or two of which the first is not the wider."""
    if not (isinstance(value, (tuple, list)) and len(value) == 2):
        return False
    if not all(isinstance(each, (tuple, list)) for each in value):
        return is_size(value)
    lowest, highest = value
    return is_size(lowest) and is_size(highest) and lowest[0] * highest[1] <= highest[0] * lowest[1]


def is_size(value: Any) -> bool:
    """Tell whether a value is a width and a height, both whole and at least 1."""
    return (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(type(each) is int and each >= 1 for each in value)
    )


def ends(aspect: Aspect) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the narrowest and the widest shape; the same one twice where there is only one."""
    lowest, highest = aspect
    if isinstance(lowest, int) or isinstance(highest, int):
        return aspect, aspect  # type: ignore[return-value]
    return lowest, highest


def has_aspect(width: int, height: int, aspect: Aspect) -> bool:
    """Tell whether a picture has a shape, or one within a range, give or take one percent."""
    lowest, highest = (across / down for across, down in ends(aspect))
    return lowest * (1 - TOLERANCE) <= width / height <= highest * (1 + TOLERANCE)


def narrower(aspect: Aspect, other: Aspect) -> Aspect:
    """Return what both accept; a range whose ends have crossed accepts nothing."""
    (low, high), (other_low, other_high) = ends(aspect), ends(other)
    return (
        max(low, other_low, key=lambda each: each[0] / each[1]),
        min(high, other_high, key=lambda each: each[0] / each[1]),
    )


def told(aspect: Aspect) -> tuple[str, str]:
    """Return the narrowest and the widest shape as people write them: "4:3"."""
    lowest, highest = ends(aspect)
    return f"{lowest[0]}:{lowest[1]}", f"{highest[0]}:{highest[1]}"
