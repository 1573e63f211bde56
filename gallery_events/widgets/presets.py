"""Shapes that the dialog for editing a picture offers, as a project gives them to the widget."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

#: No picture is so much longer than high, or the other way round.
WIDEST = 1000
CURE = (
    'Give texts like "16:9", or pairs of a label and a shape: ("Cover", "3:2") or ("Cover", 1.5).'
)


class Preset(NamedTuple):
    """A shape under a label, which may wait for its translation; *ratio* is width to height."""

    label: Any
    ratio: float


def presets(given: Iterable[Any]) -> tuple[Preset, ...]:
    """
    Return shapes as they are offered, each "16:9" or a label with such a text or a number.

    Raises ValueError, naming what cannot be meant and what to give.
    """
    if isinstance(given, str):
        message = f"aspects is {given!r}, which is one text: put it into a list. {CURE}"
        raise ValueError(message)  # noqa: TRY004 - one error for all that cannot be meant
    found = tuple(_preset(each) for each in given)
    labels = [str(each.label) for each in found]
    if twice := {label for label in labels if labels.count(label) > 1}:
        message = f"aspects holds {', '.join(sorted(twice))} twice: nobody could tell them apart."
        raise ValueError(message)
    return found


def as_json(offered: Iterable[Preset]) -> str:
    """Return shapes as the widget's script reads them, in the language of the moment."""
    told = [{"label": str(each.label), "ratio": round(each.ratio, 6)} for each in offered]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _preset(each: Any) -> Preset:
    label, shape = (each, each) if isinstance(each, str) else _pair(each)
    ratio = _ratio(shape)
    if ratio is None or not str(label).strip():
        message = f"aspects holds {each!r}, which is no shape. {CURE}"
        raise ValueError(message)
    return Preset(label, ratio)


def _pair(each: Any) -> tuple[Any, Any]:
    if not (isinstance(each, (tuple, list)) and len(each) == 2):
        message = f"aspects holds {each!r}, which is no shape. {CURE}"
        raise ValueError(message)
    return each[0], each[1]


def _ratio(shape: Any) -> float | None:
    """Return width to height; None for what is no shape."""
    if isinstance(shape, str):
        width, colon, height = shape.partition(":")
        if not (colon and _is_whole(width) and _is_whole(height)):
            return None
        return _possible(int(width) / int(height))
    if isinstance(shape, bool) or not isinstance(shape, (int, float)):
        return None
    return _possible(float(shape))


def _possible(ratio: float) -> float | None:
    return ratio if math.isfinite(ratio) and 1 / WIDEST <= ratio <= WIDEST else None


def _is_whole(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) > 0
