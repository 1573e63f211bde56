"""Names: what the client called a file, and where ours lies."""

from __future__ import annotations

import secrets
import unicodedata

LONGEST = 255
#: Control characters, lone surrogates (no database takes them), line and paragraph ends.
REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: Marks that turn the direction of writing: they make "gpj.exe" look like "exe.jpg".
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(name: object) -> str:
    """
    Return a client's file name for people to read: no folders, no control characters.

    At most 255 characters, the extension kept; empty when nothing is left or
    *name* is no text. Never used as the name of a file.
    """
    if not isinstance(name, str):
        return ""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        char
        for char in unicodedata.normalize("NFC", base)
        if char not in TURNING and unicodedata.category(char) not in REFUSED
    ).strip()
    if kept in (".", ".."):
        return ""
    stem, dot, extension = kept.rpartition(".")
    if len(kept) > LONGEST and stem and len(extension) < 16:
        return stem[: LONGEST - len(extension) - 1] + dot + extension
    return kept[:LONGEST]


def new_folder() -> str:
    """Return the name of a folder of one image's own: random, and never used twice."""
    token = secrets.token_hex(16)
    return f"gallery/{token[:2]}/{token}"
