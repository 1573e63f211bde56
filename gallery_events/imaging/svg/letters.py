"""The letters of an SVG by themselves, so that their fonts can be loaded before it is drawn."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import islice, product

from gallery_events.imaging.svg.text import NAMESPACE

MAX_LETTERS = 400
#: Families, each in the weights and slants that the drawing speaks of: no more of them, since
#: loading takes of the time for drawing.
MAX_FONTS = 24
#: As an attribute, in a style, or behind the size in the short form of one.
FAMILY = re.compile(
    r"""font-family(?:="([^"<>]{1,200})"|\s{0,3}:\s{0,3}([^;"<>{}]{1,200}))"""
    r"""|font\s{0,3}:[^;"<>{}]{0,60}?\d[\w.%/]{0,20}\s{1,3}([^;"<>{}]{1,200})"""
)
WEIGHT = re.compile(r"""\b(bold|[1-9]00)\b""")
SLANT = re.compile(r"\b(italic|oblique)\b")
TEXT = re.compile(r">([^<>]+)<")


def letters_of(svg: bytes) -> bytes:
    """
    Return an SVG of nothing but the letters of *svg*, in each of its fonts.

    Which fonts that takes is up to the system: every one that has a letter
    which the wanted one lacks. *svg* is one that was cleaned.
    """
    text = svg.decode()
    found = unescape("".join(TEXT.findall(text)))
    letters = escape("".join(sorted(set(found) - {"\n"}))[:MAX_LETTERS])
    if not letters:
        return f'<svg xmlns="{NAMESPACE}" width="9" height="9"/>'.encode()
    families = ["sans-serif", *sorted({unescape("".join(each)) for each in FAMILY.findall(text)})]
    weights = ["normal", *sorted(set(WEIGHT.findall(text)))]
    slants = ["normal", *sorted(set(SLANT.findall(text)))]
    lines = (
        f'<text font-size="8" font-family="{escape(family)}" font-weight="{weight}" '
        f'font-style="{slant}">{letters}</text>'
        for weight, slant, family in product(weights, slants, families)
    )
    drawn = "".join(islice(lines, MAX_FONTS))
    return f'<svg xmlns="{NAMESPACE}" width="9" height="9">{drawn}</svg>'.encode()
