"""What became of each gallery: how many images came, went and moved, and the first of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from gallery_events.domain.snapshots import Delta
from gallery_events.fields import GalleryField
from gallery_events.timelines.deltas import KINDS
from gallery_events.timelines.pictures import Pictures, Thumbnail
from gallery_events.timelines.wording import Counted, more_words

#: So many thumbnails of each kind of change are shown.
MOST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """So many images of one gallery that came, went or moved, and the first of them."""

    kind: str
    words: str
    thumbnails: list[Thumbnail]
    more: str


@dataclass(frozen=True, slots=True)
class GalleryChange:
    """What became of one gallery; *label* is empty where its owner has no other one."""

    label: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Part:
    """A change before its images are read: how many, and which entries are shown."""

    gallery: GalleryField
    kind: str
    count: int
    shown: tuple[tuple[int, Any], ...]


def parts(gallery: GalleryField, delta: Delta, *, most: int = MOST) -> list[Part]:
    """Return the changes of one gallery."""
    return [
        Part(gallery, kind, count, getattr(delta, kind)[:most])
        for kind, count in zip(KINDS, delta.counts, strict=True)
        if count
    ]


def note(found: Iterable[Part], pictures: Pictures) -> None:
    """Note the images of changes, to be read with all others of the page."""
    for each in found:
        pictures.note(each.gallery, [key for _, key in each.shown])


def gallery_changes(
    found: Iterable[Part], pictures: Pictures, *, counted: Counted, galleries: Sequence[Any]
) -> list[GalleryChange]:
    """Return changes with the images that were read, gallery by gallery."""
    made: dict[str, list[Change]] = {}
    for part in found:
        made.setdefault(part.gallery.name, []).append(_change(part, pictures, counted))
    return [
        GalleryChange(label_of(gallery, galleries), made[gallery.name])
        for gallery in galleries
        if gallery.name in made
    ]


def label_of(gallery: GalleryField, galleries: Sequence[Any]) -> str:
    """Return what a gallery is called where there are several."""
    return str(capfirst(gallery.verbose_name)) if len(galleries) > 1 else ""


def _change(part: Part, pictures: Pictures, counted: Counted) -> Change:
    thumbnails = [
        pictures.thumbnail(part.gallery, key).at(place + 1 if part.kind == "moved" else None)
        for place, key in part.shown
    ]
    words = counted[part.kind](part.count)
    return Change(part.kind, words, thumbnails, more_words(part.count - len(thumbnails)))
