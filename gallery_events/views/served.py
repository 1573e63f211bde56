"""What of an image is sent, and what is told of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.storage import Storage

from gallery_events.fields.addresses import ORIGINAL
from gallery_events.imaging.formats import KNOWN, SVG
from gallery_events.imaging.names import cleaned
from gallery_events.models import AbstractImage

#: What a browser may show; anything else is downloaded.
SHOWN = frozenset(each.content_type for each in KNOWN.values() if each.shown)
#: Downloaded too, but as what it is: a page may show it in an ``<img>``, where no script runs.
DRAWING = SVG.content_type
#: The extension that a name gets by the type of its file; anything else is "bin".
EXTENSIONS = {each.content_type: each.extension for each in KNOWN.values()}
UNKNOWN = "application/octet-stream"
#: What names of pictures end in, which is replaced by what the file is.
ENDINGS = frozenset([*EXTENSIONS.values(), "jpeg", "tif", "heif"])


@dataclass(frozen=True, slots=True)
class Served:
    """One file of an image, as it is sent."""

    storage: Storage
    name: str
    content_type: str
    file_name: str
    etag: str
    modified: int


def served(image: AbstractImage, rendition: str) -> Served | None:
    """Return the file itself or one of its renditions, as it is sent; None when there is none."""
    if rendition == ORIGINAL:
        name, content_type, stem = image.file.name, image.content_type, ""
    elif made := image.made().get(rendition):
        name, content_type, stem = made["name"], made.get("content_type", ""), f"-{rendition}"
    else:
        return None
    if not name:
        return None
    digest = image.sha256 if rendition == ORIGINAL and image.sha256 else _digest(name)
    return Served(
        storage=image.file.storage,
        name=name,
        content_type=content_type if content_type in (*SHOWN, DRAWING) else UNKNOWN,
        file_name=_file_name(image, stem, EXTENSIONS.get(content_type, "bin")),
        etag=f'"{digest}"',
        modified=int(image.uploaded_at.timestamp()),
    )


def _digest(name: str) -> str:
    # The name of a file is never used again, so it stands for what is in it.
    return hashlib.sha256(name.encode()).hexdigest()


def _file_name(image: AbstractImage, suffix: str, extension: str) -> str:
    """Return a name to save the file under: whatever the sender called it, it ends as an image."""
    stem, dot, given = cleaned(image.name).rpartition(".")
    if not dot:
        stem = given
    elif given.lower() not in ENDINGS:
        stem = f"{stem}.{given}"
    return f"{stem or 'image'}{suffix}.{extension}"
