"""The letters of an SVG by themselves, so that their fonts can be loaded before it is drawn."""

from __future__ import annotations

import re
from html import escape, unescape

from gallery_events.imaging.svg.text import NAMESPACE

MAX_LETTERS = 400
MAX_FAMILIES = 12
FAMILY = re.compile(r"""font-family(?:="([^"<>]{1,200})"|\s*:\s*([^;<>]{1,200}))""")
TEXT = re.compile(r">([^<>]+)<")
FACES = [(weight, style) for weight in ("normal", "bold") for style in ("normal", "italic")]


def letters_of(svg: bytes) -> bytes:
    """
    Return an SVG of nothing but the letters of *svg*, in each of its fonts.

    Which fonts that takes is up to the system: every one that has a letter
    which the wanted one lacks. *svg* is one that was cleaned.
    """
    text = svg.decode()
    found = unescape("".join(TEXT.findall(text)))
    letters = escape("".join(sorted(set(found) - {"\n"}))[:MAX_LETTERS])
    named = {unescape(own or styled) for own, styled in FAMILY.findall(text)}
    lines = [
        f'<text font-size="8" font-family="{escape(family)}" font-weight="{weight}" '
        f'font-style="{style}">{letters}</text>'
        for family in ["sans-serif", *sorted(named)[:MAX_FAMILIES]]
        for weight, style in FACES
    ]
    drawn = "".join(lines) if letters else ""
    return f'<svg xmlns="{NAMESPACE}" width="9" height="9">{drawn}</svg>'.encode()
