"""What is kept of a file that was found acceptable: itself, its first thumbnail, its measures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gallery_events.domain.ladder import RenditionSettings, Rung, Source, ladder
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import Content
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.encoding import Rendition
from gallery_events.imaging.formats import SVG, Format
from gallery_events.imaging.header import BrokenHeader
from gallery_events.imaging.moment import moment_taken
from gallery_events.imaging.png_rows import check_rows
from gallery_events.imaging.probe import Probe, broken
from gallery_events.imaging.renditions import still
from gallery_events.imaging.scaling import at_size
from gallery_events.imaging.stripping import Uncertain, cut
from gallery_events.imaging.stripping.again import encoded_again
from gallery_events.imaging.svg.cleaning import cleaned
from gallery_events.imaging.thumbhash import placeholder
from gallery_events.imaging.thumbnail import draft, small, thumbnail


@dataclass(frozen=True, slots=True)
class Ingested:
    """
    What is stored, and what its row says of it.

    Width and height are those of the upright picture, as browsers show it.
    *treatment* is what was done to the bytes that came, whose hash is
    *upload_sha256*: they were ``kept``, ``cut`` or ``encoded``, as *format*.
    *taken_at* is when the camera says that it was: aware where it says where,
    else as its clock showed.
    """

    stored: Content
    format: Format
    treatment: str
    upload_sha256: str
    width: int
    height: int
    thumbnail: Rendition
    placeholder: str
    fallback: Rendition | None = None
    taken_at: datetime | None = None


def ingest(
    content: Content,
    *,
    found: Probe,
    thumbnail_size: int,
    strip: bool = False,
    renditions: RenditionSettings | None = None,
) -> Ingested:
    """
    Decode the whole file once, every frame, and make its first thumbnail.

    *found* is what :func:`~gallery_events.imaging.probe.probe` accepted. With
    *strip* metadata is cut out before: what is stored is what was decoded.
    With *renditions*, what browsers do not show gets its fallback too.
    Raises :exc:`UploadRefused` with the code ``broken`` when anything in it
    cannot be decoded.
    """
    try:
        stored, made, treatment = _treated(content, found=found, strip=strip)
        rung = fallback_of(made, renditions)
        picture, large = _decoded(stored, found=made, longest=thumbnail_size, fallback=rung)
        first = thumbnail(picture)
        transparent = first.content_type != "image/jpeg"
        rung = fallback_of(made, renditions, transparent=transparent)
        fallback = None if rung is None else still(large, rung)
    except (UploadRefused, ImportError):
        raise
    except BrokenHeader as error:
        raise broken(str(error)) from error
    except Exception as error:
        # Pillow's decoders meet hostile bytes with every kind of exception.
        raise broken(f"{type(error).__name__}: {error}"[:200]) from error
    return Ingested(
        stored,
        made.format,
        treatment,
        content.sha256,
        *made.upright,
        first,
        placeholder(picture),
        fallback,
        moment_taken(content.data, found.exif),
    )


def _treated(content: Content, *, found: Probe, strip: bool) -> tuple[Content, Probe, str]:
    """Return what is to be stored, what it is, and what was done to it."""
    if found.format is SVG:
        return cleaned(content, size=found.upright, strip=strip), found, "encoded"
    if not strip:
        return content, found, "kept"
    try:
        stored = cut(content, found=found)
    except Uncertain:
        return *encoded_again(content, found=found), "encoded"
    return stored, found, "kept" if stored is content else "cut"


def _decoded(
    content: Content, *, found: Probe, longest: int, fallback: Rung | None
) -> tuple[Any, Any]:
    """Return the first picture, small and as large as its *fallback*, when all can be decoded."""
    if found.format.name == "PNG":
        check_rows(content.data)
    with opened(content.file, name=found.format.name) as image:
        size = (found.width, found.height)
        if image.size != size:
            raise broken("it contradicts itself about its size")
        # An animated PNG may hold one more picture, which browsers do not show: it comes first.
        if ahead := int(getattr(image, "default_image", False)):
            image.seek(ahead)
        size_of_fallback = () if fallback is None else (fallback.width, fallback.height)
        draft(image, longest=max((longest, *size_of_fallback)))
        image.load()
        made = small(image, size=size, longest=longest, orientation=found.orientation)
        large = at_size(image, found, size_of_fallback) if size_of_fallback else None
        for frame in range(ahead + 1, ahead + found.frames):
            image.seek(frame)
            image.load()
    return made, large


def fallback_of(
    found: Probe, settings: RenditionSettings | None, *, transparent: bool = False
) -> Rung | None:
    """Return the rendition by which browsers show what they cannot; None where they can."""
    if settings is None or found.format.shown:
        return None
    source = Source(*found.upright, transparent=transparent, shown=False, plain=False)
    return ladder(source, settings)[-1]
