"""The blurred picture that stands where one is not yet, or no longer, there."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gallery_events.imaging import thumbhash

#: So many cells are drawn at the longer side: more than the eye asks of a blur.
LONGEST = 6


def placeholder_svg(placeholder: Any, *, css_class: str = "") -> SafeString | str:
    """
    Draw a *placeholder* (the column of an image or a tombstone, or either of them) as SVG.

    It fills its box as ``object-fit: cover`` would, needs no style and no
    script, and is hidden from screen readers: what it stands for is told
    beside it. Empty for what has none.
    """
    text = getattr(placeholder, "placeholder", placeholder)
    ratio = thumbhash.aspect_ratio(text) if isinstance(text, str) else 0.0
    if not ratio:
        return ""
    columns = max(1, round(LONGEST * min(ratio, 1)))
    rows = max(1, round(LONGEST * min(1 / ratio, 1)))
    colours = thumbhash.cells(text, columns=columns, rows=rows)
    # Numbers are text: no language puts a separator into them.
    places = [(str(index % columns), str(index // columns)) for index in range(columns * rows)]
    shown = {
        "columns": str(columns),
        "rows": str(rows),
        "average": thumbhash.average(text),
        "cells": [(*at, colour) for at, colour in zip(places, colours, strict=True)],
        "css_class": css_class,
    }
    return SafeString(render_to_string("gallery_events/placeholder.html", shown).strip())
