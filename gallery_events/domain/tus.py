"""The tus protocol, version 1.0: what its headers say. See https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "expiration", "checksum", "termination")
#: The best one first.
ALGORITHMS = ("sha256", "sha1", "md5")
#: What the body of a part is declared as.
CONTENT_TYPE = "application/offset+octet-stream"
#: The status of a part that is not what its checksum is of.
MISMATCH = 460
#: No more of what a client tells of its file is kept, which is told back to it.
LONGEST_METADATA = 4096

#: Fits into every database.
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_KEY = re.compile(r"[!-+\--~]+", re.ASCII)


class WrongHeader(ValueError):
    """A header cannot be meant; the text says which one, and what to send."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the body of a part must hash to."""

    algorithm: str
    digest: bytes

    def hash(self) -> Any:
        """Return what the body is fed to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def number(headers: Mapping[str, str], name: str) -> int:
    """Return what a header says in whole bytes; raise WrongHeader without it."""
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        message = f"{name} must be a whole number of bytes."
        raise WrongHeader(message)
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """
    Return what ``Upload-Metadata`` tells of a file, by its keys.

    Each value is UTF-8 in base64; one that is no text counts as an empty one.
    """
    found: dict[str, str] = {}
    if len(text) > LONGEST_METADATA:
        message = f"Upload-Metadata is longer than {LONGEST_METADATA} characters."
        raise WrongHeader(message)
    for pair in text.split(",") if text.strip() else ():
        key, *values = pair.strip().split(" ")
        if not _KEY.fullmatch(key) or key in found or len(values) > 1:
            message = "Upload-Metadata must be keys, each once, with values in base64."
            raise WrongHeader(message)
        found[key] = _decoded("Upload-Metadata", "".join(values)).decode("utf-8", "ignore")
    return found


def checksum(text: str | None) -> Checksum | None:
    """Return what ``Upload-Checksum`` asks for; None without one."""
    if text is None:
        return None
    algorithm, _, digest = text.partition(" ")
    if algorithm not in ALGORITHMS:
        message = f"Upload-Checksum must be of {', '.join(ALGORITHMS)}."
        raise WrongHeader(message)
    found = Checksum(algorithm, _decoded("Upload-Checksum", digest))
    if len(found.digest) != found.hash().digest_size:
        message = f"Upload-Checksum must hold a whole {algorithm}, in base64."
        raise WrongHeader(message)
    return found


def _decoded(name: str, text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        message = f"{name} must be in base64."
        raise WrongHeader(message) from error
