"""Style in an SVG: nothing that it names may lie outside the file."""

from __future__ import annotations

import re

#: A name inside the file, or any other address up to its end.
ADDRESS = re.compile(r"""url\(\s*(["']?)(#[\w.:-]+)\1\s*\)|url\([^)]*\)?""", re.IGNORECASE)
#: What else can fetch or run. An escape could spell any of them, so it counts as one.
DANGEROUS = re.compile(
    r"\\|@import|(?:image|image-set|cross-fade|element|src|paint|expression)\s*\("
    r"|script\s*:|-moz-binding|behavior\s*:|<!|data\s*:",
    re.IGNORECASE,
)
COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
IMPORT = re.compile(r"@(?:import|charset|namespace)\b[^;{}@]*(?:;|$)", re.IGNORECASE)


def tame(value: str) -> str | None:
    """
    Return *value*, of an attribute or of a style sheet, with only ``url(#name)`` left in it.

    Other addresses become ``none``. None means that all of it must go: it
    holds what could fetch by another name, or escapes that may spell it.
    """
    value = ADDRESS.sub(lambda match: f"url({match[2]})" if match[2] else "none", value)
    return None if DANGEROUS.search(value) else value


def tame_sheet(text: str) -> str | None:
    """Return a style sheet without comments, imports and addresses, or None as :func:`tame` does."""
    return tame(IMPORT.sub("", COMMENT.sub(" ", text)))


def names_in(value: str) -> list[str]:
    """Return what a tamed value refers to, each without its ``#``."""
    return [match[2][1:] for match in ADDRESS.finditer(value) if match[2]]
