"""What is kept of a file that was found acceptable: itself, its first thumbnail, its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import Content
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.encoding import Rendition
from gallery_events.imaging.formats import SVG
from gallery_events.imaging.header import BrokenHeader
from gallery_events.imaging.png_rows import check_rows
from gallery_events.imaging.probe import Probe, broken
from gallery_events.imaging.svg.cleaning import cleaned
from gallery_events.imaging.thumbhash import placeholder
from gallery_events.imaging.thumbnail import draft, small, thumbnail


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    What is stored, and what its row says of it.

    Width and height are those of the upright picture, as browsers show it.
    *stored* may one day differ from what came in; *upload_sha256* is of that.
    """

    stored: Content
    upload_sha256: str
    width: int
    height: int
    thumbnail: Rendition
    placeholder: str


def ingest(content: Content, *, found: Probe, thumbnail_size: int) -> Ingested:
    """
    Decode the whole file once, every frame, and make its first thumbnail.

    *found* is what :func:`~gallery_events.imaging.probe.probe` accepted.
    Raises :exc:`UploadRefused` with the code ``broken`` when anything in it
    cannot be decoded.
    """
    try:
        stored = content
        if found.format is SVG:
            stored = cleaned(content, size=found.upright, strip=True)
        picture = _decoded(stored, found=found, longest=thumbnail_size)
    except (UploadRefused, ImportError):
        raise
    except BrokenHeader as error:
        raise broken(str(error)) from error
    except Exception as error:
        # Pillow's decoders meet hostile bytes with every kind of exception.
        raise broken(f"{type(error).__name__}: {error}"[:200]) from error
    return Ingested(
        stored, content.sha256, *found.upright, thumbnail(picture), placeholder(picture)
    )


def _decoded(content: Content, *, found: Probe, longest: int) -> Any:
    """Return the first picture, small, when every one of them can be decoded."""
    if found.format.name == "PNG":
        check_rows(content.data)
    with opened(content.file, name=found.format.name) as image:
        size = (found.width, found.height)
        if image.size != size:
            raise broken("it contradicts itself about its size")
        # An animated PNG may hold one more picture, which browsers do not show: it comes first.
        if ahead := int(getattr(image, "default_image", False)):
            image.seek(ahead)
        draft(image, longest=longest)
        image.load()
        made = small(image, size=size, longest=longest, orientation=found.orientation)
        for frame in range(ahead + 1, ahead + found.frames):
            image.seek(frame)
            image.load()
    return made
