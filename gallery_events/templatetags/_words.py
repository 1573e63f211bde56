"""What is said of an image to people who do not see it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

#: What stands between the words of a file's name.
BETWEEN = re.compile(r"[\s_.+-]+")


def words(image: Any) -> str:
    """
    Return the alternative text, else the caption, else the name of the file in words.

    Never empty: what is shown says something, unless its owner said that it is decorative.
    """
    return image.alt or image.caption or _name(image) or str(image)


def alternative(image: Any, given: str | None = None) -> str:
    """
    Return what stands in an image's ``alt``: what a page gives it, else its own words.

    Empty only where the page says so, or the image is decorative: then its
    words, if it has some, are for those who look after it.
    """
    if given is not None:
        return given
    return "" if image.decorative else words(image)


def _name(image: Any) -> str:
    """Return the name without its extension, and with spaces: "north_pier-02.jpg" is no sentence."""
    return BETWEEN.sub(" ", PurePath(image.name).stem).strip()
