"""Names: what the client called a file, and where ours lies."""

from __future__ import annotations

import re
import secrets
import unicodedata

LONGEST = 255
#: The folders that new_folder() makes.
OWN_FOLDER = re.compile(r"gallery/[0-9a-f]{2}/[0-9a-f]{32}")
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


def rendition_name(file: str, name: str) -> str:
    """
    Return where a rendition called *name* lies, beside the *file* that it is made from.

    In a folder that others use too it has the file's own name before its own.
    """
    folder, slash, base = file.rpartition("/")
    own = OWN_FOLDER.fullmatch(folder) is not None
    return f"{folder}{slash}{name}" if own else f"{folder}{slash}{base}.{name}"


def new_folder() -> str:
    """Return the name of a folder of one image's own: random, and never used twice."""
    token = secrets.token_hex(16)
    return f"gallery/{token[:2]}/{token}"
