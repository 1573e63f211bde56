"""Whole states: every gallery of one snapshot, and two states side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.text import capfirst

from gallery_events.domain.snapshots import diff
from gallery_events.fields import gallery_fields
from gallery_events.timelines import changes
from gallery_events.timelines.changes import GalleryChange
from gallery_events.timelines.fields import FieldChange, Fields
from gallery_events.timelines.pictures import Pictures, Thumbnail
from gallery_events.timelines.wording import WAS_DONE, Counted

#: So many images of a gallery are on one page.
PER_PAGE = 500


@dataclass(frozen=True, slots=True)
class Gallery:
    """A gallery as a snapshot held it, or the part of it that is on this page."""

    label: str
    count: int
    thumbnails: list[Thumbnail]


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of galleries and of other fields; false when nothing does."""

    galleries: list[GalleryChange]
    fields: list[FieldChange]

    def __bool__(self) -> bool:
        return bool(self.galleries or self.fields)


def galleries_of(
    row: Any, *, pictures: Pictures, number: Any = 1, per_page: int = PER_PAGE
) -> tuple[list[Gallery], Page[Any]]:
    """Return the galleries of a row, historical or not, and which part of them this is."""
    galleries = gallery_fields(type(row))
    lists = keys_of(row)
    longest = max((len(keys) for keys in lists.values()), default=0)
    page = Paginator(range(longest), per_page).get_page(number)
    start = (page.number - 1) * per_page
    part = {name: keys[start : start + per_page] for name, keys in lists.items()}
    for each in galleries:
        pictures.note(each, part[each.name])
    pictures.read()
    made = [
        Gallery(
            str(capfirst(each.verbose_name)),
            len(lists[each.name]),
            [
                pictures.thumbnail(each, key).at(place)
                for place, key in enumerate(part[each.name], start + 1)
            ],
        )
        for each in galleries
    ]
    return made, page


def keys_of(row: Any) -> dict[str, list[Any]]:
    """Return what each gallery of a row holds, as far as it can be shown."""
    return {
        each.name: each.usable_keys(getattr(row, each.attname))
        for each in gallery_fields(type(row))
    }


def difference(
    before: Any,
    after: Any,
    *,
    pictures: Pictures,
    lists: Mapping[str, Sequence[Any]] | None = None,
    counted: Counted = WAS_DONE,
    most: int = changes.MOST,
) -> Difference:
    """
    Return what leads from one row of an owner to another, historical ones or not.

    *lists* are what the galleries become where that is not what *after* holds.
    """
    galleries = gallery_fields(type(before))
    earlier, later = keys_of(before), keys_of(after) if lists is None else lists
    parts = [
        part
        for each in galleries
        for part in changes.parts(
            each, diff(earlier[each.name], list(later.get(each.name, ()))), most=most
        )
    ]
    changes.note(parts, pictures)
    pictures.read()
    fields = Fields(getattr(after, "instance_type", type(after)), using=pictures.using)
    changed = fields.changed(before, after)
    fields.read((row, changed) for row in (before, after))
    return Difference(
        changes.gallery_changes(parts, pictures, counted=counted, galleries=galleries),
        [fields.change(each, before, after) for each in changed],
    )
