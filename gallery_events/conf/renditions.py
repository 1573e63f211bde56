"""What is wrong in RENDITIONS, with the cure of each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from gallery_events.conf.values import ENCODINGS, ENGINES, MOMENTS

#: No browser shows wider ones, and no screen has as many pixels.
WIDEST = 16_384


def problems_of_renditions(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in the entries that are there, and the cure."""
    for name, value in given.items():
        check = CHECKS.get(name)
        if check is not None and (cure := check(value)):
            yield f"GALLERY_EVENTS['RENDITIONS'][{name!r}] is {value!r}.", cure


def _check_widths(value: Any) -> str | None:
    if isinstance(value, (tuple, list)) and all(_is_width(each) for each in value):
        return None
    return f"List widths in pixels, whole numbers from 1 to {WIDEST}; none is possible too."


def _check_width(value: Any) -> str | None:
    return None if _is_width(value) else f"Give a width in pixels, from 1 to {WIDEST}."


def _check_encoding(value: Any) -> str | None:
    return None if value in ENCODINGS else f"Give one of {', '.join(ENCODINGS)}."


def _check_quality(value: Any) -> str | None:
    names = ("JPEG", *ENCODINGS)
    if isinstance(value, dict) and all(
        name in names and type(number) is int and 1 <= number <= 100
        for name, number in value.items()
    ):
        return None
    return f"Give a dict of numbers from 1 to 100; its keys are {', '.join(names)}."


def _check_when(value: Any) -> str | None:
    return None if value in MOMENTS else f"Give one of {', '.join(map(repr, MOMENTS))}."


def _check_engine(value: Any) -> str | None:
    if value not in ENGINES:
        return f"Give one of {', '.join(map(repr, ENGINES))}."
    if value == "vips" and find_spec("pyvips") is None:
        return "Install it: pip install 'django-gallery-events[vips]'; or give 'auto'."
    return None


def _is_width(value: object) -> bool:
    return type(value) is int and 1 <= value <= WIDEST


CHECKS = {
    "WIDTHS": _check_widths,
    "ENCODING": _check_encoding,
    "FALLBACK_WIDTH": _check_width,
    "QUALITY": _check_quality,
    "WHEN": _check_when,
    "ENGINE": _check_engine,
}
